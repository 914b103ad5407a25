// The SQL of memory_source.ts, in one place, so that it can be read beside the schema. A plus before a
// column keeps SQLite from an index whose order is another one than that of the numbers.

import { FACT_COLUMNS } from "./_fact_rows.ts";
import { SKILL_COLUMNS } from "./_skill_rows.ts";

const IN_NAMESPACE = "(?2 = '' OR +namespace = ?2)";

/** Each statement by what it gives; an empty namespace stands for all. */
export const SOURCE_STATEMENTS = {
  size: `SELECT total(n) AS size FROM (
    SELECT facts AS n FROM namespaces WHERE ?1 = '' OR name = ?1
    UNION ALL SELECT skills FROM skill_namespaces WHERE ?1 = '' OR name = ?1)`,
  facts: `SELECT number, ${FACT_COLUMNS} FROM facts WHERE number > ?1 AND ${IN_NAMESPACE}
    ORDER BY number LIMIT ?3`,
  versions: `SELECT changed, tags, valid_to, state, needs_review FROM history
    WHERE namespace = ? AND id = ? ORDER BY revision`,
  reminders: "SELECT count, last FROM reminders WHERE namespace = ? AND id = ?",
  // Those to and from facts that were stored before this one, or with it.
  edges:
    `SELECT e.kind, from_id, to_id, ?4 AS is_live, ?5 AS is_marked, o.state <> 'live' AS has_ended
      FROM edges e JOIN facts o ON o.namespace = e.namespace AND o.id = e.to_id
      WHERE e.namespace = ?1 AND e.from_id = ?2 AND o.number <= ?3
    UNION ALL SELECT e.kind, from_id, to_id, o.state = 'live', o.needs_review, ?4 = 0
      FROM edges e JOIN facts o ON o.namespace = e.namespace AND o.id = e.from_id
      WHERE e.namespace = ?1 AND e.to_id = ?2 AND o.number < ?3
    ORDER BY 1 DESC, 2, 3`,
  statuses: `SELECT namespace, body, updated FROM statuses
    WHERE ?1 = '' OR namespace = ?1 ORDER BY namespace`,
  erasures: `SELECT namespace, id_digest FROM tombstones
    WHERE ?1 = '' OR namespace = ?1 ORDER BY namespace, id_digest`,
  skills: `SELECT number, code, ${SKILL_COLUMNS} FROM skills WHERE number > ?1 AND ${IN_NAMESPACE}
    ORDER BY number LIMIT ?3`,
} as const;
