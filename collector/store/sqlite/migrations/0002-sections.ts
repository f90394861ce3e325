// Version 2. Values of sections too large to be held in memory with their server: compressed JSON, one row each.

export const sections = `
CREATE TABLE sections (
  server_id TEXT NOT NULL,
  name TEXT NOT NULL,
  value BLOB NOT NULL,
  PRIMARY KEY (server_id, name)
) STRICT;
`
