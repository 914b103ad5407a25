// `skill_list`: the skills there are, with how they fared.

import { z } from "zod";
import { given } from "../../base/given.ts";
import type { Limits } from "../../base/limits.ts";
import type { Skills } from "../../skills/skills.ts";
import { firstThatFit } from "../_shorten.ts";
import { defineTool, type Tool } from "../definition.ts";
import { namespaceOf } from "../namespace.ts";
import { SKILL_VIEW, skillView } from "../_skill_view.ts";

/** What the tool works with. */
export interface SkillListParts {
  readonly skills: Skills;
  readonly limits: Limits;
}

const INPUT = z.object({
  domain: z.string().optional().describe(
    "Only global skills and those of this domain. Default: all",
  ),
});

const OUTPUT = z.object({
  skills: z.array(SKILL_VIEW).describe("By name"),
  total: z.number().int().describe("How many there are; more than shown when the list is too long"),
});

/** Makes the tool. */
export function skillList({ skills, limits }: SkillListParts): Tool {
  return defineTool({
    name: "skill_list",
    title: "List skills",
    description:
      "Lists the stored skills by name, with their status and how often they worked, without their code. To find one for a task, use skill_find.",
    input: INPUT,
    output: OUTPUT,
    readOnly: true,
    idempotent: true,
    run({ domain }, context) {
      const all = skills.list(namespaceOf(context), given("domain", domain)).map(skillView);
      const shown = firstThatFit(all, limits.answerBytesMax);
      return {
        structured: { skills: [...shown], total: all.length },
        text: JSON.stringify(shown),
      };
    },
  });
}
