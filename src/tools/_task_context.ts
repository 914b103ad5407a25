// What a model should know for a task, from the memory and the skills together; the tool
// `memory_build_context` and the prompt `car_context` give it out.

import { type Eventually, whenReady } from "../base/eventually.ts";
import { given } from "../base/given.ts";
import type { Context, ContextSkill } from "../memory/context.ts";
import type { MemoryEngine } from "../memory/engine.ts";
import type { Skills } from "../skills/skills.ts";

/** The budget of a context, in estimated tokens, where nobody names another. */
export const CONTEXT_TOKENS_STANDARD = 8_000;

/** The modes of a context; see `ContextRequest`. */
export const CONTEXT_MODES = ["full", "fast"] as const;

/** Where contexts come from. */
export interface TaskContextParts {
  readonly memory: MemoryEngine;
  readonly skills: Skills;
}

/** A context that is wanted. */
export interface TaskContextRequest {
  readonly namespace: string;
  readonly query: string;
  readonly mode: (typeof CONTEXT_MODES)[number];
  readonly maxTokens: number;
}

// As many as a context shows.
const SKILLS_MAX = 6;

/** Gets everything ready; then a context of at most so many bytes is made as often as wanted. */
export function prepareTaskContext(
  { memory, skills }: TaskContextParts,
  { namespace, ...request }: TaskContextRequest,
): Eventually<(bytesMax: number) => Context> {
  const suiting = request.mode === "fast" ? [] : skillsFor(skills, namespace, request.query);
  const wanted = { ...request, skills: suiting };
  return whenReady(
    memory.prepare(namespace, request.query),
    () => (bytesMax) => memory.buildContext(namespace, { ...wanted, bytesMax }),
  );
}

function skillsFor(skills: Skills, namespace: string, task: string): readonly ContextSkill[] {
  if (task.trim() === "") return [];
  return skills.find(namespace, { task, k: SKILLS_MAX })
    .map(({ skill }) => ({ name: skill.name, ...given("description", skill.description) }));
}
