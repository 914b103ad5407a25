// The table of the tasks file, made to be read with `sqlite3` by a person. Steps are numbered and never
// edited, as those of the memory. Times are UTC milliseconds.

import type { Migration } from "./migrations.ts";

const TASK_SCHEMA = `
CREATE TABLE tasks (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  principal TEXT NOT NULL,             -- whose it is, as a JSON string
  status TEXT NOT NULL,                -- 'working', 'input_required', 'completed', 'failed', 'cancelled'
  failure TEXT,                        -- why it failed; NULL: it has not
  created INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  expires INTEGER NOT NULL,            -- from then on it is unknown
  bytes INTEGER NOT NULL,              -- of message and content
  message TEXT,                        -- how far it is, as a JSON string
  content TEXT                         -- JSON: open questions, result or error
) STRICT;
CREATE INDEX tasks_by_expiry ON tasks (expires);
CREATE INDEX tasks_by_principal ON tasks (principal, bytes);
`;

/** All steps of the tasks file, oldest first. */
export const TASK_MIGRATIONS: readonly Migration[] = [
  { version: 1, brings: "tasks", sql: TASK_SCHEMA },
];
