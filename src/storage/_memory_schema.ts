// Tables of step 1, made to be read with `sqlite3` by a person: text where text is meant, times in
// UTC milliseconds. Every row carries the revision that last changed it, so that "rows with a later
// revision" is all that another process or a snapshot needs.

/** Statements of the first migration. */
export const MEMORY_SCHEMA = `
CREATE TABLE meta (
  name TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO meta (name, value) VALUES ('revision', 0);

CREATE TABLE namespaces (
  name TEXT PRIMARY KEY,
  facts INTEGER NOT NULL,              -- rows of this namespace in facts
  live INTEGER NOT NULL,               -- those of them whose state is 'live'
  revision INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE facts (
  number INTEGER PRIMARY KEY,
  namespace TEXT NOT NULL,
  id TEXT NOT NULL,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,               -- NFC, trimmed
  body TEXT NOT NULL,                  -- as given
  tags TEXT NOT NULL,                  -- JSON array of strings
  confidence TEXT NOT NULL,            -- 'high', 'medium', 'low'
  source TEXT,
  principal TEXT,
  client TEXT,
  valid_from INTEGER NOT NULL,         -- when it became true
  valid_to INTEGER,                    -- when it stopped being true; NULL: still is
  expires_at INTEGER,
  recorded INTEGER NOT NULL,           -- when it was stored here
  state TEXT NOT NULL,                 -- 'live', 'superseded', 'invalidated'
  superseded_by TEXT,                  -- id of the fact that ended it
  needs_review INTEGER NOT NULL,       -- 1: something it depends on has changed
  digest INTEGER NOT NULL,             -- of kind, subject and body, to find duplicates
  revision INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX facts_by_id ON facts (namespace, id);
CREATE INDEX facts_by_subject ON facts (namespace, subject, valid_from) WHERE state = 'live';
CREATE INDEX facts_by_digest ON facts (digest) WHERE state = 'live';
CREATE INDEX facts_by_revision ON facts (revision);

CREATE TABLE edges (
  namespace TEXT NOT NULL,
  from_id TEXT NOT NULL,
  kind TEXT NOT NULL,                  -- 'supersedes', 'depends_on', 'cites_premise'
  to_id TEXT NOT NULL,
  revision INTEGER NOT NULL,
  PRIMARY KEY (namespace, from_id, kind, to_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX edges_by_target ON edges (namespace, to_id, kind);
CREATE INDEX edges_by_revision ON edges (revision);

CREATE TABLE history (                 -- what a row of facts said before a change
  namespace TEXT NOT NULL,
  id TEXT NOT NULL,
  revision INTEGER NOT NULL,           -- of the change that ended this version
  changed INTEGER NOT NULL,            -- when it was changed
  tags TEXT NOT NULL,
  valid_to INTEGER,
  state TEXT NOT NULL,
  needs_review INTEGER NOT NULL,
  PRIMARY KEY (namespace, id, revision)
) STRICT, WITHOUT ROWID;

CREATE TABLE tombstones (              -- what was erased: nothing but a hash may stay
  key_hash BLOB PRIMARY KEY,
  revision INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX tombstones_by_revision ON tombstones (revision);
`;
