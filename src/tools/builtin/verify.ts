// `verify`: checks a plan of actions without running anything.

import { Buffer } from "node:buffer";
import { z } from "zod";
import { CarError } from "../../base/errors.ts";
import type { Limits } from "../../base/limits.ts";
import { isJsonObject } from "../../protocol/json_rpc.ts";
import { ActionProposalSchema } from "../../proposal/action_proposal.ts";
import { verify } from "../../proposal/verify.ts";
import { VerifyReportSchema } from "../../proposal/verify_report.ts";
import { defineTool, type Tool } from "../definition.ts";
import { given } from "./_fields.ts";

/** What the tool works with. */
export interface VerifyToolParts {
  readonly limits: Limits;
  /** The tools whose parameters can be checked. */
  readonly findTool: (name: string) => Tool | undefined;
}

const MAX_ACTIONS_STANDARD = 30;
const MAX_ACTIONS_MOST = 1_000;
const TOOL_NAMES_MOST = 10_000;

const INPUT = z.object({
  proposal: ActionProposalSchema.describe("The plan"),
  max_actions: z.number().int().min(1).max(MAX_ACTIONS_MOST).optional().describe(
    `A longer plan gets a warning, 1 to ${MAX_ACTIONS_MOST}. Default: ${MAX_ACTIONS_STANDARD}`,
  ),
  initial_state: z.record(z.string(), z.unknown()).optional().describe(
    "The state before the first action. Default: empty",
  ),
  tools: z.array(z.string()).max(TOOL_NAMES_MOST).optional().describe(
    "Names of the tools that exist; a call of another one is an error. Default: not checked",
  ),
});

/** Makes the tool. */
export function verifyTool({ limits, findTool }: VerifyToolParts): Tool {
  return defineTool({
    name: "verify",
    title: "Check a plan",
    description:
      "Checks a plan of actions before it runs: failing preconditions, missing dependencies, conflicting writes, repeated calls, wrong parameters. Runs nothing.",
    input: INPUT,
    output: VerifyReportSchema,
    readOnly: true,
    idempotent: true,
    run({ proposal, max_actions, initial_state, tools }) {
      const bytes = Buffer.byteLength(JSON.stringify(proposal));
      if (bytes > limits.proposalBytesMax) {
        const message =
          `Argument "proposal" has ${bytes} bytes, at most ${limits.proposalBytesMax} are allowed`;
        throw new CarError("limit_reached", message);
      }
      const report = verify(proposal, {
        maxActions: max_actions ?? MAX_ACTIONS_STANDARD,
        actionsMax: limits.proposalActionsMax,
        ...given("initialState", initial_state),
        ...given("tools", tools),
        checkParameters: (name, parameters) => checkParameters(findTool(name), parameters),
      });
      return { structured: report };
    },
  });
}

function checkParameters(tool: Tool | undefined, parameters: unknown): string | undefined {
  if (tool === undefined || !isJsonObject(parameters)) return undefined;
  const check = tool.check(parameters);
  return check.ok ? undefined : check.complaint;
}
