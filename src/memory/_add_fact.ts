// What happens when a fact is given, decided inside one transaction: is it known already, what does
// it end, what falls with that, what contradicts it. Throws before anything is written wherever it
// can; the store undoes the rest.

import { CarError } from "../base/errors.ts";
import type { Limits } from "../base/limits.ts";
import { refusedField } from "../base/text_fields.ts";
import { endFacts, endsTooMany } from "./_cascade.ts";
import { toldAgain } from "./_told_again.ts";
import { hasEnded } from "./_validity.ts";
import type { AddedFact, NewFact } from "./fact.ts";
import type { EdgeKind, FactRow, MemoryTransaction } from "./store.ts";

/** A fact on its way into a namespace. */
export interface Addition {
  readonly namespace: string;
  /** As `checkFact` returned it. */
  readonly fact: NewFact;
  readonly nowMs: number;
  readonly newId: () => string;
  readonly limits: Limits;
}

/** What the transaction did. */
export interface AdditionOutcome {
  readonly added: Omit<AddedFact, "related">;
  /** Rows that were written, in the order of writing; the last one of an id holds. */
  readonly rows: readonly FactRow[];
  readonly revision: number;
}

const CONFLICTS_SHOWN_MAX = 10;
// Of what ended; more ids are no use to a reader and would make an answer of any length.
const IDS_SHOWN_MAX = 100;
// A subject may hold any number of facts; counting further tells nobody more.
const CONFLICTS_COUNTED_MAX = 1_000;

/** Runs inside `transaction`; throws CarError `conflict`, `not_found`, `limit_reached`. */
export function addFact(transaction: MemoryTransaction, addition: Addition): AdditionOutcome {
  const { namespace, fact, nowMs } = addition;
  const draft = draftOf(addition);
  const duplicate = findDuplicate(transaction, draft, fact.id !== undefined);
  const before = transaction.counts(namespace);
  if (duplicate === undefined) checkRoom(transaction, before.facts, addition);
  const self = duplicate ?? draft;
  const targets = findTargets(transaction, addition, self);
  checkLinks(transaction, addition, { self, targets });

  const rows: FactRow[] = [];
  if (duplicate === undefined) rows.push(transaction.insert(draft));
  else {
    const merged = toldAgain(duplicate, fact, addition.limits);
    if (merged !== duplicate) rows.push(transaction.update(merged, nowMs));
  }
  link(transaction, self, "depends_on", fact.dependsOn ?? []);
  link(transaction, self, "cites_premise", fact.premises ?? []);
  link(transaction, self, "supersedes", targets.map((target) => target.id));
  const { factsEndedMax } = addition.limits;
  const ended = endFacts(transaction, { by: self, targets, nowMs, factsEndedMax });
  rows.push(...ended.rows);

  const { id, subject, kind } = self;
  const created = duplicate === undefined;
  return {
    added: {
      id,
      subject,
      kind,
      created,
      durable: true,
      total: before.live + Number(created) - targets.filter(isLive).length -
        ended.invalidated.length,
      ...(created ? {} : { duplicateOf: id }),
      superseded: targets.slice(0, IDS_SHOWN_MAX).map((target) => target.id),
      supersededTotal: targets.length,
      ...findConflicts(transaction, self, nowMs),
      invalidated: ended.invalidated.slice(0, IDS_SHOWN_MAX),
      invalidatedTotal: ended.invalidated.length,
    },
    rows,
    revision: transaction.revision,
  };
}

function draftOf({ namespace, fact, nowMs, newId }: Addition): FactRow {
  const { subject, body, source, principal, client, expiresAtMs } = fact;
  const validFromMs = fact.validFromMs ?? nowMs;
  if (expiresAtMs !== undefined && expiresAtMs <= validFromMs) {
    throw refusedField("expires_at", "is not after valid_from", "a later time");
  }
  return {
    namespace,
    id: fact.id ?? newId(),
    kind: fact.kind ?? "pattern",
    subject,
    body,
    tags: fact.tags ?? [],
    confidence: fact.confidence ?? "medium",
    ...(source === undefined ? {} : { source }),
    ...(principal === undefined ? {} : { principal }),
    ...(client === undefined ? {} : { client }),
    validFromMs,
    ...(expiresAtMs === undefined ? {} : { expiresAtMs }),
    recordedMs: nowMs,
    state: "live",
    needsReview: false,
    isConstraint: fact.isConstraint ?? false,
    revision: 0,
  };
}

function findDuplicate(
  transaction: MemoryTransaction,
  draft: FactRow,
  isIdGiven: boolean,
): FactRow | undefined {
  const known = isIdGiven ? transaction.fact(draft.namespace, draft.id) : undefined;
  if (known === undefined) {
    if (isIdGiven && transaction.isErased(draft.namespace, draft.id)) throw idIsSpent();
    return transaction.lastingDuplicate(draft);
  }
  const isSame = known.kind === draft.kind && known.subject === draft.subject &&
    known.body === draft.body;
  if (isSame && !hasEnded(known, draft.recordedMs)) return known;
  throw new CarError(
    "conflict",
    isSame
      ? '"id" belongs to a fact that was superseded or has expired; leave "id" out to store it anew'
      : '"id" belongs to a fact with another body, subject or kind; to replace that fact, leave ' +
        '"id" out and give it as "supersedes"',
    { data: { field: "id" } },
  );
}

