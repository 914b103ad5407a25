// What a new fact refers to. A fact that still holds may be cited and depended on, though its end is
// decided: what follows from it then ends with it, as if it had been there when the end was decided.

import { CarError } from "../../base/errors.ts";
import { refusedField } from "../../base/text_fields.ts";
import type { Addition } from "./_addition.ts";
import { checkLive, isLive } from "./_succession.ts";
import { endsMsOf, hasEnded } from "../_validity.ts";
import type { EdgeKind, FactRow, MemoryTransaction } from "../store.ts";

/** Facts by id; undefined: none, as for most facts. */
export type FactsById = ReadonlyMap<string, FactRow> | undefined;

/** The facts that a new one refers to; an unknown id is left out. */
export function referredTo(
  transaction: MemoryTransaction,
  { namespace, fact: { dependsOn = [], premises = [] } }: Addition,
): FactsById {
  if (dependsOn.length === 0 && premises.length === 0) return undefined;
  const rows = new Map<string, FactRow>();
  for (const id of [...dependsOn, ...premises]) {
    const row = transaction.fact(namespace, id);
    if (row !== undefined) rows.set(id, row);
  }
  return rows;
}

/**
 * The row as it is with what it refers to: a conclusion ends with the first of its premises whose end is
 * decided, and what depends on one of those is marked for review. The row itself when that changes nothing.
 */
export function restingOn(
  referred: FactsById,
  row: FactRow,
  { fact: { dependsOn = [], premises = [] } }: Addition,
): FactRow {
  if (referred === undefined) return row;
  const endsMs = Math.min(...premises.map((id) => decidedEndMs(referred.get(id))));
  const validToMs = Math.max(row.validFromMs, endsMs);
  const endsSooner = endsMs < Infinity && (isLive(row) || validToMs < endsMsOf(row));
  if (endsSooner) return { ...row, state: "invalidated", validToMs };
  const mayChange = dependsOn.some((id) => {
    const other = referred.get(id);
    // What takes its place knows of its end.
    return other !== undefined && !isLive(other) && other.supersededBy !== row.id;
  });
  return mayChange && isLive(row) && !row.needsReview ? { ...row, needsReview: true } : row;
}

/** Throws `invalid_argument`, `not_found`, or `conflict` for what will have ended when the fact begins. */
export function checkLinks(
  referred: FactsById,
  { fact: { dependsOn = [], premises = [] }, nowMs }: Addition,
  { self, targets }: { readonly self: FactRow; readonly targets: readonly FactRow[] },
): void {
  if (dependsOn.length === 0 && premises.length === 0) return;
  const ending = new Set(targets.map((target) => target.id));
  for (const [field, ids] of [["depends_on", dependsOn], ["premises", premises]] as const) {
    for (const [at, id] of ids.entries()) {
      const name = `${field}[${at}]`;
      if (id === self.id) throw refusedField(name, "is the fact itself", "other facts");
      const row = referred?.get(id);
      if (row === undefined) {
        const message = `"${name}" names no fact of this namespace; allowed: ids of live facts`;
        throw new CarError("not_found", message, { data: { field: name } });
      }
      if (hasEnded(row, Math.max(nowMs, self.validFromMs))) checkLive(name, row);
      if (ending.has(id)) throw refusedField(name, "is superseded by this fact", "other facts");
    }
  }
}

/** Stores that a fact refers to others. */
export function link(
  transaction: MemoryTransaction,
  from: FactRow,
  kind: EdgeKind,
  toIds: readonly string[],
): void {
  for (const toId of toIds) {
    transaction.link({ namespace: from.namespace, fromId: from.id, kind, toId });
  }
}

// That a fact expires ends nothing else.
function decidedEndMs(row: FactRow | undefined): number {
  if (row === undefined || isLive(row)) return Infinity;
  return row.validToMs ?? row.validFromMs;
}
