// FactDirectory on an SQLite Database. Every statement seeks in an index and walks a bounded number of
// its entries.

import type { FactKind } from "../memory/fact.ts";
import {
  type FactDirectory,
  type FactPage,
  type FactPageLookup,
  MATCHES_COUNTED_MAX,
  matchesOf,
  type PrefixLookup,
} from "../memory/fact_directory.ts";
import { numberIn } from "./_columns.ts";
import { FACT_COLUMNS, factOf, type RawRow } from "./_fact_rows.ts";
import type { Database } from "./database.ts";

// Rows looked at for one page: most facts hold, and a page of 100 has to come by more than a few that
// do not.
const LOOKED_AT_MAX = 256;

// In SQLite a blob comes after every text, whatever the text.
const afterAllTexts = () => new Uint8Array([0xff]);

// When a fact holds, as `_validity.ts` of the memory says it.
const HOLDS = `(valid_from <= ?3 OR valid_from = recorded)
  AND (expires_at IS NULL OR expires_at > ?3)
  AND CASE WHEN valid_to IS NULL THEN state = 'live' OR valid_from > ?3 ELSE valid_to > ?3 END`;

const STATEMENTS = {
  byId: `SELECT ${FACT_COLUMNS} FROM facts WHERE namespace = ? AND id = ?`,
  page: `SELECT id, subject, kind, valid_from, (${HOLDS}) AS holds
    FROM facts INDEXED BY facts_by_id WHERE namespace = ?1 AND id < ?2
    ORDER BY id DESC LIMIT ${LOOKED_AT_MAX}`,
  ids: `SELECT id AS name FROM facts INDEXED BY facts_by_id
    WHERE namespace = ?1 AND id >= ?2 AND id < ?3 ORDER BY id LIMIT ${MATCHES_COUNTED_MAX + 1}`,
  // From one subject right to the next: a subject may have any number of facts.
  subjects: `WITH RECURSIVE found (name) AS (
      SELECT * FROM (SELECT subject FROM facts WHERE state = 'live' AND namespace = ?1
        AND subject >= ?2 AND subject < ?3 ORDER BY subject LIMIT 1)
      UNION ALL
      SELECT (SELECT subject FROM facts WHERE state = 'live' AND namespace = ?1
        AND subject > found.name AND subject < ?3 ORDER BY subject LIMIT 1)
      FROM found WHERE found.name IS NOT NULL LIMIT ${MATCHES_COUNTED_MAX + 2})
    SELECT name FROM found WHERE name IS NOT NULL`,
  live: "SELECT live FROM namespaces WHERE name = ?",
  namespaces: `SELECT name FROM namespaces WHERE facts > 0
    UNION SELECT name FROM skill_namespaces ORDER BY name LIMIT ?`,
  countNamespaces: `SELECT count(*) AS total FROM (SELECT name FROM namespaces WHERE facts > 0
    UNION SELECT name FROM skill_namespaces)`,
  lastStored: `SELECT max(ms) AS ms FROM (
    SELECT * FROM (SELECT recorded AS ms FROM facts ORDER BY revision DESC LIMIT 1)
    UNION ALL SELECT * FROM (SELECT recorded FROM skills ORDER BY revision DESC LIMIT 1))`,
} as const;

/** A directory in `database`, which stays the caller's to close. */
export function createSqliteDirectory(database: Database): FactDirectory {
  const prepare = (sql: string) => database.connection.prepare(sql);
  const byId = prepare(STATEMENTS.byId);
  const page = prepare(STATEMENTS.page);
  const ids = prepare(STATEMENTS.ids);
  const subjects = prepare(STATEMENTS.subjects);
  const live = prepare(STATEMENTS.live);
  const namespaces = prepare(STATEMENTS.namespaces);
  const countNamespaces = prepare(STATEMENTS.countNamespaces);
  const lastStored = prepare(STATEMENTS.lastStored);
  const matches = (statement: typeof ids, { namespace, prefix, limit }: PrefixLookup) => {
    const rows = statement.all(namespace, prefix, afterPrefix(prefix));
    return matchesOf(rows.map((row) => String(row["name"])), limit);
  };
  return {
    fact: (namespace, id) =>
      database.read(() => {
        const row = byId.get(namespace, id);
        return row === undefined ? undefined : factOf(row);
      }),
    page: (lookup) =>
      database.read(() => {
        const { namespace, beforeId = afterAllTexts(), atMs } = lookup;
        return pageOf(page.all(namespace, beforeId, atMs), lookup);
      }),
    ids: (lookup) => database.read(() => matches(ids, lookup)),
    subjects: (lookup) => database.read(() => matches(subjects, lookup)),
    liveFacts: (namespace) => database.read(() => Number(live.get(namespace)?.["live"] ?? 0)),
    namespaces: (limit) =>
      database.read(() => ({
        names: namespaces.all(limit).map((row) => String(row["name"])),
        total: Number(countNamespaces.get()?.["total"]),
      })),
    lastStoredMs: () => database.read(() => numberIn(lastStored.get()?.["ms"])),
  };
}

/** A page of rows that come after one another. */
function pageOf(rows: readonly RawRow[], { limit }: FactPageLookup): FactPage {
  const facts: FactPage["facts"][number][] = [];
  let lookedAt = 0;
  while (lookedAt < rows.length && facts.length < limit) {
    const row = rows[lookedAt++];
    if (row?.["holds"] === 1) facts.push(listedOf(row));
  }
  const isLast = lookedAt === rows.length && rows.length < LOOKED_AT_MAX;
  const last = rows[lookedAt - 1];
  return isLast || last === undefined ? { facts } : { facts, nextBeforeId: String(last["id"]) };
}

function listedOf(row: RawRow): FactPage["facts"][number] {
  return {
    id: String(row["id"]),
    subject: String(row["subject"]),
    // One of the known words: checked before it is stored, and nobody else writes.
    kind: row["kind"] as FactKind,
    validFromMs: Number(row["valid_from"]),
  };
}

/** What comes right after all texts that begin so: the prefix with its last character raised by one. */
function afterPrefix(prefix: string): string | Uint8Array {
  const characters = [...prefix];
  while (characters.length > 0) {
    const code = (characters.pop() ?? "").codePointAt(0) ?? 0;
    if (code === LAST_CODE_POINT) continue;
    const next = code + 1 === FIRST_SURROGATE ? LAST_SURROGATE + 1 : code + 1;
    return characters.join("") + String.fromCodePoint(next);
  }
  return afterAllTexts();
}

// SQLite compares texts as UTF-8, in the order of code points; surrogates stand for none.
const LAST_CODE_POINT = 0x10ffff;
const FIRST_SURROGATE = 0xd800;
const LAST_SURROGATE = 0xdfff;
