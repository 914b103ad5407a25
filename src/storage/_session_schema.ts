// The tables of the sessions file, made to be read with `sqlite3` by a person. Steps are numbered and
// never edited, as those of the memory. Times are UTC milliseconds.

import type { Migration } from "./migrations.ts";

// Without row ids, the events of a session lie beside each other in the order of `seq`, and a new one
// changes one page. Long columns stand last, so that the short ones are read without them.
const SESSION_SCHEMA = `
CREATE TABLE sessions (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  last_used INTEGER NOT NULL,          -- when the client was last heard of
  generation INTEGER NOT NULL,         -- how often it was restored
  principal TEXT NOT NULL,             -- whose it is, as a JSON string
  revision TEXT NOT NULL,              -- name of the negotiated protocol revision
  is_initialized INTEGER NOT NULL,     -- 1: the client has finished the handshake
  log_level TEXT NOT NULL,
  stream_tag TEXT NOT NULL,
  client TEXT,                         -- JSON object; NULL: it did not say
  capabilities TEXT NOT NULL           -- JSON object
) STRICT;

CREATE TABLE streams (
  session INTEGER NOT NULL REFERENCES sessions (number) ON DELETE CASCADE,
  name TEXT NOT NULL,
  ended INTEGER,                       -- when its last answer was said; NULL: it runs
  request_ids TEXT NOT NULL,           -- JSON; empty once it ended
  PRIMARY KEY (session, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE events (
  session INTEGER NOT NULL REFERENCES sessions (number) ON DELETE CASCADE,
  seq INTEGER NOT NULL,
  place INTEGER,                       -- its index in its stream once it was sent; NULL: it waits
  stream TEXT NOT NULL,
  message TEXT NOT NULL,               -- JSON; empty for a priming event
  PRIMARY KEY (session, seq)
) STRICT, WITHOUT ROWID;
`;

// Only what is subscribed to while sessions are kept is in here, so a row has no number of its own.
const SUBSCRIPTION_SCHEMA = `
CREATE TABLE subscriptions (
  session INTEGER NOT NULL REFERENCES sessions (number) ON DELETE CASCADE,
  wish TEXT NOT NULL,                  -- JSON array: namespace, URI, URI as the client wrote it
  PRIMARY KEY (session, wish)
) STRICT, WITHOUT ROWID;
`;

/** All steps of the sessions file, oldest first. */
export const SESSION_MIGRATIONS: readonly Migration[] = [
  { version: 1, brings: "sessions, streams, events", sql: SESSION_SCHEMA },
  { version: 2, brings: "subscriptions", sql: SUBSCRIPTION_SCHEMA },
];
