// `skill_find`: the skills that suit a task, best first, with their code.

import { z } from "zod";
import { given } from "../../base/given.ts";
import type { Limits } from "../../base/limits.ts";
import type { FoundSkill } from "../../skills/skill.ts";
import type { Skills } from "../../skills/skills.ts";
import { cutHead, firstThatFit, headCutter, shortenBodies } from "../_shorten.ts";
import { defineTool, type Tool } from "../definition.ts";
import { namespaceOf } from "../namespace.ts";
import { SKILL_VIEW, skillView } from "../_skill_view.ts";

/** What the tool works with. */
export interface SkillFindParts {
  readonly skills: Skills;
  readonly limits: Limits;
}

const K_STANDARD = 3;
const K_MAX = 20;

function inputSchema(limits: Limits) {
  return z.object({
    task: z.string().describe(
      `What is to be done, in words. At most ${limits.queryBytesMax} bytes`,
    ),
    persona: z.string().optional().describe("The role you act in"),
    url: z.string().optional().describe("The page it is to be done on"),
    k: z.number().int().min(1).max(K_MAX).optional().describe(
      `How many skills at most, 1 to ${K_MAX}. Default: ${K_STANDARD}`,
    ),
  });
}

const FOUND = z.object({
  skill: SKILL_VIEW.extend({
    code: z.string(),
    truncated: z.literal(true).optional().describe("Only the start of its code or texts is shown"),
  }),
  score: z.number().describe("0 to 1"),
  why: z.string().describe("What the score is made of"),
});

const OUTPUT = z.object({ skills: z.array(FOUND).describe("Best first") });

/** Makes the tool. */
export function skillFind({ skills, limits }: SkillFindParts): Tool {
  return defineTool({
    name: "skill_find",
    title: "Find a skill",
    description:
      "Finds stored procedures that suit a task, best first, with their code. Ask before working out how to do something; afterwards report with skill_report.",
    input: inputSchema(limits),
    output: OUTPUT,
    readOnly: true,
    idempotent: true,
    run({ task, persona, url, k }, context) {
      const found = skills.find(namespaceOf(context), {
        task,
        ...given("persona", persona),
        ...given("url", url),
        k: k ?? K_STANDARD,
      });
      const views = viewsOf(found, limits.answerBytesMax);
      return { structured: { skills: views }, text: JSON.stringify(views) };
    },
  });
}

// What everything beside the code may take of an answer; if it would take more, description, keywords
// and reason of a skill are cut to this share each of what falls to the skill.
const TEXTS_SHARE = 0.5;
const TEXT_SHARE = 1 / 8;

function viewsOf(found: readonly FoundSkill[], bytesMax: number): z.output<typeof FOUND>[] {
  const entries = entriesOf(found, bytesMax);
  // An entry takes one byte more as it is shown.
  return shortenBodies(entries, { cutterOf: headCutter, bytesMax: bytesMax - entries.length })
    .map(({ view, body, truncated, score, why }) => ({
      skill: { ...view, code: body, ...given("truncated", truncated) },
      score,
      why,
    }));
}

interface Entry {
  readonly view: z.output<typeof SKILL_VIEW>;
  readonly body: string;
  readonly truncated?: true;
  readonly score: number;
  readonly why: string;
}

// With their texts whole where all of them fit, else with the start of each.
function entriesOf(found: readonly FoundSkill[], bytesMax: number): readonly Entry[] {
  const whole = found.map(({ skill, score, why }) => ({
    view: skillView(skill),
    body: skill.code,
    score,
    why,
  }));
  const textBytesMax = bytesMax * TEXT_SHARE / found.length;
  const texts = whole.map((entry) => ({ ...entry, body: "" }));
  if (firstThatFit(texts, bytesMax * TEXTS_SHARE).length === texts.length) return whole;
  return whole.map((entry) => ({ ...entry, ...shortened(entry, textBytesMax) }));
}

function shortened(
  { view, why }: Entry,
  bytesMax: number,
): Pick<Entry, "view" | "why" | "truncated"> {
  const { description, task_keywords } = view;
  return {
    view: {
      ...view,
      description: description === null ? null : cutHead(description, bytesMax).text,
      task_keywords: [...firstThatFit(task_keywords, bytesMax)],
    },
    why: cutHead(why, bytesMax).text,
    truncated: true,
  };
}
