// The SQL of sqlite_memory.ts, in one place, so that it can be read beside the schema.

import { FACT_COLUMNS } from "./_fact_rows.ts";

const LIVE_WITH_SUBJECT = "FROM facts WHERE state = 'live' AND namespace = ? AND subject = ? " +
  "AND (expires_at IS NULL OR expires_at > ?)";

/** Each statement by what it does. */
export const FACT_STATEMENTS = {
  byId: `SELECT ${FACT_COLUMNS} FROM facts WHERE namespace = ? AND id = ?`,
  duplicate: `SELECT ${FACT_COLUMNS} FROM facts WHERE state = 'live' AND digest = ?
    AND namespace = ? AND kind = ? AND subject = ? AND body = ?
    AND (expires_at IS NULL OR expires_at > ?) ORDER BY number LIMIT 1`,
  withSubject: `SELECT ${FACT_COLUMNS} ${LIVE_WITH_SUBJECT} AND (? IS NULL OR kind = ?)
    ORDER BY valid_from DESC, number DESC LIMIT ?`,
  newestWithSubject: `SELECT id, body ${LIVE_WITH_SUBJECT}
    ORDER BY valid_from DESC, number DESC LIMIT ?`,
  countSubject: `SELECT count(*) AS count FROM (SELECT 1 ${LIVE_WITH_SUBJECT} LIMIT ?)`,
  referring: "SELECT from_id FROM edges WHERE namespace = ? AND to_id = ? AND kind = ? " +
    "ORDER BY from_id",
  counts: "SELECT facts, live FROM namespaces WHERE name = ?",
  namespaces: "SELECT count(*) AS count FROM namespaces",
  count: `INSERT INTO namespaces (name, facts, live, revision) VALUES (?, ?, ?, ?)
    ON CONFLICT (name) DO UPDATE SET facts = facts + excluded.facts, live = live + excluded.live,
    revision = excluded.revision`,
  insert: `INSERT INTO facts (namespace, id, kind, subject, body, tags, confidence, source,
    principal, client, valid_from, valid_to, expires_at, recorded, state, superseded_by,
    needs_review, digest, revision)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  stateOf: "SELECT state FROM facts WHERE namespace = ? AND id = ?",
  // Two changes of one row in one write are one version: the first says what was there before.
  keepHistory: `INSERT OR IGNORE INTO history
    (namespace, id, revision, changed, tags, valid_to, state, needs_review)
    SELECT namespace, id, ?, ?, tags, valid_to, state, needs_review
    FROM facts WHERE namespace = ? AND id = ?`,
  update: `UPDATE facts SET tags = ?, valid_to = ?, state = ?, superseded_by = ?,
    needs_review = ?, revision = ? WHERE namespace = ? AND id = ?`,
  link: "INSERT OR IGNORE INTO edges (namespace, from_id, kind, to_id, revision) " +
    "VALUES (?, ?, ?, ?, ?)",
} as const;
