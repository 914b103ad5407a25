// What is done with a whole database file: saying how large it is, checking it, making it smaller. Each
// has a connection of its own for as long as it takes, beside whoever else has the file open.

import { statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import type { Clock } from "../base/clock.ts";
import { CarError, messageOf } from "../base/errors.ts";
import type { Limits } from "../base/limits.ts";
import { checkVersion, pragmaNumber } from "./_file_check.ts";
import { newestVersionOf } from "./_migrate.ts";
import { isBusyFault, isDamageFault, isStorageFault, storageFailed } from "./_sqlite_fault.ts";
import { INCREMENTAL } from "./_connection.ts";
import { openDatabase } from "./database.ts";
import { MIGRATIONS } from "./migrations.ts";

/** Sizes of one namespace. */
export interface NamespaceSizes {
  readonly namespace: string;
  /** Facts by state. */
  readonly live: number;
  readonly superseded: number;
  readonly invalidated: number;
  /** Bytes of subjects and bodies in UTF-8. */
  readonly textBytes: number;
  readonly edges: number;
  /** Names of skills. */
  readonly skills: number;
}

/** Something that is wrong in a file, and how often. */
export interface FileFinding {
  /** `damage`: pages contradict each other; `rows`: rows do. */
  readonly kind: "damage" | "rows";
  readonly what: string;
}

/** What became of an attempt to make a file smaller. */
export interface Compacted {
  readonly bytesBefore: number;
  readonly bytesAfter: number;
  /** False when a process that reads kept the log from being emptied. */
  readonly isLogEmpty: boolean;
}

/**
 * Brings a file of an older program up to date, as a start of the daemon would. Throws what
 * `openDatabase` throws; one that is damaged stays as it is.
 */
export async function bringUpToDate(path: string, limits: Limits): Promise<void> {
  let isOlder: boolean;
  try {
    using opened = openReadOnly(path);
    isOlder = pragmaNumber(opened.connection, "user_version") < newestVersionOf(MIGRATIONS);
  } catch (fault) {
    // Whoever reads it next finds out how much can be read.
    if (isDamageFault(fault)) return;
    throw fault;
  }
  if (isOlder) await openDatabase({ path, limits }).close();
}

/** Sizes of all namespaces in order of name, from one state of the file. */
export function* namespaceSizes(path: string, only?: string): Iterable<NamespaceSizes> {
  using opened = openReadOnly(path);
  const rows = opened.connection.prepare(SIZES).iterate({ only: only ?? null });
  try {
    for (const row of rows) {
      yield {
        namespace: String(row["namespace"]),
        live: Number(row["live"]),
        superseded: Number(row["superseded"]),
        invalidated: Number(row["invalidated"]),
        textBytes: Number(row["text_bytes"]),
        edges: Number(row["edges"]),
        skills: Number(row["skills"]),
      };
    }
  } catch (fault) {
    throw isStorageFault(fault) ? storageFailed(`read "${path}"`, fault) : fault;
  }
}

const SIZES = `
WITH names AS (
  SELECT name FROM namespaces UNION SELECT name FROM skill_namespaces
  UNION SELECT namespace FROM statuses)
SELECT names.name AS namespace,
  total(state = 'live') AS live, total(state = 'superseded') AS superseded,
  total(state = 'invalidated') AS invalidated,
  total(octet_length(subject) + octet_length(body)) AS text_bytes,
  (SELECT count(*) FROM edges WHERE edges.namespace = names.name) AS edges,
  coalesce((SELECT skills FROM skill_namespaces WHERE name = names.name), 0) AS skills
FROM names LEFT JOIN facts ON facts.namespace = names.name
WHERE :only IS NULL OR names.name = :only GROUP BY names.name ORDER BY names.name`;

/** Bytes of the file and of its log. */
export function fileBytes(path: string): { readonly database: number; readonly log: number } {
  const size = (of: string) => statSync(of, { throwIfNoEntry: false })?.size ?? 0;
  return { database: size(path), log: size(`${path}-wal`) };
}

// Each counts the rows that break a promise of the store.
const PROMISES: readonly (readonly [what: string, sql: string])[] = [
  [
    "edges from or to a fact that is not there",
    `SELECT count(*) AS n FROM edges e WHERE
    NOT EXISTS (SELECT 1 FROM facts WHERE namespace = e.namespace AND id = e.from_id) OR
    NOT EXISTS (SELECT 1 FROM facts WHERE namespace = e.namespace AND id = e.to_id)`,
  ],
  [
    "facts superseded by one that is not there",
    `SELECT count(*) AS n FROM facts f WHERE
    superseded_by IS NOT NULL AND (state = 'live' OR
    NOT EXISTS (SELECT 1 FROM facts WHERE namespace = f.namespace AND id = f.superseded_by))`,
  ],
  [
    "facts that were superseded and are still live",
    `SELECT count(*) AS n FROM edges e
    JOIN facts f ON f.namespace = e.namespace AND f.id = e.to_id
    WHERE e.kind = 'supersedes' AND f.state = 'live'`,
  ],
  [
    "live conclusions from a fact that has ended",
    `SELECT count(*) AS n FROM edges e
    JOIN facts c ON c.namespace = e.namespace AND c.id = e.from_id AND c.state = 'live'
    JOIN facts p ON p.namespace = e.namespace AND p.id = e.to_id AND p.state <> 'live'
    WHERE e.kind = 'cites_premise'`,
  ],
  [
    "namespaces whose facts are counted wrong",
    `SELECT count(*) AS n FROM (
    SELECT name, facts, live FROM namespaces
    EXCEPT SELECT namespace, count(*), CAST(total(state = 'live') AS INTEGER) FROM facts
    GROUP BY namespace)`,
  ],
  [
    "namespaces with facts that are not counted",
    `SELECT count(*) AS n FROM
    (SELECT DISTINCT namespace FROM facts EXCEPT SELECT name FROM namespaces)`,
  ],
  [
    "former versions of a fact that is not there",
    `SELECT count(*) AS n FROM history h WHERE
    NOT EXISTS (SELECT 1 FROM facts WHERE namespace = h.namespace AND id = h.id)`,
  ],
  [
    "namespaces whose skills are counted wrong",
    `SELECT count(*) AS n FROM (
    SELECT name, skills FROM skill_namespaces
    EXCEPT SELECT namespace, count(DISTINCT name) FROM skills GROUP BY namespace)`,
  ],
];

const DAMAGE_SHOWN_MAX = 20;

/** Everything that is wrong with a file: its pages and indexes first, then its rows. Reads only. */
export function checkDatabaseFile(path: string): readonly FileFinding[] {
  try {
    using opened = openReadOnly(path);
    const { connection } = opened;
    const damage = connection.prepare(`PRAGMA integrity_check(${DAMAGE_SHOWN_MAX})`).all()
      .map((row) => String(Object.values(row)[0])).filter((answer) => answer !== "ok");
    if (damage.length > 0) return damage.map((what) => ({ kind: "damage", what }));
    return PROMISES.flatMap(([what, sql]) => {
      const count = Number(connection.prepare(sql).get()?.["n"]);
      return count === 0 ? [] : [{ kind: "rows" as const, what: `${count} ${what}` }];
    });
  } catch (fault) {
    if (!isDamageFault(fault) && !isDamaged(fault)) throw fault;
    return [{ kind: "damage", what: messageOf(fault) }];
  }
}

function isDamaged(fault: unknown): boolean {
  return fault instanceof CarError && fault.code === "storage_damaged";
}

/** Options of `compactDatabase`. */
export interface CompactOptions {
  readonly path: string;
  readonly limits: Limits;
  readonly clock: Clock;
}

/**
 * Writes the file anew without its empty pages and empties the log; where that is not allowed, moves what
 * stands at its end into the empty pages. Others may read and write it meanwhile; they wait for as long as
 * it takes. Throws `storage_failed` with the reason when it could
 * not be done, and what `openDatabase` throws; then the file is as it was.
 */
export async function compactDatabase(
  { path, limits, clock }: CompactOptions,
): Promise<Compacted> {
  const database = openDatabase({ path, limits, clock });
  const total = () => fileBytes(path).database + fileBytes(path).log;
  try {
    const bytesBefore = total();
    // The new pages are put together in a file: the whole of them may not fit into RAM.
    database.connection.exec("PRAGMA temp_store = FILE; PRAGMA busy_timeout = 5000");
    giveBackPages(database.connection);
    const isLogEmpty = await database.scrub();
    return { bytesBefore, bytesAfter: total(), isLogEmpty };
  } catch (fault) {
    throw compactFault(path, fault);
  } finally {
    await database.close();
  }
}

// VACUUM attaches a file of its own, which Deno refuses to a program without all permissions.
const CANNOT_ATTACH = /too many attached databases/;
// A thousandth of a second or so, after which others may write.
const PAGES_AT_ONCE = 256;

function giveBackPages(connection: DatabaseSync): void {
  try {
    // A file of an older program can be compacted without VACUUM from then on.
    connection.exec("PRAGMA auto_vacuum = INCREMENTAL");
    connection.exec("VACUUM");
  } catch (fault) {
    const canMove = pragmaNumber(connection, "auto_vacuum") === INCREMENTAL;
    if (!CANNOT_ATTACH.test(messageOf(fault)) || !canMove) throw fault;
    const rounds = Math.ceil(pragmaNumber(connection, "freelist_count") / PAGES_AT_ONCE);
    for (let round = 0; round < rounds; round++) {
      // It answers a row for each page; exec() would stop at the first.
      connection.prepare(`PRAGMA incremental_vacuum(${PAGES_AT_ONCE})`).all();
    }
  }
}

function compactFault(path: string, fault: unknown): unknown {
  const reason = isBusyFault(fault)
    ? "another process writes to it; try again"
    : CANNOT_ATTACH.test(messageOf(fault))
    ? "an older program made it, and Deno lets only a program with all permissions write it anew; run this command once with deno run -A, or under Bun"
    : undefined;
  if (reason !== undefined) {
    return new CarError("storage_failed", `Cannot compact "${path}": ${reason}`);
  }
  return fault instanceof CarError ? fault : storageFailed(`compact "${path}"`, fault);
}

interface OpenedReadOnly extends Disposable {
  readonly connection: DatabaseSync;
}

// Whatever is read is of one state. Throws `storage_newer`.
function openReadOnly(path: string): OpenedReadOnly {
  const connection = new DatabaseSync(path, { readOnly: true });
  try {
    connection.exec("PRAGMA busy_timeout = 5000; BEGIN");
    checkVersion(connection, path, newestVersionOf(MIGRATIONS));
  } catch (fault) {
    connection.close();
    throw fault;
  }
  return { connection, [Symbol.dispose]: () => connection.close() };
}
