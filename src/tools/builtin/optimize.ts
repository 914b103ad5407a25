// `optimize`: a plan without the dependencies that order nothing.

import { Buffer } from "node:buffer";
import { z } from "zod";
import type { Limits } from "../../base/limits.ts";
import { ReceivedProposalSchema } from "../../proposal/action_proposal.ts";
import { type Optimization, OptimizationSchema, optimize } from "../../proposal/optimize.ts";
import { firstThatFit } from "../_shorten.ts";
import { defineTool, type Tool } from "../definition.ts";
import { complaintOfPlan } from "./_plan_bounds.ts";

/** What the tool works with. */
export interface OptimizeToolParts {
  readonly limits: Limits;
}

const INPUT = z.object({ proposal: ReceivedProposalSchema.describe("The plan") });

const OUTPUT = OptimizationSchema.partial({ proposal: true }).extend({
  left_out: z.array(z.enum(["proposal", "pruned"])).optional().describe(
    "proposal: the plan is too long for an answer, take the keys in pruned out of it yourself; pruned: the list is not whole",
  ),
});

/** Makes the tool. */
export function optimizeTool({ limits }: OptimizeToolParts): Tool {
  return defineTool({
    name: "optimize",
    title: "Prune a plan",
    description:
      "Takes state dependencies on keys that nothing in the plan writes out of it, and changes nothing else: no action is moved or deleted. Runs nothing.",
    input: INPUT,
    output: OUTPUT,
    readOnly: true,
    idempotent: true,
    precheck: (args) => complaintOfPlan(args, "proposal", limits),
    run({ proposal }) {
      const optimization = optimize(proposal, { actionsMax: limits.proposalActionsMax });
      return { structured: withinBytes(optimization, limits.answerBytesMax) };
    },
  });
}

/** A plan is given back whole or not at all: half of one would be another plan. */
function withinBytes(optimization: Optimization, bytesMax: number): z.output<typeof OUTPUT> {
  if (bytesOf(optimization) <= bytesMax) return optimization;
  const { pruned } = optimization;
  const short = { pruned, left_out: ["proposal" as const] };
  if (bytesOf(short) <= bytesMax) return short;
  const left_out = ["proposal" as const, "pruned" as const];
  const frame = bytesOf({ pruned: [], left_out });
  return { pruned: [...firstThatFit(pruned, bytesMax - frame)], left_out };
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
