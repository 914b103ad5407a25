// Puts what another memory said into this one, inside a transaction. Whatever is there already stays as
// it is but for three things, which make a merge come out the same in whichever order it is done: what
// has ended in one of the two has ended, tags are united, and a mark for review stays. An id that was
// erased here is never filled again. Into an empty memory everything goes exactly as it was.

import type { Limits } from "../base/limits.ts";
import { spreadEnd } from "./writing/cascade.ts";
import { checkFact, checkStatus } from "./writing/check_fact.ts";
import { whatIsFull } from "./room.ts";
import type { FactRow } from "./store.ts";
import type {
  ErasureRow,
  StatusRow,
  StoredEdge,
  StoredFact,
  TransferTransaction,
} from "./transfer_store.ts";

/** What became of something that was to be merged. */
export type Merged =
  | { readonly kind: "added" | "changed" | "known" }
  | { readonly kind: "skipped"; readonly why: string };

/** What a merge needs to know and to remember from one record to the next. */
export interface MergeOptions {
  readonly limits: Limits;
  readonly nowMs: number;
  /** Facts that are here under another id, by `aliasKey`; grows while facts are merged. */
  readonly aliases: Map<string, string>;
}

// Facts of both memories with the same text, of which only one is kept. Beyond so many both are.
const ALIASES_MAX = 100_000;
// There is one, or none; more would be a fault of the memory, which a merge need not mend.
const RIVALS_MAX = 8;
// The whole of what rests on a fact falls with it here, for its own memory has decided so.
const NO_BOUND = Number.MAX_SAFE_INTEGER;

const ADDED: Merged = { kind: "added" };
const CHANGED: Merged = { kind: "changed" };
const KNOWN: Merged = { kind: "known" };

/** Merges one fact; throws `invalid_argument` for one that cannot be stored, before anything is written. */
export function mergeFact(
  transaction: TransferTransaction,
  fact: StoredFact,
  options: MergeOptions,
): Merged {
  const row = checkedRow(fact.row, options.limits);
  const known = transaction.facts.fact(row.namespace, row.id);
  if (known !== undefined) return mergeKnown(transaction, known, { ...fact, row }, options);
  if (transaction.facts.isErased(row.namespace, row.id)) return skipped("it was erased here");
  const double = transaction.facts.lastingDuplicate({
    ...row,
    recordedMs: lookMs(row, options),
  });
  if (row.state === "live" && double?.state === "live" && options.aliases.size < ALIASES_MAX) {
    options.aliases.set(aliasKey(row.namespace, row.id), double.id);
    return mergeKnown(transaction, double, { ...fact, row }, options);
  }
  const refusal = refusalOf(transaction, row, options);
  if (refusal !== undefined) return skipped(refusal);
  const rivals = rivalsOf(transaction, row, options);
  const inserted = transaction.facts.insert(row);
  transaction.putVersions(inserted, fact.versions);
  if (fact.reminders !== undefined) transaction.putReminders(inserted, fact.reminders);
  for (const rival of rivals) keepNewer(transaction, [inserted, rival], options);
  return ADDED;
}

/** Merges one edge, after both of its facts. */
export function mergeEdge(
  transaction: TransferTransaction,
  given: StoredEdge,
  { nowMs, aliases }: MergeOptions,
): Merged {
  const { namespace, kind } = given;
  const here = (id: string) => aliases.get(aliasKey(namespace, id)) ?? id;
  const edge = { namespace, kind, fromId: here(given.fromId), toId: here(given.toId) };
  const from = transaction.facts.fact(namespace, edge.fromId);
  const to = transaction.facts.fact(namespace, edge.toId);
  if (from === undefined || to === undefined) return skipped("a fact at its end is not here");
  if (transaction.hasEdge(edge)) return KNOWN;
  if (from.id === to.id) return skipped("both facts at its ends are one here");
  if (kind === "supersedes") {
    if (to.supersededBy !== undefined) return skipped("the fact was ended otherwise here");
    transaction.facts.link(edge);
    supersede(transaction, { from, to, nowMs });
    return ADDED;
  }
  transaction.facts.link(edge);
  const isUnheard = to.state !== "live" && from.state === "live" && !given.isSettled;
  if (isUnheard) spreadEnd(transaction.facts, { causes: [to], nowMs, factsEndedMax: NO_BOUND });
  return ADDED;
}

/** Merges a status; the later one holds. Throws `invalid_argument` for one that cannot be stored. */
export function mergeStatus(
  transaction: TransferTransaction,
  { namespace, body, updatedMs }: StatusRow,
  { limits }: MergeOptions,
): Merged {
  checkStatus(body, limits);
  const known = transaction.status(namespace);
  if (known !== undefined && known.updatedMs >= updatedMs) return KNOWN;
  transaction.facts.setStatus(namespace, { body, updatedMs });
  return known === undefined ? ADDED : CHANGED;
}

