// Version 1. Times are epoch ms, booleans 0 or 1. A server's `document` and
// `verdict` together are its whole ServerRecord as JSON: the store never looks inside.
// Contacts stand apart: with every heartbeat of a fleet in the documents' rows, the disk would see gigabytes an hour.

export const init = `
CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE servers (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  credential_hash TEXT NOT NULL UNIQUE,
  last_history_id INTEGER,
  document TEXT NOT NULL,
  verdict TEXT NOT NULL
) STRICT;

CREATE TABLE contacts (
  server_id TEXT PRIMARY KEY,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE changes (
  id INTEGER PRIMARY KEY,
  server_id TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;

CREATE TABLE history (
  id INTEGER PRIMARY KEY,
  previous_id INTEGER,
  at INTEGER NOT NULL,
  server_id TEXT NOT NULL,
  server_name TEXT NOT NULL,
  application TEXT,
  type TEXT NOT NULL,
  cause TEXT,
  data TEXT NOT NULL
) STRICT;

CREATE TABLE join_keys (
  id TEXT PRIMARY KEY,
  secret_hash TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  uses_max INTEGER NOT NULL,
  uses INTEGER NOT NULL,
  application TEXT,
  cidrs TEXT NOT NULL,
  approve TEXT NOT NULL CHECK (approve IN ('auto', 'pending')),
  ephemeral INTEGER NOT NULL,
  revoked_at INTEGER
) STRICT;

CREATE TABLE tokens (
  id TEXT PRIMARY KEY,
  secret_hash TEXT NOT NULL,
  name TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('reader', 'operator', 'admin')),
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  revoked_at INTEGER
) STRICT;

CREATE TABLE sessions (
  id_hash TEXT PRIMARY KEY,
  token_id TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE policy (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  document TEXT NOT NULL
) STRICT;

CREATE TABLE audit (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  subject TEXT NOT NULL,
  detail TEXT NOT NULL
) STRICT;
`
