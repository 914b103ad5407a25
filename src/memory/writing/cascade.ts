// What ends with a fact: the conclusions that cite it are invalidated, and those that cite them, as
// far as it goes; whatever depends on one that ended is marked for review. All in the transaction of
// the write that ended the first.

import { CarError } from "../../base/errors.ts";
import { endsMsOf } from "../_validity.ts";
import type { FactRow, MemoryTransaction } from "../store.ts";

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

// Most facts end no other.
const NOTHING: Ended = { rows: [], invalidated: [] };

/** Supersedes the targets and everything that falls with them; throws `conflict` when `by` would fall, `limit_reached`. */
export function endFacts(transaction: MemoryTransaction, ending: Ending): Ended {
  const { by, targets, nowMs } = ending;
  if (targets.length === 0) return NOTHING;
  const causes = targets.map((target) => {
    const validToMs = Math.max(target.validFromMs, by.validFromMs);
    const superseded = { ...target, state: "superseded" as const, supersededBy: by.id, validToMs };
    return transaction.update(superseded, nowMs);
  });
  const { rows, invalidated } = spreadEnd(transaction, { ...ending, causes });
  return { rows: [...causes, ...rows], invalidated };
}

/** From which facts the end spreads. */
export interface Spread {
  /** They end at their `validToMs`, now without one. */
  readonly causes: readonly FactRow[];
  /** A fact that must not fall. */
  readonly by?: FactRow;
  readonly nowMs: number;
  /** As of `Ending`; the causes count. */
  readonly factsEndedMax: number;
}

interface Fall {
  readonly row: FactRow;
  readonly endsMs: number;
}

/** Invalidates and marks what rests on the causes; throws as `endFacts`. The causes are not written. */
export function spreadEnd(transaction: MemoryTransaction, spread: Spread): Ended {
  const { causes, by, nowMs, factsEndedMax } = spread;
  const known = new Set(causes.map((cause) => cause.id));
  const fallen = new Set<string>();
  const invalidated: FactRow[] = [];
  const reviewed = new Map<string, FactRow>();
  // By the time of the end, so that whatever rests on several premises falls with the first of them.
  const falls: Fall[] = [];
  for (const row of causes) schedule(falls, { row, endsMs: row.validToMs ?? nowMs });
  for (let fall = falls.shift(); fall !== undefined; fall = falls.shift()) {
    const { row, endsMs } = fall;
    // Each enters once, so a cycle ends.
    if (fallen.has(row.id)) continue;
    fallen.add(row.id);
    if (!known.has(row.id)) {
      if (known.size + invalidated.length >= factsEndedMax) throw endsTooMany(factsEndedMax);
      const ended = { ...row, state: "invalidated" as const, validToMs: endsMs };
      invalidated.push(transaction.update(ended, nowMs));
    }
    for (const conclusion of referring(transaction, row, "cites_premise")) {
      const fallsMs = Math.max(conclusion.validFromMs, endsMs);
      // One that is to end later anyway may end sooner.
      if (conclusion.state !== "live" && endsMsOf(conclusion) <= fallsMs) continue;
      if (conclusion.id === by?.id) throw restsOnEnded();
      schedule(falls, { row: conclusion, endsMs: fallsMs });
    }
    for (const dependent of referring(transaction, row, "depends_on")) {
      const isHeard = dependent.needsReview || dependent.id === by?.id;
      if (dependent.state === "live" && !isHeard) reviewed.set(dependent.id, dependent);
    }
  }
  const marked = [...reviewed.values()].filter((row) => !fallen.has(row.id))
    .map((row) => transaction.update({ ...row, needsReview: true }, nowMs));
  return { rows: [...invalidated, ...marked], invalidated: invalidated.map(({ id }) => id) };
}

// Nearly always at the end.
function schedule(falls: Fall[], fall: Fall): void {
  const before = falls.findLastIndex(({ endsMs }) => endsMs <= fall.endsMs);
  falls.splice(before + 1, 0, fall);
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