// Whoever remembers the old id must not take the new fact for the old one.
function idIsSpent(): CarError {
  const message =
    '"id" belonged to a fact that was erased; allowed: another id, or none for a new one';
  return new CarError("conflict", message, { data: { field: "id" } });
}

function checkRoom(transaction: MemoryTransaction, facts: number, addition: Addition): void {
  const { factsMax, namespacesMax } = addition.limits;
  if (facts >= factsMax) {
    throw new CarError(
      "limit_reached",
      `The namespace holds ${facts} facts; allowed: at most ${factsMax}`,
    );
  }
  if (facts > 0) return;
  const namespaces = transaction.namespaces();
  if (namespaces >= namespacesMax) {
    const message = `There are ${namespaces} namespaces; allowed: at most ${namespacesMax}`;
    throw new CarError("limit_reached", message);
  }
}

// What the new fact ends: what `supersedes` names, and the old value of an identity or environment.
function findTargets(
  transaction: MemoryTransaction,
  addition: Addition,
  self: FactRow,
): readonly FactRow[] {
  const { namespace, fact, nowMs } = addition;
  const { factsEndedMax } = addition.limits;
  const targets = new Map<string, FactRow>();
  if (fact.supersedes !== undefined) {
    for (const target of named(transaction, fact.supersedes, addition)) {
      targets.set(target.id, target);
    }
  }
  if (self.kind === "identity" || self.kind === "environment") {
    const lookup = { namespace, subject: self.subject, kind: self.kind, atMs: nowMs };
    for (const current of transaction.lastingWithSubject(lookup, endedLookupMax(addition))) {
      targets.set(current.id, current);
    }
  }
  targets.delete(self.id);
  for (const target of targets.values()) {
    // It is to end before the new fact begins: the one that ends it stays the one that did.
    if (!isLive(target) && hasEnded(target, self.validFromMs)) targets.delete(target.id);
  }
  if (targets.size > factsEndedMax) throw endsTooMany(factsEndedMax);
  return [...targets.values()];
}

// One more than may end, and the new fact itself when it is known already: enough to refuse.
function endedLookupMax({ limits }: Addition): number {
  return limits.factsEndedMax + 2;
}

function named(
  transaction: MemoryTransaction,
  supersedes: string,
  addition: Addition,
): readonly FactRow[] {
  const { namespace, nowMs } = addition;
  const byId = transaction.fact(namespace, supersedes);
  if (byId !== undefined) {
    checkLive("supersedes", byId);
    return [byId];
  }
  const lookup = { namespace, subject: supersedes, atMs: nowMs };
  const bySubject = transaction.lastingWithSubject(lookup, endedLookupMax(addition));
  if (bySubject.length > 0) return bySubject;
  throw new CarError(
    "not_found",
    '"supersedes" names no fact of this namespace; allowed: an id, or the exact subject of a live fact',
    { data: { field: "supersedes" } },
  );
}

function checkLinks(
  transaction: MemoryTransaction,
  { namespace, fact }: Addition,
  { self, targets }: { readonly self: FactRow; readonly targets: readonly FactRow[] },
): void {
  const ending = new Set(targets.map((target) => target.id));
  for (
    const [field, ids = []] of [["depends_on", fact.dependsOn], [
      "premises",
      fact.premises,
    ]] as const
  ) {
    for (const [at, id] of ids.entries()) {
      const name = `${field}[${at}]`;
      if (id === self.id) throw refusedField(name, "is the fact itself", "other facts");
      const row = transaction.fact(namespace, id);
      if (row === undefined) {
        const message = `"${name}" names no fact of this namespace; allowed: ids of live facts`;
        throw new CarError("not_found", message, { data: { field: name } });
      }
      checkLive(name, row);
      if (ending.has(id)) throw refusedField(name, "is superseded by this fact", "other facts");
    }
  }
}

function checkLive(field: string, row: FactRow): void {
  if (row.state === "live") return;
  const by = row.supersededBy === undefined ? "" : ` by "${row.supersededBy}"`;
  throw new CarError("conflict", `"${field}" names a fact that was ${row.state}${by}`, {
    data: { field, ...(row.supersededBy === undefined ? {} : { supersededBy: row.supersededBy }) },
  });
}

function isLive({ state }: FactRow): boolean {
  return state === "live";
}

function link(
  transaction: MemoryTransaction,
  from: FactRow,
  kind: EdgeKind,
  toIds: readonly string[],
): void {
  for (const toId of toIds) {
    transaction.link({ namespace: from.namespace, fromId: from.id, kind, toId });
  }
}

function findConflicts(
  transaction: MemoryTransaction,
  self: FactRow,
  nowMs: number,
): Pick<AddedFact, "conflicts" | "conflictsTotal"> {
  const lookup = { namespace: self.namespace, subject: self.subject, atMs: nowMs };
  // The fact itself is among them.
  const newest = transaction.newestWithSubject(lookup, CONFLICTS_SHOWN_MAX + 1);
  const others = newest.filter((other) => other.id !== self.id);
  const isAll = newest.length <= CONFLICTS_SHOWN_MAX;
  return {
    conflicts: others.slice(0, CONFLICTS_SHOWN_MAX),
    conflictsTotal: isAll
      ? others.length
      : transaction.countWithSubject(lookup, CONFLICTS_COUNTED_MAX + 1) - 1,
  };
}
