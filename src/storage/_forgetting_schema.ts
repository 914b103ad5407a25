// Tables of the step that brings forgetting, the status of an agent and the count of reminders, made
// to be read with `sqlite3` by a person.

/** Statements of the migration. */
export const FORGETTING_SCHEMA = `
DROP TABLE tombstones;                 -- it was never written to
CREATE TABLE tombstones (              -- what was erased: of the id nothing but a digest may stay
  namespace TEXT NOT NULL,
  id_digest INTEGER NOT NULL,
  revision INTEGER NOT NULL,           -- of the write that erased it
  PRIMARY KEY (namespace, id_digest)
) STRICT, WITHOUT ROWID;
CREATE INDEX tombstones_by_revision ON tombstones (revision);
-- The last write that erased something which may still stand in the log or in a copy; 0: none.
INSERT INTO meta (name, value) VALUES ('scrub_pending', 0);

CREATE TABLE statuses (                -- what an agent is about, one for each namespace
  namespace TEXT PRIMARY KEY,
  body TEXT NOT NULL,
  updated INTEGER NOT NULL,            -- UTC milliseconds
  revision INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE reminders (               -- how often a fact was put before an agent unasked
  namespace TEXT NOT NULL,
  id TEXT NOT NULL,
  count INTEGER NOT NULL,
  last INTEGER NOT NULL,               -- UTC milliseconds
  revision INTEGER NOT NULL,
  PRIMARY KEY (namespace, id)
) STRICT, WITHOUT ROWID;

-- 1: it must always hold, whatever its kind.
ALTER TABLE facts ADD COLUMN is_constraint INTEGER NOT NULL DEFAULT 0;
CREATE INDEX facts_always_shown ON facts (namespace, kind, valid_from) WHERE state = 'live'
  AND (is_constraint = 1 OR kind IN ('constraint', 'identity', 'environment'));
CREATE INDEX facts_of_bank ON facts (namespace, kind) WHERE state = 'live'
  AND kind IN ('knowledge', 'procedural', 'constraint', 'decision');
CREATE INDEX edges_of_reasons ON edges (namespace) WHERE kind IN ('depends_on', 'cites_premise');
CREATE INDEX facts_ended ON facts (namespace, subject, valid_from) WHERE state <> 'live';
`;
