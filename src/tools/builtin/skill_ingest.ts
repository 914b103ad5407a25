// `skill_ingest`: stores a procedure that worked, as a new skill or the next version of a known one.

import { z } from "zod";
import { given } from "../../base/given.ts";
import type { Limits } from "../../base/limits.ts";
import type { Skills } from "../../skills/skills.ts";
import { defineTool, type Tool } from "../definition.ts";
import { namespaceOf } from "../namespace.ts";
import { actorOf } from "./_fields.ts";

/** What the tool works with. */
export interface SkillIngestParts {
  readonly skills: Skills;
  readonly limits: Limits;
}

function inputSchema(limits: Limits) {
  return z.object({
    name: z.string().describe(
      `Short name; a known name is stored as its next version. At most ${limits.subjectBytesMax} bytes`,
    ),
    code: z.string().describe(
      `The procedure: steps in words or code. At most ${limits.skillCodeBytesMax} bytes`,
    ),
    platform: z.string().optional().describe("Where it runs: a system, an application"),
    persona: z.string().optional().describe("For which role it is meant"),
    url_pattern: z.string().optional().describe(
      "Part of a URL on which it applies; * stands for any text",
    ),
    description: z.string().optional().describe("What it does, in a sentence"),
    task_keywords: z.array(z.string()).max(limits.skillKeywordsMax).optional().describe(
      "Words of the tasks it is for; they decide when skill_find suggests it",
    ),
    supersedes: z.string().optional().describe("Name of another skill that this one replaces"),
    domain: z.string().optional().describe("The area it belongs to. Default: all of them"),
  });
}

const OUTPUT = z.object({
  name: z.string(),
  version: z.number().int().describe("1 for a new skill"),
  superseded: z.string().optional().describe(
    "The skill that was replaced; it is kept as deprecated",
  ),
});

/** Makes the tool. */
export function skillIngest({ skills, limits }: SkillIngestParts): Tool {
  return defineTool({
    name: "skill_ingest",
    title: "Store a skill",
    description:
      "Stores a procedure that worked, so that every agent can find it with skill_find. The same name again becomes the next version; the older one is kept.",
    input: inputSchema(limits),
    output: OUTPUT,
    destructive: true,
    async run(input, context) {
      const stored = await skills.ingest(namespaceOf(context), {
        name: input.name,
        code: input.code,
        ...given("platform", input.platform),
        ...given("persona", input.persona),
        ...given("urlPattern", input.url_pattern),
        ...given("description", input.description),
        ...given("taskKeywords", input.task_keywords),
        ...given("supersedes", input.supersedes),
        ...given("domain", input.domain),
      }, actorOf(context, "skill_ingest", limits));
      return {
        structured: { ...stored },
        text: `skill ${stored.name} stored as version ${stored.version}`,
      };
    },
  });
}
