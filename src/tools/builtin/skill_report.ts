// `skill_report`: how a skill went, so that what fails is no longer suggested.

import { z } from "zod";
import { given } from "../../base/given.ts";
import type { Limits } from "../../base/limits.ts";
import type { Skills } from "../../skills/skills.ts";
import { defineTool, type Tool } from "../definition.ts";
import { namespaceOf } from "../namespace.ts";
import { actorOf } from "./_fields.ts";

/** What the tool works with. */
export interface SkillReportParts {
  readonly skills: Skills;
  readonly limits: Limits;
}

const INPUT = z.object({
  name: z.string().describe("The name of the skill that was used"),
  outcome: z.enum(["success", "failure"]).describe("How it went"),
  note: z.string().optional().describe("What to remember about it"),
});

const OUTPUT = z.object({
  name: z.string(),
  success_count: z.number().int(),
  fail_count: z.number().int(),
  status: z.enum(["active", "degraded", "deprecated"]),
});

/** Makes the tool. */
export function skillReport({ skills, limits }: SkillReportParts): Tool {
  return defineTool({
    name: "skill_report",
    title: "Report how a skill went",
    description:
      "Counts a success or a failure of a skill. One that fails too often is no longer suggested until it succeeds again.",
    input: INPUT,
    output: OUTPUT,
    async run({ name, outcome, note }, context) {
      const report = { name, outcome, ...given("note", note) };
      const by = actorOf(context, "skill_report", limits);
      const skill = await skills.report(namespaceOf(context), report, by);
      return {
        structured: {
          name: skill.name,
          success_count: skill.successCount,
          fail_count: skill.failCount,
          status: skill.status,
        },
      };
    },
  });
}
