// The order that the keys of a plan impose. Writers of a key are `state_write` actions and
// `expected_effects`. An edge leads from an earlier action of the array to a later one, never back:
// the last earlier writer of a key to everyone who depends on it, and from write to write of one key.
// A later write is not held back by an earlier reader; the order of the array says what is read.

import { invariant } from "../base/errors.ts";
import { type Action, writtenKey } from "./action_proposal.ts";
import { WriterTree } from "./_writer_tree.ts";
import { ownValue } from "./json_value.ts";

/** The edges of a plan by position in the array of actions. */
export interface DependencyGraph {
  /** For each action the positions it waits for, ascending. */
  readonly dependencies: readonly (readonly number[])[];
  /** Positions in layers: each action stands one layer after the last one it waits for. */
  readonly levels: readonly (readonly number[])[];
}

/** Builds the graph; the time is bounded by the square of the number of actions. */
export function buildDependencyGraph(actions: readonly Action[]): DependencyGraph {
  const writers = new WriterTree();
  // For each writer the last action found to wait for it, so that no edge is kept twice.
  const lastReaders = new Int32Array(actions.length).fill(-1);
  const dependencies = actions.map((action, position) => {
    const earlier: number[] = [];
    const writes = writtenKeys(action);
    for (const key of new Set([...readKeys(action), ...writes])) {
      writers.visitWriters(key, (writer) => {
        if (lastReaders[writer] === position) return;
        lastReaders[writer] = position;
        earlier.push(writer);
      });
    }
    for (const key of writes) writers.record(key, position);
    return ascending(earlier);
  });
  return { dependencies, levels: layer(dependencies) };
}

/** The keys whose value after the action is known: what it writes and what it promises. */
export function writtenKeys(action: Action): readonly string[] {
  const key = writtenKey(action);
  const effects = Object.keys(action.expected_effects);
  return key === undefined ? effects : [key, ...effects];
}

/** The keys an action depends on: those it needs, and those of its preconditions. */
export function readKeys(action: Action): readonly string[] {
  return [...neededKeys(action), ...action.preconditions.map((precondition) => precondition.key)];
}

/** The keys whose values an action works with: its dependencies, `read_set` and `state_read` key. */
export function neededKeys(action: Action): readonly string[] {
  const keys = [...action.state_dependencies, ...action.read_set];
  const key = ownValue(action.parameters, "key");
  if (action.type === "state_read" && typeof key === "string") keys.push(key);
  return keys;
}

/** Tells whether an earlier action is done before a later one starts, by edges alone. */
export function createOrderCheck(
  graph: DependencyGraph,
): (earlier: number, later: number) => boolean {
  // One row of bits per action: everything it waits for, directly or not.
  const words = Math.ceil(graph.dependencies.length / 32);
  const rows = new Uint32Array(words * graph.dependencies.length);
  graph.dependencies.forEach((waitsFor, position) => {
    for (const earlier of waitsFor) {
      for (let word = 0; word <= earlier >> 5; word++) {
        const at = position * words + word;
        rows[at] = (rows[at] ?? 0) | (rows[earlier * words + word] ?? 0);
      }
      const at = position * words + (earlier >> 5);
      rows[at] = (rows[at] ?? 0) | (1 << (earlier & 31));
    }
  });
  return (earlier, later) =>
    ((rows[later * words + (earlier >> 5)] ?? 0) & (1 << (earlier & 31))) !== 0;
}

// Writers mostly come in their order already, and sorting a million edges is what would take time.
function ascending(positions: readonly number[]): readonly number[] {
  const isSorted = positions.every((position, at) =>
    at === 0 || (positions[at - 1] ?? 0) < position
  );
  return isSorted ? positions : positions.toSorted((a, b) => a - b);
}

function layer(dependencies: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const depths: number[] = [];
  const levels: number[][] = [];
  for (const [position, waitsFor] of dependencies.entries()) {
    let depth = 0;
    for (const earlier of waitsFor) {
      invariant(earlier < position, "an edge leads from an earlier action to a later one");
      depth = Math.max(depth, (depths[earlier] ?? 0) + 1);
    }
    depths.push(depth);
    (levels[depth] ??= []).push(position);
  }
  return levels;
}
