// A memory as it is at one moment, for whoever copies it elsewhere: a connection of its own that can only
// read, in one transaction, so that writers go on beside it. It also opens a file that is damaged and
// gives what can be read of it; nothing is ever written to such a file.

import { DatabaseSync } from "node:sqlite";
import { given } from "../base/given.ts";
import { FACT_KINDS } from "../memory/fact.ts";
import type { EdgeKind, FactRow, FactState } from "../memory/store.ts";
import type {
  ErasureRow,
  FactVersionRow,
  MemorySource,
  OutgoingFact,
  ReminderCount,
  StatusRow,
  StoredEdge,
  Unreadable,
} from "../memory/transfer_store.ts";
import type { OutgoingSkill, SkillSource } from "../skills/transfer_store.ts";
import { numberIn } from "./_columns.ts";
import { factOf, type RawRow, tagsIn } from "./_fact_rows.ts";
import { checkVersion } from "./_file_check.ts";
import { newestVersionOf } from "./_migrate.ts";
import { salvagedRows } from "./_salvage.ts";
import { skillOf } from "./_skill_rows.ts";
import { SOURCE_STATEMENTS } from "./_source_statements.ts";
import { isDamageFault, isStorageFault, storageDamaged, storageFailed } from "./_sqlite_fault.ts";
import { MIGRATIONS } from "./migrations.ts";

/** Everything in one file, at one moment. */
export interface FileSource extends MemorySource, SkillSource {
  /** Safe to call twice. */
  close(): void;
}

/**
 * Opens the file, which exists. Throws `storage_newer`, and `storage_damaged` or `storage_failed` when
 * not even its schema can be read.
 */
export function openMemorySource(path: string): FileSource {
  let connection: DatabaseSync | undefined;
  try {
    connection = openForReading(path);
    checkVersion(connection, path, newestVersionOf(MIGRATIONS));
    return sourceOn(connection);
  } catch (fault) {
    connection?.close();
    if (isDamageFault(fault)) throw storageDamaged(path, "its schema cannot be read", fault);
    throw isStorageFault(fault) ? storageFailed(`read "${path}"`, fault) : fault;
  }
}

// Of a file that was cut short SQLite reads nothing at all, unless the schema may be written
// (https://www.sqlite.org/pragma.html#pragma_writable_schema), which a connection that only reads cannot.
function openForReading(path: string): DatabaseSync {
  // The type does not know `defensive` yet, both runtimes do; without it the pragma has no effect.
  const options = { readOnly: true, defensive: false };
  const connection = new DatabaseSync(path, options);
  connection.exec("PRAGMA writable_schema = ON; PRAGMA busy_timeout = 5000; BEGIN");
  return connection;
}

type Statements = {
  readonly [Name in keyof typeof SOURCE_STATEMENTS]: ReturnType<DatabaseSync["prepare"]>;
};

function sourceOn(connection: DatabaseSync): FileSource {
  const prepared = Object.entries(SOURCE_STATEMENTS)
    .map(([name, sql]) => [name, connection.prepare(sql)] as const);
  // The names are those of the table.
  const statements = Object.fromEntries(prepared) as unknown as Statements;
  return {
    size(namespace = "") {
      const [found] = guarded("the sizes", () => statements.size.all(namespace));
      return found !== undefined && "row" in found ? Number(found.row["size"]) : 0;
    },
    facts: (namespace = "") => factsOf(statements, namespace),
    statuses: (namespace = "") =>
      made(guarded("statuses", () => statements.statuses.iterate(namespace)), statusOf),
    erasures: (namespace = "") =>
      made(guarded("erasures", () => statements.erasures.iterate(namespace)), erasureOf),
    skills: (namespace = "") => {
      const { skills: statement } = statements;
      const rows = salvagedRows({ statement, parameters: [namespace], what: "skills" });
      return made(rows, outgoingSkill);
    },
    close() {
      if (connection.isOpen) connection.close();
    },
  };
}

