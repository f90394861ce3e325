// Version 5. How the fleet and each application stood, one row a day: what a picture of three months is drawn from.
// `day` counts days since 1970-01-01 UTC. Application '' is the whole fleet: no application has an empty name.

export const dayCounts = `
CREATE TABLE day_counts (
  application TEXT NOT NULL,
  day INTEGER NOT NULL,
  promoted INTEGER NOT NULL,
  restart_required INTEGER NOT NULL,
  cannot_tell INTEGER NOT NULL,
  total INTEGER NOT NULL,
  PRIMARY KEY (application, day)
) STRICT, WITHOUT ROWID;
`
