// What a plan would leave behind, without running it. An action is blocked when it cannot be carried
// out: it names no tool or key to write, a precondition fails, or a key that the plan itself writes has
// no value when the action needs it. A blocked action has no effect, and whatever needs what it would
// have written is skipped with it.
//
// A key that nothing in the plan writes comes from outside; whoever simulates need not list all of that,
// so its absence blocks nothing (`optimize()` drops such dependencies and must change nothing here).
// Preconditions are judged by the state alone: a fallback that asks for `not_exists` runs when the
// action before it was skipped.

import { z } from "zod";
import { LIMIT_RANGES } from "../base/limit_ranges.ts";
import { checkActionCount } from "./_action_count.ts";
import { collectWrittenKeys, type WrittenKeys } from "./_written_keys.ts";
import { WriterTree } from "./_writer_tree.ts";
import {
  type Action,
  identifyActions,
  type ParsedProposal,
  writtenKey,
} from "./action_proposal.ts";
import type { BoundedComparison } from "./bounded_comparison.ts";
import { neededKeys, writtenKeys } from "./dependency_graph.ts";
import { ForwardState } from "./forward_state.ts";
import { type JsonObject, jsonObjectSchema } from "./json_value.ts";
import { precheck } from "./precondition.ts";

/** What `simulate()` answers. */
export const SimulationSchema = z.object({
  final_state: jsonObjectSchema("The state after all actions that could be carried out"),
  skipped: z.array(z.string()).describe(
    "Ids of actions that are blocked or depend on a blocked one, in the order of the plan",
  ),
});

/** What `simulate()` answers. */
export type Simulation = z.output<typeof SimulationSchema>;

/** Options of `simulate()`. */
export interface SimulateOptions {
  /** The state before the first action; default `{}`. */
  readonly initialState?: JsonObject;
  /** A plan with more actions is refused; default `proposalActionsMax` of the limits. */
  readonly actionsMax?: number;
  /** Compares for several simulations on one budget; default: one of its own. */
  readonly comparison?: BoundedComparison;
}

/**
 * Plays a plan through on a state. Throws CarError "limit_reached" when the plan has more actions than
 * `actionsMax`, or its preconditions are too large to compare.
 */
export function simulate(proposal: ParsedProposal, options: SimulateOptions = {}): Simulation {
  const { actionsMax = LIMIT_RANGES.proposalActionsMax.standard } = options;
  checkActionCount(proposal, actionsMax);
  const actions = identifyActions(proposal.actions);
  const written = collectWrittenKeys(actions);
  const state = new ForwardState(options.initialState, options.comparison);
  const writers = new WriterTree();
  const skipped = new Set<number>();
  actions.forEach((action, position) => {
    const isSkipped = needsSkipped(action, writers, skipped) || isBlocked(action, state, written);
    if (isSkipped) skipped.add(position);
    else state.apply(action);
    // A skipped write stands in the way all the same: what comes after it in the plan waits for it.
    for (const key of writtenKeys(action)) writers.record(key, position);
  });
  return {
    final_state: state.toJson(),
    skipped: [...skipped].map((position) => actions[position]?.id ?? ""),
  };
}

function needsSkipped(
  action: Action,
  writers: WriterTree,
  skipped: ReadonlySet<number>,
): boolean {
  if (skipped.size === 0) return false;
  let isNeeded = false;
  for (const key of neededKeys(action)) {
    writers.visitWriters(key, (writer) => void (isNeeded ||= skipped.has(writer)));
    if (isNeeded) return true;
  }
  return false;
}

function isBlocked(action: Action, state: ForwardState, written: WrittenKeys): boolean {
  if (action.type === "tool_call" && !action.tool) return true;
  if (action.type === "state_write" && writtenKey(action) === undefined) return true;
  return action.state_dependencies.some((key) => written.meets(key) && !state.read(key).found) ||
    action.preconditions.some((precondition) => precheck(precondition, state) !== undefined);
}
