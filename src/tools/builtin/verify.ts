// `verify`: checks a plan of actions without running anything.

import { Buffer } from "node:buffer";
import { z } from "zod";
import { given } from "../../base/given.ts";
import type { Limits } from "../../base/limits.ts";
import { isJsonObject } from "../../protocol/json_rpc.ts";
import { ActionProposalSchema } from "../../proposal/action_proposal.ts";
import { jsonObjectSchema } from "../../proposal/json_value.ts";
import { verify } from "../../proposal/verify.ts";
import { type VerifyReport, VerifyReportSchema } from "../../proposal/verify_report.ts";
import { cut } from "../_complaint.ts";
import { firstThatFit } from "../_shorten.ts";
import { defineTool, type Tool } from "../definition.ts";
import type { ToolViewer } from "../source.ts";
import { complaintOfPlan } from "./_plan_bounds.ts";

/** What the tool works with. */
export interface VerifyToolParts {
  readonly limits: Limits;
  /** The tools whose parameters can be checked. */
  readonly findTool: (name: string, viewer: ToolViewer) => Tool | undefined;
}

const MAX_ACTIONS_STANDARD = 30;
const MAX_ACTIONS_MOST = 1_000;
const TOOL_NAMES_MOST = 10_000;
const COMPLAINT_CHARS_MAX = 500; // Of the parameters of one action; a report has many.
const ID_CHARS_MAX = 64; // In an issue that has to be shortened.

const INPUT = z.object({
  proposal: ActionProposalSchema.describe("The plan"),
  max_actions: z.number().int().min(1).max(MAX_ACTIONS_MOST).optional().describe(
    `A longer plan gets a warning, 1 to ${MAX_ACTIONS_MOST}. Default: ${MAX_ACTIONS_STANDARD}`,
  ),
  initial_state: jsonObjectSchema("The state before the first action. Default: empty").optional(),
  tools: z.array(z.string()).max(TOOL_NAMES_MOST).optional().describe(
    "Names of the tools that exist; a call of another one is an error. Default: not checked",
  ),
});

const OUTPUT = VerifyReportSchema.extend({
  left_out: z.array(z.enum(["simulated_state", "execution_levels", "conflicts", "issues"]))
    .optional().describe("Parts that are not shown, or not whole, because the answer is too long"),
});

/** Makes the tool. */
export function verifyTool({ limits, findTool }: VerifyToolParts): Tool {
  return defineTool({
    name: "verify",
    title: "Check a plan",
    description:
      "Checks a plan of actions before it runs: failing preconditions, missing dependencies, conflicting writes, repeated calls, wrong parameters. Runs nothing.",
    input: INPUT,
    output: OUTPUT,
    readOnly: true,
    idempotent: true,
    precheck: (args) => complaintOfPlan(args, "proposal", limits),
    run({ proposal, max_actions, initial_state, tools }, { origin }) {
      const report = verify(proposal, {
        maxActions: max_actions ?? MAX_ACTIONS_STANDARD,
        actionsMax: limits.proposalActionsMax,
        ...given("initialState", initial_state),
        ...given("tools", tools),
        checkParameters: (name, parameters) => checkParameters(findTool(name, origin), parameters),
      });
      return { structured: withinBytes(report, limits.answerBytesMax) };
    },
  });
}

function checkParameters(tool: Tool | undefined, parameters: unknown): string | undefined {
  if (tool === undefined || !isJsonObject(parameters)) return undefined;
  const check = tool.check(parameters);
  return check.ok ? undefined : cut(check.complaint, COMPLAINT_CHARS_MAX);
}

/** The report without what a reader misses least, as far as it has to go for the rest to fit. */
function withinBytes(report: VerifyReport, bytesMax: number): z.output<typeof OUTPUT> {
  const fits = (part: z.output<typeof OUTPUT>) =>
    Buffer.byteLength(JSON.stringify(part)) <= bytesMax;
  if (fits(report)) return report;
  const noState = { ...report, simulated_state: {}, left_out: ["simulated_state" as const] };
  if (fits(noState)) return noState;
  const noLevels = {
    ...noState,
    execution_levels: [],
    left_out: [...noState.left_out, "execution_levels" as const],
  };
  if (fits(noLevels)) return noLevels;
  const noConflicts = {
    ...noLevels,
    conflicts: [],
    left_out: [...noLevels.left_out, "conflicts" as const],
  };
  if (fits(noConflicts)) return noConflicts;
  const left_out = [...noConflicts.left_out, "issues" as const];
  const frame = Buffer.byteLength(JSON.stringify({ ...noConflicts, issues: [], left_out }));
  const whole = firstThatFit(report.issues, bytesMax - frame);
  const issues = whole.length > 0 ? [...whole] : shortenedIssue(report, bytesMax - frame);
  return { ...noConflicts, issues, left_out };
}

/** One issue, an error if there is one, cut to so many bytes: a plan is never bad without a word. */
function shortenedIssue({ issues }: VerifyReport, bytesMax: number): VerifyReport["issues"] {
  const first = issues.find((issue) => issue.severity === "error") ?? issues[0];
  if (first === undefined) return [];
  const action_id = first.action_id === null ? null : cut(first.action_id, ID_CHARS_MAX);
  let message = first.message;
  const bytes = () => Buffer.byteLength(JSON.stringify([{ ...first, action_id, message }]));
  while (message.length > 1 && bytes() > bytesMax) {
    message = cut(message, Math.ceil(message.length / 2));
  }
  return [{ ...first, action_id, message }];
}
