// One write of the memory: looks and changes inside the transaction that it shares with others.

import type { StatementSync } from "node:sqlite";
import type { FactConflict, FactKind } from "../memory/fact.ts";
import type {
  EdgeKind,
  FactCounts,
  FactEdge,
  FactRow,
  MemoryTransaction,
  Status,
  SubjectLookup,
} from "../memory/store.ts";
import { factBytes } from "../memory/fact_bytes.ts";
import { digestOf } from "./_digest.ts";
import { factOf, type RawRow, tagsText } from "./_fact_rows.ts";
import type { FACT_STATEMENTS } from "./_fact_statements.ts";
import type { NamespaceCounts } from "./_namespace_counts.ts";
import { NO_ROW, SOME_ROWS } from "./_digest_rows.ts";
import { KEPT_MAX, type NewestFacts, type SubjectFacts } from "./_newest_facts.ts";
import type { DigestedRow, SubjectDigests } from "./_subject_digests.ts";

// After all times that a fact may name.
const NEVER_MS = Number.MAX_SAFE_INTEGER;

// What the statements that look for the same fact are asked with.
type SameFact = readonly [
  digest: number,
  namespace: string,
  kind: FactKind,
  subject: string,
  body: string,
  atMs: number,
];

/** The prepared FACT_STATEMENTS. */
export type FactStatements = { readonly [Name in keyof typeof FACT_STATEMENTS]: StatementSync };

/** What a write works with. */
export interface MemoryChangesOptions {
  readonly statements: FactStatements;
  readonly newest: NewestFacts;
  readonly digests: SubjectDigests;
  readonly counts: NamespaceCounts;
  readonly revision: number;
}

/** What one write of the memory sees and changes, inside the shared transaction. */
export class MemoryChanges implements MemoryTransaction {
  readonly revision: number;
  readonly #statements: FactStatements;
  readonly #newest: NewestFacts;
  readonly #digests: SubjectDigests;
  readonly #counts: NamespaceCounts;

  constructor({ statements, newest, digests, counts, revision }: MemoryChangesOptions) {
    this.#statements = statements;
    this.#newest = newest;
    this.#digests = digests;
    this.#counts = counts;
    this.revision = revision;
  }

  fact(namespace: string, id: string): FactRow | undefined {
    return found(this.#statements.byId.get(namespace, id));
  }

  lastingDuplicate(row: FactRow): FactRow | undefined {
    const { namespace, kind, subject, body, recordedMs } = row;
    const digest = digestOfFact(row);
    const same = [digest, namespace, kind, subject, body, recordedMs] as const;
    const live = this.#liveDuplicate(
      same,
      this.#digests.rowOf(row, digest, () => this.#readDigests(row)),
    );
    if (live !== undefined || !this.#hasEnded(namespace)) return found(live);
    return found(this.#statements.endingDuplicate.get(...same, row.validToMs ?? NEVER_MS));
  }

  lastingWithSubject(
    { namespace, subject, atMs, kind }: SubjectLookup & { readonly kind?: FactKind },
    limit: number,
  ): readonly FactRow[] {
    return this.#statements.withSubject.all(namespace, subject, atMs, kind ?? null, limit)
      .map(factOf);
  }

  newestWithSubject(lookup: SubjectLookup, limit: number): readonly FactConflict[] {
    const newest = limit > KEPT_MAX
      ? this.#readNewest(lookup, limit).newest
      : this.#newest.newest(lookup, () => this.#readNewest(lookup, KEPT_MAX)).slice(0, limit);
    return newest.map(({ id, subject, body }) => ({ id, subject, body }));
  }

  countWithSubject(lookup: SubjectLookup, max: number): number {
    const { namespace, subject, atMs } = lookup;
    return this.#newest.count(lookup, max, () => {
      const row = this.#statements.countSubject.get(namespace, subject, atMs, max);
      return { count: Number(row?.["count"]), mayEnd: Number(row?.["ending"]) > 0 };
    });
  }

  referringTo(namespace: string, toId: string, kind: EdgeKind): readonly string[] {
    return this.#statements.referring.all(namespace, toId, kind)
      .map((row) => String(row["from_id"]));
  }

