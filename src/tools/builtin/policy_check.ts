// `policy_check`: what the policies would say about a call, without making it.

import { Buffer } from "node:buffer";
import { dirname, join, sep } from "node:path";
import { z } from "zod";
import { whenReady } from "../../base/eventually.ts";
import { given } from "../../base/given.ts";
import type { Limits } from "../../base/limits.ts";
import type { Policies } from "../../policy/policies.ts";
import { type PolicyReport, policyReport } from "../../policy/report.ts";
import { jsonObjectSchema } from "../../proposal/json_value.ts";
import { firstThatFit } from "../_shorten.ts";
import type { Approver } from "../approver.ts";
import { defineTool, type Tool } from "../definition.ts";
import { policyCallOf } from "../policy_gate.ts";
import type { ToolViewer } from "../source.ts";

/** What the tool works with. */
export interface PolicyCheckParts {
  readonly policies: Policies;
  readonly approver: Approver;
  readonly limits: Limits;
  readonly findTool: (name: string, viewer: ToolViewer) => Tool | undefined;
}

const NAME_CHARS_MAX = 256;

const INPUT = z.object({
  tool: z.string().min(1).max(NAME_CHARS_MAX).describe("Name of the tool; it need not exist here"),
  params: jsonObjectSchema("Arguments of the call. Default: none").optional(),
});

const FINDING = z.object({
  source: z.string().describe("The file of the rule, or built-in"),
  rule: z.string().describe("Id of the rule"),
  severity: z.enum(["deny", "warn"]).describe("A deny refuses the call; a warn does not"),
  reason: z.string().describe("What the rule says, without the text it found"),
});

const SOURCE = z.object({
  path: z.string().describe("A folder of policies"),
  exists: z.boolean(),
  rules: z.int().describe("Rules that are in force from it"),
  fault: z.string().optional().describe("Why its files as they are now are not in force"),
});

const OUTPUT = z.object({
  decision: z.enum(["allow", "deny"]),
  basis: z.enum(["denied_by_rule", "passed_rules", "no_rules_configured", "policy_load_failed"])
    .describe("What the decision rests on"),
  tool: z.string(),
  findings: z.array(FINDING).describe("What rules say about the call"),
  rules_loaded: z.int().describe("Rules in force, about this tool or others"),
  policy_sources: z.array(SOURCE).describe("Where rules are looked for"),
  left_out: z.array(z.enum(["findings", "policy_sources"])).optional().describe(
    "Lists that are not whole, because the answer is too long",
  ),
});

/** Makes the tool. */
export function policyCheck({ policies, approver, limits, findTool }: PolicyCheckParts): Tool {
  return defineTool({
    name: "policy_check",
    title: "Check a call against the policies",
    description:
      "Says whether the policies would allow a call of a tool with these arguments, and which rules say so. Makes no call, and counts as none of that tool.",
    input: INPUT,
    output: OUTPUT,
    readOnly: true,
    idempotent: true,
    run({ tool, params = {} }, context) {
      const found = findTool(tool, context.origin);
      const name = found?.wire.name ?? tool;
      const gated = { tool: name, aliases: found?.aliases, calledName: tool, args: params };
      const call = policyCallOf(gated, context);
      return whenReady(policies.explain(call), (explanation) => {
        const report = policyReport(tool, explanation, approver.canAsk(context));
        // Where the user of this machine keeps things is no other caller's business.
        const told = context.principal.grants === undefined ? report : withoutFolders(report);
        return { structured: withinBytes(told, limits.answerBytesMax) };
      });
    },
  });
}

type Answer = z.output<typeof OUTPUT>;

/** The report without the folders in which those of the policies are. */
function withoutFolders(report: PolicyReport): PolicyReport {
  const parents = report.policy_sources.map(({ path }) => join(dirname(path), sep));
  const bare = (text: string) => parents.reduce((left, each) => left.replaceAll(each, ""), text);
  return {
    ...report,
    findings: report.findings.map((each) => ({ ...each, source: bare(each.source) })),
    policy_sources: report.policy_sources.map(({ path, fault, ...rest }) => ({
      ...rest,
      path: bare(path),
      ...given("fault", fault && bare(fault)),
    })),
  };
}

/** As many findings as fit, those that deny first, and then of the sources. */
function withinBytes(report: PolicyReport, bytesMax: number): Answer {
  const answer = {
    ...report,
    findings: [...report.findings],
    policy_sources: [...report.policy_sources],
  };
  if (bytesOf(answer) <= bytesMax) return answer;
  const left_out: Answer["left_out"] = ["findings", "policy_sources"];
  const left = bytesMax - bytesOf({ ...answer, findings: [], policy_sources: [], left_out });
  const bySeverity = answer.findings.toSorted((a, b) => a.severity.localeCompare(b.severity));
  const findings = [...firstThatFit(bySeverity, left)];
  const policy_sources = [...firstThatFit(answer.policy_sources, left - bytesOf(findings))];
  return {
    ...answer,
    findings,
    policy_sources,
    left_out: left_out.filter((list) =>
      list === "findings"
        ? findings.length < answer.findings.length
        : policy_sources.length < answer.policy_sources.length
    ),
  };
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