function factsOf(statements: Statements, namespace: string): Iterable<OutgoingFact | Unreadable> {
  const { facts: statement } = statements;
  const rows = salvagedRows({ statement, parameters: [namespace], what: "facts" });
  return made(rows, (row) => outgoingFact(statements, row));
}

type Found = { readonly row: RawRow } | Unreadable;

// What a fault of SQLite ends is told as unreadable.
function* guarded(what: string, rows: () => Iterable<RawRow>): Iterable<Found> {
  try {
    for (const row of rows()) yield { row };
  } catch (fault) {
    if (!isStorageFault(fault)) throw fault;
    yield { unreadable: what };
  }
}

// A row that says what no row of ours does is unreadable, too: damage may look like anything.
function* made<Made>(
  rows: Iterable<Found>,
  make: (row: RawRow) => Made,
): Iterable<Made | Unreadable> {
  for (const found of rows) {
    if ("unreadable" in found) {
      yield found;
      continue;
    }
    let result: Made | Unreadable;
    try {
      result = make(found.row);
    } catch (fault) {
      const isUnsound = fault instanceof SyntaxError || fault instanceof RangeError;
      if (!isStorageFault(fault) && !isUnsound) throw fault;
      result = { unreadable: `what belongs to number ${found.row["number"]}` };
    }
    yield result;
  }
}

function outgoingFact(statements: Statements, raw: RawRow): OutgoingFact {
  const row = factOf(raw);
  const { namespace, id, needsReview } = row;
  checkSound(row);
  const number = Number(raw["number"]);
  const isLive = Number(row.state === "live");
  const reminders = statements.reminders.get(namespace, id);
  return {
    row,
    versions: statements.versions.all(namespace, id).map(versionOf),
    ...given("reminders", reminders === undefined ? undefined : remindersOf(reminders)),
    edges: statements.edges.all(namespace, id, number, isLive, Number(needsReview))
      .map((edge) => edgeOf(namespace, edge)),
  };
}

// Throws RangeError for what no time and no word of ours is.
function checkSound({ kind, validFromMs, validToMs, expiresAtMs, recordedMs }: FactRow): void {
  if (!FACT_KINDS.includes(kind)) throw new RangeError("Unknown kind");
  for (const ms of [validFromMs, recordedMs, validToMs ?? 0, expiresAtMs ?? 0]) {
    new Date(ms).toISOString();
  }
}

function outgoingSkill(raw: RawRow): OutgoingSkill {
  return { row: skillOf(raw), code: String(raw["code"]) };
}

function edgeOf(namespace: string, raw: RawRow): StoredEdge {
  // One of the three words; nothing else is ever written.
  const kind = raw["kind"] as EdgeKind;
  const isUnmarked = raw["is_live"] === 1 && raw["is_marked"] === 0 && raw["has_ended"] === 1;
  return {
    namespace,
    fromId: String(raw["from_id"]),
    kind,
    toId: String(raw["to_id"]),
    isSettled: kind === "depends_on" && isUnmarked,
  };
}

function versionOf(raw: RawRow): FactVersionRow {
  return {
    changedMs: Number(raw["changed"]),
    tags: tagsIn(String(raw["tags"])),
    ...given("validToMs", numberIn(raw["valid_to"])),
    // One of the three words; nothing else is ever written.
    state: raw["state"] as FactState,
    needsReview: raw["needs_review"] === 1,
  };
}

function remindersOf(raw: RawRow): ReminderCount {
  return { count: Number(raw["count"]), lastMs: Number(raw["last"]) };
}

function statusOf(raw: RawRow): StatusRow {
  return {
    namespace: String(raw["namespace"]),
    body: String(raw["body"]),
    updatedMs: Number(raw["updated"]),
  };
}

function erasureOf(raw: RawRow): ErasureRow {
  return { namespace: String(raw["namespace"]), idDigest: Number(raw["id_digest"]) };
}
