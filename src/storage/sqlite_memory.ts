// MemoryStore on an SQLite Database. Statements are prepared once; everything runs on the one
// connection of the Database, writes inside its shared transaction (_memory_changes.ts).

import type { DatabaseSync } from "node:sqlite";
import type {
  ChangePlace,
  Changes,
  EdgeKind,
  Erasures,
  FactRow,
  MemoryStore,
  Status,
  StoredLink,
  StoreTotals,
} from "../memory/store.ts";
import { prepareCourseAt } from "./_courses.ts";
import { digestOf } from "./_digest.ts";
import { factOf, type RawRow } from "./_fact_rows.ts";
import { FACT_STATEMENTS } from "./_fact_statements.ts";
import { type FactStatements, found, MemoryChanges } from "./_memory_changes.ts";
import { NamespaceCounts } from "./_namespace_counts.ts";
import { NewestFacts } from "./_newest_facts.ts";
import { SubjectDigests } from "./_subject_digests.ts";
import { WriteSequence } from "./_write_sequence.ts";
import type { Database } from "./database.ts";

/** A store in `database`, which stays the caller's to close. */
export function createSqliteMemory(database: Database): MemoryStore {
  const statements = prepareAll(database.connection);
  const courseAt = prepareCourseAt(database.connection);
  const kept = nothingKept();
  const sequence = new WriteSequence();
  return {
    write: (change) =>
      database.write((revision) => {
        const isKnown = sequence.goesOn(revision, database.generation());
        if (!isKnown) { for (const each of Object.values(kept)) each.clear(); }
        return change(new MemoryChanges({ statements, ...kept, revision }));
      }),
    facts: (namespace, ids) => database.read(() => factsOf(statements, namespace, ids)),
    changesSince: (place, limit) =>
      database.read(() => {
        const { revision, number } = place;
        return changesOf(statements.changesSince.all(revision, revision, number, limit), place);
      }),
    changesIn: (namespace, place, limit) =>
      database.read(() => {
        const { revision, number } = place;
        const asked = [revision, namespace, revision, number, limit] as const;
        return changesOf(statements.changesIn.all(...asked), place);
      }),
    inOrderOfId: (namespace, afterId, limit) =>
      database.read(() => statements.inOrderOfId.all(namespace, afterId, limit).map(factOf)),
    totals: () => database.read(() => totalsOf(statements.totals.get())),
    identity: () => database.read(() => Number(statements.identity.get()?.["value"])),
    courseAt: (revision) => database.read(() => Number(courseAt.get(revision)?.["number"] ?? 0)),
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
    countOfBank: ({ namespace, kind, atMs }) =>
      database.read(() => Number(statements.countOfBank.get(namespace, kind, atMs)?.["count"])),
    reminders: (namespace, ids) =>
      database.read(() =>
        ids.map((id) => Number(statements.reminders.get(namespace, id)?.["count"] ?? 0))
      ),
    erasuresSince: (revision, except) =>
      database.read(() => erasuresOf(statements.tombstonesSince.all(revision), except)),
    lastErasures: () =>
      database.read(() =>
        statements.lastErasures.all().map((row) => ({
          namespace: String(row["namespace"]),
          revision: Number(row["revision"]),
        }))
      ),
    status: (namespace) => database.read(() => statusOf(statements.status.get(namespace))),
    scrubPending: () => database.read(() => Number(statements.pending.get()?.["value"])),
    scrub: () => database.scrub(),
    revision: () => database.revision(),
    dataVersion: () => database.dataVersion(),
    databaseBytes: () => database.bytes(),
  };
}

// What writes know of the table from those before.
function nothingKept() {
  return {
    newest: new NewestFacts(),
    digests: new SubjectDigests(),
    counts: new NamespaceCounts(),
  };
}

// In the order of their ids.
function factsOf(
  { byId, byIds }: FactStatements,
  namespace: string,
  ids: readonly string[],
): readonly (FactRow | undefined)[] {
  if (ids.length < 2) return ids.map((id) => found(byId.get(namespace, id)));
  const rows = byIds.all(namespace, JSON.stringify(ids)).map(factOf);
  const known = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => known.get(id));
}

function changesOf(rows: readonly RawRow[], after: ChangePlace): Changes {
  const last = rows.at(-1);
  const end = last === undefined
    ? after
    : { revision: Number(last["revision"]), number: Number(last["number"]) };
  return { rows: rows.map(factOf), end };
}

function totalsOf(row: RawRow | undefined): StoreTotals {
  return { live: Number(row?.["live"]), namespaces: Number(row?.["namespaces"]) };
}

function erasuresOf(
  rows: readonly RawRow[],
  except: ReadonlySet<number> | undefined,
): readonly Erasures[] {
  const digests = new Map<string, Set<number>>();
  for (const row of rows) {
    if (except?.has(Number(row["revision"])) === true) continue;
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

function prepareAll(connection: DatabaseSync): FactStatements {
  const prepared = Object.entries(FACT_STATEMENTS)
    .map(([name, sql]) => [name, connection.prepare(sql)] as const);
  // The names are those of the table.
  return Object.fromEntries(prepared) as unknown as FactStatements;
}
