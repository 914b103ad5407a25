// What ends with a fact: the conclusions that cite it are invalidated, and those that cite them, as
// far as it goes; whatever depends on one that ended is marked for review. All in the transaction of
// the write that ended the first.

import { CarError } from "../base/errors.ts";
import type { FactRow, MemoryTransaction } from "./store.ts";

/** Which facts end, and by which one. */
export interface Ending {
  readonly by: FactRow;
  readonly targets: readonly FactRow[];
  readonly nowMs: number;
  /** Facts that may end; one more is refused. */
  readonly factsEndedMax: number;
}

/** What was written. */
export interface Ended {
  readonly rows: readonly FactRow[];
  /** Ids of the invalidated conclusions, nearest first. */
  readonly invalidated: readonly string[];
}

/** Supersedes the targets and everything that falls with them; throws `conflict` when `by` would fall, `limit_reached`. */
export function endFacts(transaction: MemoryTransaction, ending: Ending): Ended {
  const { by, targets, nowMs, factsEndedMax } = ending;
  const rows: FactRow[] = [];
  const reached = new Set(targets.map((target) => target.id));
  // Grows while it is walked; each id enters once, so a cycle ends.
  const queue: FactRow[] = [];
  for (const target of targets) {
    const validToMs = Math.max(target.validFromMs, by.validFromMs);
    const superseded = { ...target, state: "superseded" as const, supersededBy: by.id, validToMs };
    queue.push(transaction.update(superseded, nowMs));
  }
  const invalidated: string[] = [];
  const reviewed = new Map<string, FactRow>();
  for (const cause of queue) {
    rows.push(cause);
    for (const row of referring(transaction, cause, "cites_premise")) {
      if (reached.has(row.id) || row.state !== "live") continue;
      if (row.id === by.id) throw restsOnEnded();
      if (queue.length >= factsEndedMax) throw endsTooMany(factsEndedMax);
      reached.add(row.id);
      invalidated.push(row.id);
      const validToMs = Math.max(row.validFromMs, cause.validToMs ?? nowMs);
      queue.push(transaction.update({ ...row, state: "invalidated", validToMs }, nowMs));
    }
    for (const row of referring(transaction, cause, "depends_on")) {
      if (row.state === "live" && !row.needsReview && row.id !== by.id) reviewed.set(row.id, row);
    }
  }
  for (const row of reviewed.values()) {
    if (reached.has(row.id)) continue;
    rows.push(transaction.update({ ...row, needsReview: true }, nowMs));
  }
  return { rows, invalidated };
}

function referring(
  transaction: MemoryTransaction,
  { namespace, id }: FactRow,
  kind: "cites_premise" | "depends_on",
): readonly FactRow[] {
  return transaction.referringTo(namespace, id, kind)
    .map((from) => transaction.fact(namespace, from))
    .filter((row) => row !== undefined);
}

/** A refusal of a write that would end more facts than `factsEndedMax`. */
export function endsTooMany(factsEndedMax: number): CarError {
  return new CarError(
    "limit_reached",
    `The fact would end more than ${factsEndedMax} others, with the conclusions that rest on them; ` +
      'give one id as "supersedes", of a conclusion first, and end the others one by one',
    { data: { maximum: factsEndedMax } },
  );
}

function restsOnEnded(): CarError {
  return new CarError(
    "conflict",
    '"premises" rest on a fact that "supersedes" ends; leave that premise or "supersedes" out',
    { data: { field: "premises" } },
  );
}
