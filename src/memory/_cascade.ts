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
  const { by, targets, nowMs } = ending;
  const causes = targets.map((target) => {
    // One that was to end later anyway may end sooner; nothing makes it last longer.
    const endsMs = Math.max(target.validFromMs, by.validFromMs);
    const validToMs = Math.min(target.validToMs ?? Infinity, endsMs);
    const superseded = { ...target, state: "superseded" as const, supersededBy: by.id, validToMs };
    return transaction.update(superseded, nowMs);
  });
  const { rows, invalidated } = spreadEnd(transaction, { ...ending, causes });
  return { rows: [...causes, ...rows], invalidated };
}

/** From which facts the end spreads. */
export interface Spread {
  /** They have ended, or are about to be erased. */
  readonly causes: readonly FactRow[];
  /** A fact that must not fall. */
  readonly by?: FactRow;
  readonly nowMs: number;
  /** As of `Ending`; the causes count. */
  readonly factsEndedMax: number;
}

/** Invalidates and marks what rests on the causes; throws as `endFacts`. The causes are not written. */
export function spreadEnd(transaction: MemoryTransaction, spread: Spread): Ended {
  const { causes, by, nowMs, factsEndedMax } = spread;
  const reached = new Set(causes.map((cause) => cause.id));
  // Grows while it is walked; each id enters once, so a cycle ends.
  const queue = [...causes];
  const reviewed = new Map<string, FactRow>();
  for (const cause of queue) {
    for (const row of referring(transaction, cause, "cites_premise")) {
      if (reached.has(row.id) || row.state !== "live") continue;
      if (row.id === by?.id) throw restsOnEnded();
      if (queue.length >= factsEndedMax) throw endsTooMany(factsEndedMax);
      reached.add(row.id);
      const validToMs = Math.max(row.validFromMs, cause.validToMs ?? nowMs);
      queue.push(transaction.update({ ...row, state: "invalidated", validToMs }, nowMs));
    }
    for (const row of referring(transaction, cause, "depends_on")) {
      if (row.state === "live" && !row.needsReview && row.id !== by?.id) reviewed.set(row.id, row);
    }
  }
  const invalidated = queue.slice(causes.length);
  const marked = [...reviewed.values()].filter((row) => !reached.has(row.id))
    .map((row) => transaction.update({ ...row, needsReview: true }, nowMs));
  return { rows: [...invalidated, ...marked], invalidated: invalidated.map(({ id }) => id) };
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
    `The write would end more than ${factsEndedMax} facts, with the conclusions that rest on them; ` +
      'give one id, as "supersedes" or to be erased, of a conclusion first, and end the others one by one',
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
