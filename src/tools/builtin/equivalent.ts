// `equivalent`: whether two plans come to the same, by playing both through on the same states.

import { Buffer } from "node:buffer";
import { z } from "zod";
import { given } from "../../base/given.ts";
import type { Limits } from "../../base/limits.ts";
import { ActionProposalSchema } from "../../proposal/action_proposal.ts";
import {
  type Equivalence,
  EquivalenceSchema,
  equivalent,
  TEST_STATES_MAX,
} from "../../proposal/equivalent.ts";
import { jsonObjectSchema } from "../../proposal/json_value.ts";
import { defineTool, type Tool } from "../definition.ts";
import { complaintOfPlan, stateThatFits } from "./_plan_bounds.ts";

/** What the tool works with. */
export interface EquivalentToolParts {
  readonly limits: Limits;
}

const INPUT = z.object({
  proposal_a: ActionProposalSchema.describe("One plan"),
  proposal_b: ActionProposalSchema.describe("The other plan"),
  test_states: z.array(jsonObjectSchema("A state before the first action"))
    .max(TEST_STATES_MAX).optional().describe(
      `States to play both plans through on, 1 to ${TEST_STATES_MAX}. Default or empty: {}, {"x":1,"y":2} and states made from the conditions of both plans`,
    ),
});

const OUTPUT = EquivalenceSchema.extend({
  left_out: z.array(z.enum(["initial_state", "final_state_a", "final_state_b"])).optional()
    .describe("States of the counterexample that are not whole, because the answer is too long"),
});

/** Makes the tool. */
export function equivalentTool({ limits }: EquivalentToolParts): Tool {
  return defineTool({
    name: "equivalent",
    title: "Compare two plans",
    description:
      "Says whether two plans of actions leave the same state behind, tried on a sample of initial states; if not, gives a state that shows the difference. Runs nothing.",
    input: INPUT,
    output: OUTPUT,
    readOnly: true,
    idempotent: true,
    precheck: (args) =>
      complaintOfPlan(args, "proposal_a", limits) ?? complaintOfPlan(args, "proposal_b", limits),
    run({ proposal_a, proposal_b, test_states }) {
      const report = equivalent(proposal_a, proposal_b, {
        actionsMax: limits.proposalActionsMax,
        ...given("testStates", test_states),
      });
      return { structured: withinBytes(report, limits.answerBytesMax) };
    },
  });
}

const STATES = ["initial_state", "final_state_a", "final_state_b"] as const;

/** The report with a counterexample whose states share the bytes there are. */
function withinBytes(report: Equivalence, bytesMax: number): z.output<typeof OUTPUT> {
  const { counterexample } = report;
  if (counterexample === undefined || bytesOf(report) <= bytesMax) return report;
  const empty = { initial_state: {}, final_state_a: {}, final_state_b: {} };
  const frame = bytesOf({ ...report, counterexample: empty, left_out: STATES });
  const share = Math.floor((bytesMax - frame) / STATES.length);
  const shown = { ...counterexample };
  const left_out = STATES.filter((name) => {
    shown[name] = stateThatFits(counterexample[name], share);
    return shown[name] !== counterexample[name];
  });
  return { ...report, counterexample: shown, left_out };
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
