// What happens when something is erased by its id, decided inside one transaction. What rested on a fact
// falls or is marked for review, as if it had been superseded, and then the row goes. What the fact
// superseded stays ended: forgetting an answer does not make the one before it true again.

import { spreadEnd } from "./cascade.ts";
import type { AppliedWrite } from "../namespaces/applied_write.ts";
import { statusIdOf } from "./_status_id.ts";
import type { DeletedFact } from "../fact.ts";
import type { MemoryTransaction } from "../store.ts";

/** What to erase. */
export interface Erasing {
  readonly namespace: string;
  /** Of a fact, or of the namespace's status. */
  readonly id: string;
  readonly nowMs: number;
  /** Facts that one write may end; more are refused. */
  readonly factsEndedMax: number;
}

/** What the transaction did. */
export interface ErasingOutcome extends AppliedWrite {
  readonly deleted: Pick<DeletedFact, "id" | "deleted" | "kind" | "total">;
  /** Ids of the conclusions that fell, nearest first. */
  readonly invalidated: readonly string[];
}

/** Runs inside `transaction`; throws CarError `limit_reached` when too many conclusions would fall. */
export function erase(transaction: MemoryTransaction, erasing: Erasing): ErasingOutcome {
  const { namespace, id, nowMs, factsEndedMax } = erasing;
  const { revision } = transaction;
  const total = () => transaction.counts(namespace).live;
  if (id === statusIdOf(namespace) && transaction.eraseStatus(namespace)) {
    const deleted = { id, deleted: true, kind: "status" as const, total: total() };
    return { deleted, invalidated: [], rows: [], revision };
  }
  const erased = transaction.fact(namespace, id);
  if (erased === undefined) {
    const deleted = { id, deleted: false, total: total() };
    return { deleted, invalidated: [], rows: [], revision };
  }
  // What rests on it falls now, though the fact itself was perhaps to end only later.
  const gone = { ...erased, validToMs: Math.min(erased.validToMs ?? nowMs, nowMs) };
  const fallen = spreadEnd(transaction, { causes: [gone], nowMs, factsEndedMax });
  transaction.erase(erased);
  const deleted = { id, deleted: true, kind: erased.kind, total: total() };
  return { deleted, ...fallen, erased, revision };
}