  counts(namespace: string): FactCounts {
    return this.#counts.of(namespace, () => {
      const row = this.#statements.counts.get(namespace);
      const of = (column: "facts" | "live" | "bytes") => Number(row?.[column] ?? 0);
      return { facts: of("facts"), live: of("live"), bytes: of("bytes") };
    });
  }

  namespaces(): number {
    return Number(this.#statements.namespaces.get()?.["count"]);
  }

  insert(row: FactRow): FactRow {
    const digest = digestOfFact(row);
    const { lastInsertRowid } = this.#statements.insert.run(
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
      digest,
      this.revision,
    );
    const live = row.state === "live" ? 1 : 0;
    this.#count(row.namespace, { facts: 1, live, bytes: factBytes(row) });
    this.#newest.added(row);
    this.#digests.added(row, digest, Number(lastInsertRowid));
    return { ...row, revision: this.revision };
  }

  update(row: FactRow, changedMs: number): FactRow {
    const { namespace, id } = row;
    const wasLive = this.#statements.stateOf.get(namespace, id)?.["state"] === "live";
    this.#statements.keepHistory.run(this.revision, changedMs, namespace, id);
    this.#statements.update.run(
      tagsText(row.tags),
      row.confidence,
      row.validToMs ?? null,
      row.expiresAtMs ?? null,
      row.state,
      row.supersededBy ?? null,
      Number(row.needsReview),
      Number(row.isConstraint),
      this.revision,
      namespace,
      id,
    );
    const isLive = row.state === "live";
    if (wasLive && !isLive) this.#count(namespace, { facts: 0, live: -1, bytes: 0 });
    this.#newest.changed(row);
    if (wasLive && !isLive) this.#digests.ended(row, digestOfFact(row));
    else if (isLive && !wasLive) this.#digests.changed(row);
    return { ...row, revision: this.revision };
  }

  link({ namespace, fromId, kind, toId }: FactEdge): void {
    this.#statements.link.run(namespace, fromId, kind, toId, this.revision);
  }

  isErased(namespace: string, id: string): boolean {
    return this.#statements.tombstone.get(namespace, digestOf([id])) !== undefined;
  }

  erase(row: FactRow): void {
    const { namespace, id } = row;
    this.#newest.changed(row);
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
    this.#count(namespace, { facts: -1, live: isLive ? -1 : 0, bytes: -factBytes(row) });
    if (isLive) this.#digests.ended(row, digestOfFact(row));
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

  #readNewest({ namespace, subject, atMs }: SubjectLookup, limit: number): SubjectFacts {
    const { newestLive, newestEnding } = this.#statements;
    const live = newestLive.all(namespace, subject, atMs, limit).map(placedFactOf);
    const ending = this.#hasEnded(namespace)
      ? newestEnding.all(namespace, subject, atMs, limit).map(placedFactOf)
      : [];
    const placed = ending.length === 0 ? live : [...live, ...ending]
      .sort((a, b) => b.validFromMs - a.validFromMs || b.number - a.number).slice(0, limit);
    return {
      newest: placed.map(({ id, body, validFromMs }) => ({ id, subject, body, validFromMs })),
      mayEnd: placed.some((fact) => fact.mayEnd),
    };
  }

  #liveDuplicate(same: SameFact, number: number): RawRow | undefined {
    const { duplicate, duplicateAt } = this.#statements;
    if (number === NO_ROW) return undefined;
    return number === SOME_ROWS ? duplicate.get(...same) : duplicateAt.get(...same, number);
  }

  #readDigests({ namespace, subject }: FactRow): readonly DigestedRow[] {
    const row = this.#statements.digests.get(namespace, subject);
    const numbers = numbersIn(row, "numbers");
    return numbersIn(row, "digests").map((digest, at) => ({
      digest,
      number: numbers[at] ?? NO_ROW,
    }));
  }

  // Of a fact that is not `live` the end was decided, though it may lie in the future.
  #hasEnded(namespace: string): boolean {
    const { facts, live } = this.counts(namespace);
    return facts > live;
  }

  #count(namespace: string, change: FactCounts): void {
    const { facts, live, bytes } = change;
    this.#statements.count.run(namespace, facts, live, bytes, this.revision);
    this.#counts.add(namespace, change);
  }
}

interface PlacedFact {
  readonly id: string;
  readonly body: string;
  readonly validFromMs: number;
  /** Its place in the table. */
  readonly number: number;
  readonly mayEnd: boolean;
}

function placedFactOf(row: RawRow): PlacedFact {
  return {
    id: String(row["id"]),
    body: String(row["body"]),
    validFromMs: Number(row["valid_from"]),
    number: Number(row["number"]),
    mayEnd: row["ending"] !== null,
  };
}

/** The fact in a row that may not be there. */
export function found(row: RawRow | undefined): FactRow | undefined {
  return row === undefined ? undefined : factOf(row);
}

// SQLite has made the JSON itself.
function numbersIn(row: RawRow | undefined, column: "digests" | "numbers"): readonly number[] {
  return JSON.parse(String(row?.[column])) as readonly number[];
}

function digestOfFact(row: FactRow): number {
  return digestOf([row.namespace, row.kind, row.subject, row.body]);
}
