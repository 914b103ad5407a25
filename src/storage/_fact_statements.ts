// The SQL of sqlite_memory.ts, in one place, so that it can be read beside the schema.

import { FACT_COLUMNS } from "./_fact_rows.ts";
import { limitOf } from "./_limit.ts";

// When a fact holds, as `_validity.ts` of the memory says it: it has begun and has not ended. Most facts
// that hold are `live`; the end of some others is only planned. Each of both has indexes of its own, so
// each statement looks into both; those of the second are few, and an index in order of their ends
// leads to them.
const begun = (at: string) => `(valid_from <= ${at} OR valid_from = recorded)`;
const notExpired = (at: string) => `(expires_at IS NULL OR expires_at > ${at})`;
const live = (at: string) =>
  `facts WHERE state = 'live' AND (valid_to IS NULL OR valid_to > ${at}) AND ${notExpired(at)}`;
const ending = (at: string, index: string) =>
  `facts INDEXED BY ${index} WHERE state <> 'live' AND valid_to > ${at} ` +
  `AND ${notExpired(at)}`;

function newestOf(from: string, condition: string, limit: string): string {
  const newest = `ORDER BY valid_from DESC, number DESC ${limitOf(limit)}`;
  return `SELECT * FROM (SELECT ${FACT_COLUMNS}, number FROM ${from} AND ${condition} ${newest})`;
}

/** Of what has not ended at `at` the newest that meet `condition`, up to `limit`. */
function notEnded(condition: string, { index, at, limit }: {
  readonly index: string;
  readonly at: string;
  readonly limit: string;
}): string {
  return `${newestOf(live(at), condition, limit)}
    UNION ALL ${newestOf(ending(at, index), condition, limit)}
    ORDER BY valid_from DESC, number DESC ${limitOf(limit)}`;
}

// The words of the index, so that SQLite sees that it may use it.
const ALWAYS_SHOWN =
  "namespace = ?1 AND (is_constraint = 1 OR kind IN ('constraint', 'identity', 'environment'))";
const OF_NAMESPACE = { index: "facts_ending", at: "?2", limit: "?4" };
const OF_SUBJECT = { index: "facts_ending_by_subject", at: "?3", limit: "?5" };
const WITH_SUBJECT = "namespace = ?1 AND subject = ?2";
const CONFLICT_COLUMNS = "number, id, body, valid_from, coalesce(valid_to, expires_at) AS ending";
const NEWEST = `ORDER BY valid_from DESC, number DESC ${limitOf("?4")}`;
const SAME = "digest = ?1 AND namespace = ?2 AND kind = ?3 AND subject = ?4 AND body = ?5";
const OF_BANK =
  "namespace = ?1 AND kind IN ('knowledge', 'procedural', 'constraint', 'decision') " +
  `AND kind = ?2 AND ${begun("?3")}`;

