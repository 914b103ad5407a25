// `simulate`: what a plan would leave behind.

import { Buffer } from "node:buffer";
import { z } from "zod";
import { given } from "../../base/given.ts";
import type { Limits } from "../../base/limits.ts";
import { ActionProposalSchema } from "../../proposal/action_proposal.ts";
import { jsonObjectSchema } from "../../proposal/json_value.ts";
import { simulate, type Simulation, SimulationSchema } from "../../proposal/simulate.ts";
import { firstThatFit } from "../_shorten.ts";
import { defineTool, type Tool } from "../definition.ts";
import { complaintOfPlan, stateThatFits } from "./_plan_bounds.ts";

/** What the tool works with. */
export interface SimulateToolParts {
  readonly limits: Limits;
}

const INPUT = z.object({
  proposal: ActionProposalSchema.describe("The plan"),
  initial_state: jsonObjectSchema("The state before the first action. Default: empty").optional(),
});

const OUTPUT = SimulationSchema.extend({
  left_out: z.array(z.enum(["final_state", "skipped"])).optional().describe(
    "Parts that are not whole, because the answer is too long",
  ),
});

/** Makes the tool. */
export function simulateTool({ limits }: SimulateToolParts): Tool {
  return defineTool({
    name: "simulate",
    title: "Play a plan through",
    description:
      "Says which state a plan of actions would leave behind, and which actions would be skipped because they are blocked or depend on a blocked one. Runs nothing.",
    input: INPUT,
    output: OUTPUT,
    readOnly: true,
    idempotent: true,
    precheck: (args) => complaintOfPlan(args, "proposal", limits),
    run({ proposal, initial_state }) {
      const simulation = simulate(proposal, {
        actionsMax: limits.proposalActionsMax,
        ...given("initialState", initial_state),
      });
      return { structured: withinBytes(simulation, limits.answerBytesMax) };
    },
  });
}

/** The skipped actions first, as many as fit, and what then fits of the state. */
function withinBytes(simulation: Simulation, bytesMax: number): z.output<typeof OUTPUT> {
  if (Buffer.byteLength(JSON.stringify(simulation)) <= bytesMax) return simulation;
  const frame = { final_state: {}, skipped: [], left_out: ["final_state", "skipped"] };
  const left = bytesMax - Buffer.byteLength(JSON.stringify(frame));
  const skipped = firstThatFit(simulation.skipped, left);
  const state = stateThatFits(
    simulation.final_state,
    left - Buffer.byteLength(JSON.stringify(skipped)),
  );
  const left_out = [
    ...(state === simulation.final_state ? [] : ["final_state" as const]),
    ...(skipped.length === simulation.skipped.length ? [] : ["skipped" as const]),
  ];
  return { final_state: state, skipped: [...skipped], left_out };
}
