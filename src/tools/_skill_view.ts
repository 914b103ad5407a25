// A skill as the tools show it.

import { z } from "zod";
import type { SkillView } from "../skills/skill.ts";

/** The schema of a shown skill. */
export const SKILL_VIEW = z.object({
  name: z.string(),
  description: z.string().nullable(),
  platform: z.string().nullable(),
  persona: z.string().nullable(),
  url_pattern: z.string().nullable(),
  task_keywords: z.array(z.string()),
  domain: z.string().nullable().describe("Null: global"),
  status: z.enum(["active", "degraded", "deprecated"]).describe(
    "degraded: failed too often and is not suggested; deprecated: another skill took its place",
  ),
  version: z.number().int(),
  success_count: z.number().int(),
  fail_count: z.number().int(),
});

/** The skill with the names of the wire. */
export function skillView(skill: SkillView): z.output<typeof SKILL_VIEW> {
  return {
    name: skill.name,
    description: skill.description ?? null,
    platform: skill.platform ?? null,
    persona: skill.persona ?? null,
    url_pattern: skill.urlPattern ?? null,
    task_keywords: [...skill.taskKeywords],
    domain: skill.domain ?? null,
    status: skill.status,
    version: skill.version,
    success_count: skill.successCount,
    fail_count: skill.failCount,
  };
}
