// MemoryStore on an SQLite Database. Statements are prepared once; everything runs on the one
// connection of the Database, writes inside its shared transaction.

import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { FactConflict, FactKind } from "../memory/fact.ts";
import type {
  ChangePlace,
  Changes,
  EdgeKind,
  Erasures,
  FactCounts,
  FactEdge,
  FactRow,
  MemoryStore,
  MemoryTransaction,
  Status,
  StoredLink,
  StoreTotals,
  SubjectLookup,
} from "../memory/store.ts";
import { digestOf } from "./_digest.ts";
import { FACT_COLUMNS, factOf, type RawRow, tagsText } from "./_fact_rows.ts";
import { FACT_STATEMENTS } from "./_fact_statements.ts";
import type { Database } from "./database.ts";

type Statements = { readonly [Name in keyof typeof FACT_STATEMENTS]: StatementSync };

/** A store in `database`, which stays the caller's to close. */
export function createSqliteMemory(database: Database): MemoryStore {
  const statements = prepareAll(database.connection);
  return {
    write: (change) =>
      database.write((revision) => change(new SqliteTransaction(statements, revision))),
    facts: (namespace, ids) =>
      database.read(() => ids.map((id) => found(statements.byId.get(namespace, id)))),
    changesSince: (revision) => changesSince(database, revision),
    changesIn: (namespace, place, limit) =>
      database.read(() => changesIn(statements.changesIn, { namespace, place, limit })),
    inOrderOfId: (namespace, afterId, limit) =>
      database.read(() => statements.inOrderOfId.all(namespace, afterId, limit).map(factOf)),
    totals: () => database.read(() => totalsOf(statements.totals.get())),
    identity: () => database.read(() => Number(statements.identity.get()?.["value"])),
    versions: (namespace, subject, limit) =>
      database.read(() => statements.versions.all(namespace, subject, limit).map(factOf)),
    supersessions: (namespace, id, limit) =>
      database.read(() =>
        statements.supersessions.all(namespace, id, limit).map((row) => String(row["id"]))
      ),
    alwaysShown: ({ namespace, role, atMs }, limit) =>
      database.read(() =>
        (role === "constraint" ? statements.constraints : statements.ofKindAlwaysShown)
          .all(namespace, atMs, role, limit).map(factOf)
      ),
    hasLinks: (namespace) => database.read(() => statements.hasLinks.get(namespace) !== undefined),
    links: (namespace, id, limit) =>
      database.read(() => statements.links.all(namespace, id, limit).map(linkOf)),
    countOfBank: (namespace, kind) =>
      database.read(() => Number(statements.countOfBank.get(namespace, kind)?.["count"])),
    reminders: (namespace, ids) =>
      database.read(() =>
        ids.map((id) => Number(statements.reminders.get(namespace, id)?.["count"] ?? 0))
      ),
    erasuresSince: (revision) =>
      database.read(() => erasuresOf(statements.tombstonesSince.all(revision))),
    status: (namespace) => database.read(() => statusOf(statements.status.get(namespace))),
    scrubPending: () => database.read(() => Number(statements.pending.get()?.["value"])),
    scrub: () => database.scrub(),
    revision: () => database.revision(),
    dataVersion: () => database.dataVersion(),
    databaseBytes: () => database.bytes(),
  };
}

// Rows are turned into facts one by one, so that a start does not hold all bodies at once. Each use
// has its own statement: two iterations may run at the same time.
function* changesSince(database: Database, revision: number): Iterable<FactRow> {
  const rows = database.read(() =>
    database.connection
      .prepare(`SELECT ${FACT_COLUMNS} FROM facts WHERE revision > ? ORDER BY revision, number`)
      .iterate(revision)
  );
  for (;;) {
    const next = database.read(() => rows.next());
    if (next.done === true) return;
    yield factOf(next.value as RawRow); // Rows are objects: setReturnArrays is not used.
  }
}

interface ChangesAsked {
  readonly namespace: string;
  readonly place: ChangePlace;
  readonly limit: number;
}

function changesIn(
  statement: StatementSync,
  { namespace, place: { revision, number }, limit }: ChangesAsked,
): Changes {
  const rows = statement.all(revision, namespace, revision, number, limit);
  const last = rows.at(-1);
  const end = last === undefined
    ? { revision, number }
    : { revision: Number(last["revision"]), number: Number(last["number"]) };
  return { rows: rows.map(factOf), end };
}

function totalsOf(row: RawRow | undefined): StoreTotals {
  return { live: Number(row?.["live"]), namespaces: Number(row?.["namespaces"]) };
}

function erasuresOf(rows: readonly RawRow[]): readonly Erasures[] {
  const digests = new Map<string, Set<number>>();
  for (const row of rows) {
    const namespace = String(row["namespace"]);
    const erased = digests.get(namespace) ?? new Set();
    digests.set(namespace, erased.add(Number(row["id_digest"])));
  }
  return [...digests].map(([namespace, erased]) => ({
    namespace,
    mayHold: (id) => erased.has(digestOf([id])),
  }));
}

function linkOf(row: RawRow): StoredLink {
  return {
    // One of the three words; nothing else is ever written.
    kind: row["kind"] as EdgeKind,
    otherId: String(row["other"]),
    isOutgoing: row["outgoing"] === 1,
  };
}

function statusOf(row: RawRow | undefined): Status | undefined {
  if (row === undefined) return undefined;
  return { body: String(row["body"]), updatedMs: Number(row["updated"]) };
}

class SqliteTransaction implements MemoryTransaction {
  readonly #statements: Statements;

