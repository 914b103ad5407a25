// Takes out of a plan what only seems to order it: state dependencies on keys that nothing in the plan
// writes. Nothing else is touched; the plan comes back as it came in, unknown fields and all.

import { z } from "zod";
import { LIMIT_RANGES } from "../base/limit_ranges.ts";
import { checkActionCount } from "./_action_count.ts";
import { collectWrittenKeys } from "./_written_keys.ts";
import { identifyActions, type ReceivedProposal } from "./action_proposal.ts";
import { type JsonObject, jsonObjectSchema } from "./json_value.ts";

/** What was taken out of one action. */
export const PrunedActionSchema = z.object({
  action_id: z.string().describe("The action"),
  removed: z.array(z.string()).describe("Keys taken out of its state_dependencies"),
});

/** What `optimize()` answers. */
export const OptimizationSchema = z.object({
  proposal: jsonObjectSchema("The plan without the dependencies that order nothing"),
  pruned: z.array(PrunedActionSchema).describe("What was taken out, in the order of the plan"),
});

/** What `optimize()` answers. */
export type Optimization = z.output<typeof OptimizationSchema>;

/** Options of `optimize()`. */
export interface OptimizeOptions {
  /** A plan with more actions is refused; default `proposalActionsMax` of the limits. */
  readonly actionsMax?: number;
}

/**
 * Drops the dependencies on keys that nothing in the plan writes or says it may write. Throws CarError
 * "limit_reached" when the plan has more actions than `actionsMax`.
 */
export function optimize(
  { received, parsed }: ReceivedProposal,
  options: OptimizeOptions = {},
): Optimization {
  const { actionsMax = LIMIT_RANGES.proposalActionsMax.standard } = options;
  checkActionCount(parsed, actionsMax);
  const actions = identifyActions(parsed.actions);
  const written = collectWrittenKeys(actions, { announced: true });
  const pruned = actions.map((action) => ({
    action_id: action.id,
    removed: [...new Set(action.state_dependencies)].filter((key) => !written.meets(key)),
  }));
  // The schema has found an array of objects here; these are the same, before defaults.
  const originals = received["actions"] as readonly JsonObject[];
  return {
    proposal: {
      ...received,
      actions: originals.map((action, at) => without(action, pruned[at]?.removed ?? [])),
    },
    pruned: pruned.filter(({ removed }) => removed.length > 0),
  };
}

function without(action: JsonObject, removed: readonly string[]): JsonObject {
  if (removed.length === 0) return action;
  const keys = action["state_dependencies"] as readonly string[];
  const gone = new Set(removed);
  return { ...action, state_dependencies: keys.filter((key) => !gone.has(key)) };
}
