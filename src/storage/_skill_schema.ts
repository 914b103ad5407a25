// Tables of the step that brings skills, made to be read with `sqlite3` by a person. Every row
// carries the revision that last changed it, from the same counter as the facts.

/** Statements of the migration. */
export const SKILL_SCHEMA = `
CREATE TABLE skill_namespaces (
  name TEXT PRIMARY KEY,
  skills INTEGER NOT NULL,             -- names of this namespace in skills
  revision INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE skills (                  -- one row for each version
  number INTEGER PRIMARY KEY,
  namespace TEXT NOT NULL,
  name TEXT NOT NULL,                  -- NFC, trimmed
  version INTEGER NOT NULL,            -- 1, 2, 3, … within a name
  platform TEXT,
  persona TEXT,
  url_pattern TEXT,
  description TEXT,
  task_keywords TEXT NOT NULL,         -- JSON array of strings
  domain TEXT,                         -- NULL: global
  state TEXT NOT NULL,                 -- 'current', 'old', 'superseded'
  superseded_by TEXT,                  -- name of the skill that took its place
  success_count INTEGER NOT NULL,
  fail_count INTEGER NOT NULL,
  last_note TEXT,                      -- of the last report that had one
  last_reported INTEGER,               -- UTC milliseconds
  recorded INTEGER NOT NULL,           -- when it was stored here, UTC milliseconds
  revision INTEGER NOT NULL,
  code TEXT NOT NULL                   -- last, so that the rest is read without it
) STRICT;
CREATE UNIQUE INDEX skills_by_name ON skills (namespace, name, version);
CREATE INDEX skills_by_revision ON skills (revision);
`;