  constructor(statements: Statements, readonly revision: number) {
    this.#statements = statements;
  }

  fact(namespace: string, id: string): FactRow | undefined {
    return found(this.#statements.byId.get(namespace, id));
  }

  liveDuplicate(row: FactRow): FactRow | undefined {
    const { namespace, kind, subject, body, recordedMs } = row;
    return found(
      this.#statements.duplicate.get(digest(row), namespace, kind, subject, body, recordedMs),
    );
  }

  liveWithSubject(
    { namespace, subject, atMs, kind }: SubjectLookup & { readonly kind?: FactKind },
    limit: number,
  ): readonly FactRow[] {
    const only = kind ?? null;
    return this.#statements.withSubject.all(namespace, subject, atMs, only, only, limit)
      .map(factOf);
  }

  newestWithSubject(lookup: SubjectLookup, limit: number): readonly FactConflict[] {
    const { namespace, subject, atMs } = lookup;
    return this.#statements.newestWithSubject.all(namespace, subject, atMs, limit)
      .map((row) => ({ id: String(row["id"]), subject, body: String(row["body"]) }));
  }

  countWithSubject({ namespace, subject, atMs }: SubjectLookup, max: number): number {
    return Number(this.#statements.countSubject.get(namespace, subject, atMs, max)?.["count"]);
  }

  referringTo(namespace: string, toId: string, kind: EdgeKind): readonly string[] {
    return this.#statements.referring.all(namespace, toId, kind)
      .map((row) => String(row["from_id"]));
  }

  counts(namespace: string): FactCounts {
    const row = this.#statements.counts.get(namespace);
    return { facts: Number(row?.["facts"] ?? 0), live: Number(row?.["live"] ?? 0) };
  }

  namespaces(): number {
    return Number(this.#statements.namespaces.get()?.["count"]);
  }

  insert(row: FactRow): FactRow {
    this.#statements.insert.run(
      row.namespace,
      row.id,
      row.kind,
      row.subject,
      row.body,
      tagsText(row.tags),
      row.confidence,
      row.source ?? null,
      row.principal ?? null,
      row.client ?? null,
      row.validFromMs,
      row.validToMs ?? null,
      row.expiresAtMs ?? null,
      row.recordedMs,
      row.state,
      row.supersededBy ?? null,
      Number(row.needsReview),
      Number(row.isConstraint),
      digest(row),
      this.revision,
    );
    this.#count(row.namespace, 1, row.state === "live" ? 1 : 0);
    return { ...row, revision: this.revision };
  }

  update(row: FactRow, changedMs: number): FactRow {
    const { namespace, id } = row;
    const wasLive = this.#statements.stateOf.get(namespace, id)?.["state"] === "live";
    this.#statements.keepHistory.run(this.revision, changedMs, namespace, id);
    this.#statements.update.run(
      tagsText(row.tags),
      row.validToMs ?? null,
      row.state,
      row.supersededBy ?? null,
      Number(row.needsReview),
      this.revision,
      namespace,
      id,
    );
    if (wasLive && row.state !== "live") this.#count(namespace, 0, -1);
    return { ...row, revision: this.revision };
  }

  link({ namespace, fromId, kind, toId }: FactEdge): void {
    this.#statements.link.run(namespace, fromId, kind, toId, this.revision);
  }

  isErased(namespace: string, id: string): boolean {
    return this.#statements.tombstone.get(namespace, digestOf([id])) !== undefined;
  }

  erase({ namespace, id }: FactRow): void {
    const isLive = this.#statements.stateOf.get(namespace, id)?.["state"] === "live";
    // The edges are read for it, so they go after it.
    this.#statements.forgetSuperseder.run(this.revision, namespace, id, namespace, id);
    this.#statements.eraseEdgesFrom.run(namespace, id);
    this.#statements.eraseEdgesTo.run(namespace, id);
    this.#statements.eraseHistory.run(namespace, id);
    this.#statements.eraseReminders.run(namespace, id);
    this.#statements.erase.run(namespace, id);
    this.#statements.bury.run(namespace, digestOf([id]), this.revision);
    this.#statements.setPending.run(this.revision);
    this.#count(namespace, -1, isLive ? -1 : 0);
    this.#statements.forgetEmpty.run(namespace);
  }

  setStatus(namespace: string, { body, updatedMs }: Status): void {
    this.#statements.setStatus.run(namespace, body, updatedMs, this.revision);
  }

  eraseStatus(namespace: string): boolean {
    const { changes } = this.#statements.eraseStatus.run(namespace);
    if (changes === 0) return false;
    this.#statements.setPending.run(this.revision);
    return true;
  }

  countReminder(namespace: string, id: string, nowMs: number): number {
    const row = this.#statements.countReminder.get(namespace, id, nowMs, this.revision);
    return Number(row?.["count"]);
  }

  setScrubbed(revision: number): void {
    this.#statements.clearPending.run(revision);
  }

  #count(namespace: string, facts: number, live: number): void {
    this.#statements.count.run(namespace, facts, live, this.revision);
  }
}

function prepareAll(connection: DatabaseSync): Statements {
  const prepared = Object.entries(FACT_STATEMENTS)
    .map(([name, sql]) => [name, connection.prepare(sql)] as const);
  // The names are those of the table.
  return Object.fromEntries(prepared) as unknown as Statements;
}

function digest(row: FactRow): number {
  return digestOf([row.namespace, row.kind, row.subject, row.body]);
}

function found(row: RawRow | undefined): FactRow | undefined {
  return row === undefined ? undefined : factOf(row);
}
