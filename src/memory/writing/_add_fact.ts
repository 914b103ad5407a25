// What happens when a fact is given, decided inside one transaction: is it known already, what does
// it end, what falls with that, what contradicts it. Throws before anything is written wherever it
// can; the store undoes the rest.

import { CarError } from "../../base/errors.ts";
import { refusedField } from "../../base/text_fields.ts";
import type { Addition } from "./_addition.ts";
import { endFacts, spreadEnd } from "./cascade.ts";
import { checkLinks, link, referredTo, restingOn } from "./_links.ts";
import { endedBy, isLive, successionOf } from "./_succession.ts";
import { toldAgain } from "./_told_again.ts";
import { endsMsOf, hasEnded } from "../_validity.ts";
import type { AddedFact } from "../fact.ts";
import type { FactCounts, FactRow, MemoryTransaction } from "../store.ts";
import { whatIsFull } from "../room.ts";

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
  const referred = referredTo(transaction, addition);
  const draft = restingOn(referred, draftOf(addition), addition);
  const duplicate = findDuplicate(transaction, draft, fact.id !== undefined);
  const before = transaction.counts(namespace);
  if (duplicate === undefined) checkRoom(transaction, { before, draft }, addition);
  const { targets, heir } = successionOf(transaction, addition, duplicate ?? draft);
  const self = duplicate === undefined
    ? endedBy(heir, draft)
    : restingOn(referred, toldAgain(duplicate, fact, addition.limits), addition);
  checkLinks(referred, addition, { self, targets });

  const rows: FactRow[] = [];
  if (duplicate === undefined) rows.push(transaction.insert(self));
  else if (self !== duplicate) rows.push(transaction.update(self, nowMs));
  link(transaction, self, "depends_on", fact.dependsOn ?? []);
  link(transaction, self, "cites_premise", fact.premises ?? []);
  link(transaction, self, "supersedes", targets.map((target) => target.id));
  if (duplicate === undefined && heir !== undefined) {
    link(transaction, heir, "supersedes", [self.id]);
  }
  const { factsEndedMax } = addition.limits;
  const ended = endFacts(transaction, { by: self, targets, nowMs, factsEndedMax });
  // What was known already may end sooner by what it is said to follow from now.
  const isFalling = duplicate !== undefined && endsMsOf(self) < endsMsOf(duplicate);
  const fallen = isFalling
    ? spreadEnd(transaction, { causes: [self], nowMs, factsEndedMax })
    : undefined;
  rows.push(...ended.rows, ...fallen?.rows ?? []);
  const invalidated = fallen === undefined
    ? ended.invalidated
    : [self.id, ...ended.invalidated, ...fallen.invalidated];

  const { id, subject, kind } = self;
  const created = duplicate === undefined;
  return {
    added: {
      id,
      subject,
      kind,
      created,
      durable: true,
      total: targets.length === 0 && !isFalling
        ? before.live + Number(created && isLive(self))
        : transaction.counts(namespace).live,
      ...(created ? {} : { duplicateOf: id }),
      superseded: targets.slice(0, IDS_SHOWN_MAX).map((target) => target.id),
      supersededTotal: targets.length,
      ...findConflicts(transaction, { self, endedRows: ended.rows, nowMs }),
      invalidated: invalidated.slice(0, IDS_SHOWN_MAX),
      invalidatedTotal: invalidated.length,
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

function checkRoom(
  transaction: MemoryTransaction,
  { before, draft }: { readonly before: FactCounts; readonly draft: FactRow },
  { limits }: Addition,
): void {
  const full = whatIsFull(before, draft, limits);
  if (full !== undefined) {
    const message = `The namespace holds ${full.held} ${full.unit}; allowed: at most ${full.most}`;
    throw new CarError("limit_reached", message, { data: { limit: full.limit } });
  }
  if (before.facts > 0) return;
  const namespaces = transaction.namespaces();
  if (namespaces >= limits.namespacesMax) {
    const message = `There are ${namespaces} namespaces; allowed: at most ${limits.namespacesMax}`;
    throw new CarError("limit_reached", message, { data: { limit: "namespacesMax" } });
  }
}

interface Settled {
  readonly self: FactRow;
  readonly endedRows: readonly FactRow[];
  readonly nowMs: number;
}

// What else has not ended under the same subject and does not make way for the fact.
function findConflicts(
  transaction: MemoryTransaction,
  { self, endedRows, nowMs }: Settled,
): Pick<AddedFact, "conflicts" | "conflictsTotal"> {
  const { namespace, subject } = self;
  const lookup = { namespace, subject, atMs: nowMs };
  const replaced = endedRows.filter((row) => row.supersededBy === self.id);
  const settled = [self, ...replaced]
    .filter((row) => row.subject === subject && !hasEnded(row, nowMs));
  const settledIds = new Set(settled.map(({ id }) => id));
  const limit = CONFLICTS_SHOWN_MAX + settled.length;
  const newest = transaction.newestWithSubject(lookup, limit);
  const others = newest.filter(({ id }) => !settledIds.has(id));
  return {
    conflicts: others,
    conflictsTotal: newest.length < limit
      ? others.length
      : transaction.countWithSubject(lookup, CONFLICTS_COUNTED_MAX + settled.length) -
        settled.length,
  };
}