/** Each statement by what it does. */
export const FACT_STATEMENTS = {
  byId: `SELECT ${FACT_COLUMNS} FROM facts WHERE namespace = ? AND id = ?`,
  // One look for all of them takes half of what a look for each does.
  byIds: `SELECT ${FACT_COLUMNS} FROM facts
    WHERE namespace = ? AND id IN (SELECT value FROM json_each(?))`,
  duplicate: `SELECT ${FACT_COLUMNS} FROM ${live("?6")} AND ${SAME} ORDER BY number LIMIT 1`,
  duplicateAt: `SELECT ${FACT_COLUMNS} FROM ${live("?6")} AND ${SAME} AND number = ?7`,
  // From the index alone, and in one row: of a subject with many, a row for each took three times as long.
  digests: `SELECT json_group_array(digest) AS digests, json_group_array(number) AS numbers
    FROM facts INDEXED BY facts_by_subject
    WHERE state = 'live' AND namespace = ? AND subject = ?`,
  // A conclusion that is to fall is told again as one that rests on something else, unless that ends no
  // later.
  endingDuplicate: `SELECT ${FACT_COLUMNS} FROM ${ending("?6", "facts_ending_by_subject")}
    AND (state = 'superseded' OR valid_to >= ?7) AND ${SAME} ORDER BY number LIMIT 1`,
  withSubject: notEnded(`${WITH_SUBJECT} AND (?4 IS NULL OR kind = ?4)`, OF_SUBJECT),
  // Asked for by most adds, and mostly one of the two finds nothing: apart and short, they take a quarter
  // of the time of the above.
  newestLive: `SELECT ${CONFLICT_COLUMNS} FROM ${live("?3")} AND ${WITH_SUBJECT} ${NEWEST}`,
  newestEnding: `SELECT ${CONFLICT_COLUMNS} FROM ${ending("?3", "facts_ending_by_subject")}
    AND ${WITH_SUBJECT} ${NEWEST}`,
  countSubject: `SELECT count(*) AS count, count(coalesce(valid_to, expires_at)) AS ending FROM (
    SELECT valid_to, expires_at FROM ${live("?3")} AND ${WITH_SUBJECT}
    UNION ALL SELECT valid_to, expires_at FROM ${ending("?3", "facts_ending_by_subject")}
    AND ${WITH_SUBJECT} ${limitOf("?4")})`,
  referring: "SELECT from_id FROM edges WHERE namespace = ? AND to_id = ? AND kind = ? " +
    "ORDER BY from_id",
  counts: "SELECT facts, live, bytes FROM namespaces WHERE name = ?",
  changesSince: `SELECT ${FACT_COLUMNS}, number FROM facts
    WHERE revision >= ? AND (revision > ? OR number > ?) ORDER BY revision, number ${limitOf("?")}`,
  // By the index of revisions: the planner would read the whole namespace in order of id.
  changesIn: `SELECT ${FACT_COLUMNS}, number FROM facts INDEXED BY facts_by_revision
    WHERE revision >= ? AND namespace = ? AND (revision > ? OR number > ?)
    ORDER BY revision, number ${limitOf("?")}`,
  inOrderOfId: `SELECT ${FACT_COLUMNS} FROM facts WHERE namespace = ? AND id > ?
    ORDER BY id ${limitOf("?")}`,
  totals: "SELECT total(live) AS live, count(*) AS namespaces FROM namespaces WHERE facts > 0",
  identity: "SELECT value FROM meta WHERE name = 'identity'",
  namespaces: "SELECT count(*) AS count FROM namespaces",
  count: `INSERT INTO namespaces (name, facts, live, bytes, revision) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (name) DO UPDATE SET facts = facts + excluded.facts, live = live + excluded.live,
    bytes = bytes + excluded.bytes, revision = excluded.revision`,
  insert: `INSERT INTO facts (namespace, id, kind, subject, body, tags, confidence, source,
    principal, client, valid_from, valid_to, expires_at, recorded, state, superseded_by,
    needs_review, is_constraint, digest, revision)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  stateOf: "SELECT state FROM facts WHERE namespace = ? AND id = ?",
  // Two changes of one row in one write are one version: the first says what was there before.
  keepHistory: `INSERT OR IGNORE INTO history
    (namespace, id, revision, changed, tags, valid_to, state, needs_review)
    SELECT namespace, id, ?, ?, tags, valid_to, state, needs_review
    FROM facts WHERE namespace = ? AND id = ?`,
  update: `UPDATE facts SET tags = ?, confidence = ?, valid_to = ?, expires_at = ?, state = ?,
    superseded_by = ?, needs_review = ?, is_constraint = ?, revision = ? WHERE namespace = ? AND id = ?`,
  link: "INSERT OR IGNORE INTO edges (namespace, from_id, kind, to_id, revision) " +
    "VALUES (?, ?, ?, ?, ?)",
  forgetSuperseder: `UPDATE facts SET superseded_by = NULL, revision = ?
    WHERE namespace = ? AND superseded_by = ? AND id IN
      (SELECT to_id FROM edges WHERE namespace = ? AND from_id = ? AND kind = 'supersedes')`,
  eraseEdgesFrom: "DELETE FROM edges WHERE namespace = ? AND from_id = ?",
  eraseEdgesTo: "DELETE FROM edges WHERE namespace = ? AND to_id = ?",
  eraseHistory: "DELETE FROM history WHERE namespace = ? AND id = ?",
  eraseReminders: "DELETE FROM reminders WHERE namespace = ? AND id = ?",
  erase: "DELETE FROM facts WHERE namespace = ? AND id = ?",
  forgetEmpty: "DELETE FROM namespaces WHERE name = ? AND facts = 0",
  bury: "INSERT OR REPLACE INTO tombstones (namespace, id_digest, revision) VALUES (?, ?, ?)",
  tombstone: "SELECT 1 AS found FROM tombstones WHERE namespace = ? AND id_digest = ?",
  lastErasures: "SELECT namespace, max(revision) AS revision FROM tombstones GROUP BY namespace",
  tombstonesSince: "SELECT namespace, id_digest, revision FROM tombstones WHERE revision > ?",
  setPending: "UPDATE meta SET value = ? WHERE name = 'scrub_pending'",
  // What was erased after that revision is still to be scrubbed.
  clearPending: "UPDATE meta SET value = 0 WHERE name = 'scrub_pending' AND value <= ?",
  pending: "SELECT value FROM meta WHERE name = 'scrub_pending'",
  // One index holds the live facts of a subject, another one those that ended.
  versions: `SELECT * FROM (SELECT number, ${FACT_COLUMNS} FROM facts WHERE state = 'live'
      AND namespace = ?1 AND subject = ?2 ORDER BY valid_from DESC, number DESC ${limitOf("?3")})
    UNION ALL SELECT * FROM (SELECT number, ${FACT_COLUMNS} FROM facts WHERE state <> 'live'
      AND namespace = ?1 AND subject = ?2 ORDER BY valid_from DESC, number DESC ${limitOf("?3")})
    ORDER BY valid_from DESC, number DESC ${limitOf("?3")}`,
  supersessions: `SELECT to_id AS id FROM edges
      WHERE namespace = ?1 AND from_id = ?2 AND kind = 'supersedes'
    UNION SELECT from_id FROM edges
      WHERE namespace = ?1 AND to_id = ?2 AND kind = 'supersedes' ORDER BY 1 ${limitOf("?3")}`,
  ofKindAlwaysShown: notEnded(`${ALWAYS_SHOWN} AND kind = ?3 AND ${begun("?2")}`, OF_NAMESPACE),
  constraints: notEnded(
    `${ALWAYS_SHOWN} AND (is_constraint = 1 OR kind = ?3) AND ${begun("?2")}`,
    OF_NAMESPACE,
  ),
  // As above: the words of the index.
  hasLinks: `SELECT 1 AS found FROM edges WHERE namespace = ?
    AND kind IN ('depends_on', 'cites_premise') LIMIT 1`,
  links: `SELECT kind, to_id AS other, 1 AS outgoing FROM edges
      WHERE namespace = ?1 AND from_id = ?2
    UNION ALL SELECT kind, from_id, 0 FROM edges
      WHERE namespace = ?1 AND to_id = ?2 AND kind = 'depends_on'
    ORDER BY kind, outgoing DESC, other ${limitOf("?3")}`,
  countOfBank: `SELECT (SELECT count(*) FROM ${live("?3")} AND ${OF_BANK})
    + (SELECT count(*) FROM ${ending("?3", "facts_ending")} AND ${OF_BANK}) AS count`,
  countReminder: `INSERT INTO reminders (namespace, id, count, last, revision)
    VALUES (?, ?, 1, ?, ?) ON CONFLICT (namespace, id) DO UPDATE SET count = count + 1,
    last = excluded.last, revision = excluded.revision RETURNING count`,
  reminders: "SELECT count FROM reminders WHERE namespace = ? AND id = ?",
  status: "SELECT body, updated FROM statuses WHERE namespace = ?",
  setStatus: `INSERT INTO statuses (namespace, body, updated, revision) VALUES (?, ?, ?, ?)
    ON CONFLICT (namespace) DO UPDATE SET body = excluded.body, updated = excluded.updated,
    revision = excluded.revision`,
  eraseStatus: "DELETE FROM statuses WHERE namespace = ?",
} as const;
