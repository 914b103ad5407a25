// Unordered writes of one key. Known writes are chained by the graph; what an action only announces
// in `write_set` is not, so two such writes may come in any order. Each write is compared with the
// write of its key just before it: if those pairs are all ordered, so is every other pair.

import type { Action } from "./action_proposal.ts";
import { createOrderCheck, type DependencyGraph, writtenKeys } from "./dependency_graph.ts";
import type { WriteConflict } from "./verify_report.ts";
import { WriterTree } from "./_writer_tree.ts";

/** A conflict, the ids of its two actions, and the position of the later one. */
export interface FoundConflict {
  readonly position: number;
  readonly earlier: string;
  readonly later: string;
  readonly conflict: WriteConflict;
}

/** All pairs of successive writes of one key without a path between them, in the order of the plan. */
export function findWriteConflicts(
  actions: readonly Action[],
  graph: DependencyGraph,
): readonly FoundConflict[] {
  if (actions.every((action) => action.write_set.length === 0)) return [];
  const isBefore = createOrderCheck(graph);
  const writers = new WriterTree();
  const found: FoundConflict[] = [];
  actions.forEach((action, position) => {
    const keys = new Set([...writtenKeys(action), ...action.write_set]);
    for (const key of keys) {
      writers.visitWriters(key, (earlier) => {
        const other = actions[earlier];
        if (other === undefined || isBefore(earlier, position)) return;
        const [first, second] = [other.id, action.id];
        const conflict = { key, actions: [first, second] };
        found.push({ position, earlier: first, later: second, conflict });
      });
    }
    for (const key of keys) writers.record(key, position);
  });
  return found;
}
