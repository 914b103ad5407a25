// Who follows whom when a fact is added: what the new one ends, and, for an identity or environment
// that began before one that is known already, what it makes way for.

import { CarError } from "../../base/errors.ts";
import { given } from "../../base/given.ts";
import type { Addition } from "./_addition.ts";
import { endsTooMany } from "./cascade.ts";
import { hasBegun, hasEnded } from "../_validity.ts";
import type { FactRow, MemoryTransaction } from "../store.ts";

/** What a new fact does to those that hold. */
export interface Succession {
  /** What it ends: what `supersedes` names, and the earlier value of an identity or environment. */
  readonly targets: readonly FactRow[];
  /** The first later value of an identity or environment: the new fact holds until that begins. */
  readonly heir?: FactRow;
}

// Most facts follow no other.
const NOBODY: Succession = { targets: [] };

/** Which facts a new one ends, and which one it makes way for; throws CarError `conflict`, `not_found`, `limit_reached`. */
export function successionOf(
  transaction: MemoryTransaction,
  addition: Addition,
  self: FactRow,
): Succession {
  const { namespace, fact, nowMs } = addition;
  const { factsEndedMax } = addition.limits;
  const hasOneValue = self.kind === "identity" || self.kind === "environment";
  if (fact.supersedes === undefined && !hasOneValue) return NOBODY;
  const targets = new Map<string, FactRow>();
  if (fact.supersedes !== undefined) {
    for (const target of named(transaction, addition, self.validFromMs)) {
      targets.set(target.id, target);
    }
  }
  let heir: FactRow | undefined;
  if (hasOneValue) {
    const lookup = { namespace, subject: self.subject, kind: self.kind, atMs: nowMs };
    const rivals = transaction.lastingWithSubject(lookup, endedLookupMax(addition))
      .filter(({ id }) => id !== self.id && !targets.has(id));
    for (const rival of rivals) {
      if (!isLater(rival, self, addition)) targets.set(rival.id, rival);
      // The newest come first.
      else heir = rival;
    }
  }
  targets.delete(self.id);
  for (const target of targets.values()) {
    // It is to end before the new fact begins: the one that ends it stays the one that did.
    if (!isLive(target) && hasEnded(target, self.validFromMs)) targets.delete(target.id);
  }
  if (targets.size > factsEndedMax) throw endsTooMany(factsEndedMax);
  return { targets: [...targets.values()], ...given("heir", heir) };
}

// A fact that counts from now follows everything that has begun, whatever a clock said then.
function isLater(rival: FactRow, self: FactRow, { fact, nowMs }: Addition): boolean {
  const { validFromMs, recordedMs } = rival;
  if (fact.validFromMs === undefined && hasBegun(validFromMs, recordedMs, nowMs)) return false;
  return validFromMs > self.validFromMs;
}

/** The new fact as one that makes way for its heir, if it has one. */
export function endedBy(heir: FactRow | undefined, draft: FactRow): FactRow {
  if (heir === undefined) return draft;
  const { id, validFromMs } = heir;
  return { ...draft, state: "superseded", supersededBy: id, validToMs: validFromMs };
}

// One more than may end, and the new fact itself when it is known already: enough to refuse.
function endedLookupMax({ limits }: Addition): number {
  return limits.factsEndedMax + 2;
}

function named(
  transaction: MemoryTransaction,
  addition: Addition,
  validFromMs: number,
): readonly FactRow[] {
  const { namespace, nowMs } = addition;
  const { supersedes = "" } = addition.fact;
  const byId = transaction.fact(namespace, supersedes);
  if (byId !== undefined) {
    // One whose end is planned may still end sooner.
    if (hasEnded(byId, Math.max(nowMs, validFromMs))) checkLive("supersedes", byId);
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

/** Throws `conflict` for a fact that was superseded or invalidated, be it only planned. */
export function checkLive(field: string, row: FactRow): void {
  if (row.state === "live") return;
  const by = row.supersededBy === undefined ? "" : ` by "${row.supersededBy}"`;
  throw new CarError("conflict", `"${field}" names a fact that was ${row.state}${by}`, {
    data: { field, ...(row.supersededBy === undefined ? {} : { supersededBy: row.supersededBy }) },
  });
}

/** True for a fact that nothing has ended but perhaps its expiry. */
export function isLive({ state }: FactRow): boolean {
  return state === "live";
}
