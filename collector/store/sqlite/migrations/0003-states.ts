// Version 3. What nearly every report changes of a server stands in narrow rows of its own: a commit writes whole pages,
// and in one row with the facts, which hardly ever change, each report cost a page of 4 KiB and its share of a checkpoint.
// The log of changes needs no rows: the revision of a server is the id of its newest change.

export const states = `
CREATE TABLE states (
  number INTEGER PRIMARY KEY,
  last_history_id INTEGER,
  document TEXT NOT NULL,
  verdict TEXT NOT NULL
) STRICT;

INSERT INTO states (number, last_history_id, document, verdict)
SELECT number, last_history_id, '{}', verdict FROM servers;

ALTER TABLE servers DROP COLUMN last_history_id;
ALTER TABLE servers DROP COLUMN verdict;
DROP TABLE changes;
`