/** Takes over that an id was erased, so that it is not given to another fact here either. */
export function mergeErasure(transaction: TransferTransaction, erasure: ErasureRow): Merged {
  return transaction.putErasure(erasure) ? ADDED : KNOWN;
}

/** The key of a fact in `aliases`. */
export function aliasKey(namespace: string, id: string): string {
  // Neither may hold a line break.
  return `${namespace}\n${id}`;
}

function skipped(why: string): Merged {
  return { kind: "skipped", why };
}

// The checks of a fact that a caller gives; states and times are those of the record.
function checkedRow(row: FactRow, limits: Limits): FactRow {
  const { id, subject, tags = [] } = checkFact(row, limits);
  return { ...row, id: id ?? row.id, subject, tags };
}

function refusalOf(
  transaction: TransferTransaction,
  row: FactRow,
  { limits }: MergeOptions,
): string | undefined {
  const counts = transaction.facts.counts(row.namespace);
  const full = whatIsFull(counts, row, limits);
  if (full !== undefined) return `the namespace holds ${full.held} ${full.unit}, as many as it may`;
  if (counts.facts === 0 && transaction.facts.namespaces() >= limits.namespacesMax) {
    return `there are ${limits.namespacesMax} namespaces, as many as there may be`;
  }
  return undefined;
}

// What had expired when the fact was stored is no match for it, however the clocks differ.
function lookMs({ recordedMs }: FactRow, { nowMs }: MergeOptions): number {
  return Math.max(recordedMs, nowMs);
}

// What stands where only one value may: two memories may each have a current one.
function rivalsOf(
  transaction: TransferTransaction,
  row: FactRow,
  options: MergeOptions,
): readonly FactRow[] {
  const { namespace, subject, kind, state } = row;
  if (state !== "live" || (kind !== "identity" && kind !== "environment")) return [];
  const atMs = lookMs(row, options);
  return transaction.facts.lastingWithSubject({ namespace, subject, kind, atMs }, RIVALS_MAX)
    .filter((rival) => rival.state === "live");
}

// The one that became true later supersedes the other, whichever of them was here first.
function keepNewer(
  transaction: TransferTransaction,
  [fresh, rival]: readonly [FactRow, FactRow],
  { nowMs }: MergeOptions,
): void {
  const isFreshNewer = fresh.validFromMs >= rival.validFromMs;
  const [from, to] = isFreshNewer ? [fresh, rival] : [rival, fresh];
  const { namespace } = fresh;
  transaction.facts.link({ namespace, fromId: from.id, kind: "supersedes", toId: to.id });
  supersede(transaction, { from, to, nowMs });
}

function mergeKnown(
  transaction: TransferTransaction,
  known: FactRow,
  { row, reminders }: StoredFact,
  { limits, nowMs }: MergeOptions,
): Merged {
  const isSame = known.kind === row.kind && known.subject === row.subject &&
    known.body === row.body;
  if (!isSame) return skipped("another fact has its id here");
  const united = [...new Set([...known.tags, ...row.tags])];
  const tags = united.length > limits.tagsMax ? known.tags : united;
  const hasEnded = known.state === "live" && row.state !== "live";
  const needsReview = known.needsReview || (row.needsReview && known.state === "live");
  if (reminders !== undefined) transaction.putReminders(known, reminders);
  const isUnchanged = !hasEnded && tags.length === known.tags.length &&
    needsReview === known.needsReview;
  if (isUnchanged) return KNOWN;
  const { validToMs = Math.max(nowMs, known.validFromMs) } = row;
  const ending = hasEnded ? { state: row.state, validToMs } : {};
  const changed = transaction.facts.update({ ...known, tags, needsReview, ...ending }, nowMs);
  if (hasEnded) spreadEnd(transaction.facts, { causes: [changed], nowMs, factsEndedMax: NO_BOUND });
  return CHANGED;
}

function supersede(
  transaction: TransferTransaction,
  { from, to, nowMs }: { readonly from: FactRow; readonly to: FactRow; readonly nowMs: number },
): void {
  // A conclusion that fell before what was to take its place came has both: how it ended, and that.
  if (to.state !== "live") {
    transaction.setSuperseder(to, from.id);
    return;
  }
  const validToMs = Math.max(to.validFromMs, from.validFromMs);
  const ended = { ...to, state: "superseded" as const, supersededBy: from.id, validToMs };
  const changed = transaction.facts.update(ended, nowMs);
  spreadEnd(transaction.facts, { causes: [changed], nowMs, factsEndedMax: NO_BOUND });
}
