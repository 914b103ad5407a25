// `memory_build_context`: what a model should know before it starts, as one text, for hosts that show
// no prompts.

import { Buffer } from "node:buffer";
import { z } from "zod";
import { whenReady } from "../../base/eventually.ts";
import type { Limits } from "../../base/limits.ts";
import { checkBytes } from "../../base/text_fields.ts";
import type { Context } from "../../memory/context.ts";
import type { MemoryEngine } from "../../memory/engine.ts";
import type { Skills } from "../../skills/skills.ts";
import {
  CONTEXT_TOKENS_STANDARD as TOKENS_STANDARD,
  prepareTaskContext,
} from "../_task_context.ts";
import { defineTool, type Tool } from "../definition.ts";
import { namespaceOf } from "../namespace.ts";
import { TENANT_ID } from "./_fields.ts";

/** What the tool works with. */
export interface MemoryBuildContextParts {
  readonly memory: MemoryEngine;
  readonly skills: Skills;
  readonly limits: Limits;
}

const TOKENS_MIN = 100;
const TOKENS_MAX = 100_000;

function inputSchema(limits: Limits) {
  return z.object({
    query: z.string().describe(
      `The task or question at hand. At most ${limits.queryBytesMax} bytes`,
    ),
    mode: z.enum(["full", "fast"]).optional().describe(
      "full (default); fast: without skills, related facts and what was so before",
    ),
    max_tokens: z.number().int().min(TOKENS_MIN).max(TOKENS_MAX).optional().describe(
      `Estimated size of the text. Identity and constraints are never cut by it. Default: ${TOKENS_STANDARD}`,
    ),
    tenant_id: TENANT_ID,
  });
}

const OUTPUT = z.object({
  context: z.string().describe("To be read before starting"),
  tokens: z.number().int().describe("Its size, estimated"),
  sections: z.array(z.object({
    name: z.enum(["identity", "constraints", "skills", "facts", "environment", "open_questions"]),
    entries: z.number().int(),
    tokens: z.number().int(),
    left_out: z.number().int().describe("Entries that did not fit"),
  })),
});

/** Makes the tool. */
export function memoryBuildContext({ memory, skills, limits }: MemoryBuildContextParts): Tool {
  return defineTool({
    name: "memory_build_context",
    title: "Assemble a context",
    description:
      "Puts together what the memory holds for a task: who you work for, what must always hold, procedures, facts with the most relevant last, surroundings, open questions.",
    input: inputSchema(limits),
    output: OUTPUT,
    readOnly: true,
    idempotent: true,
    run({ query, mode = "full", max_tokens = TOKENS_STANDARD, tenant_id }, context) {
      const namespace = namespaceOf(context, tenant_id);
      checkBytes("query", query, limits.queryBytesMax);
      const wanted = { namespace, query, mode, maxTokens: max_tokens };
      return whenReady(prepareTaskContext({ memory, skills }, wanted), (build) => ({
        structured: fitting(limits.answerBytesMax, (bytesMax) => viewOf(build(bytesMax))),
      }));
    },
  });
}

// What stands beside the text in an answer: six sections with their names and numbers.
const FRAME_BYTES = 512;
// A text grows by its escapes as JSON, up to six times; a text that was cut grows by about as much.
const ROUNDS_MAX = 8;

function fitting(
  bytesMax: number,
  build: (textBytesMax: number) => z.output<typeof OUTPUT>,
): z.output<typeof OUTPUT> {
  let textBytesMax = Math.max(0, bytesMax - FRAME_BYTES);
  for (let round = 1;; round++) {
    const built = build(textBytesMax);
    const bytes = Buffer.byteLength(JSON.stringify(built));
    if (bytes <= bytesMax || round === ROUNDS_MAX) return built;
    textBytesMax = Math.floor(textBytesMax * bytesMax / bytes * (1 - round / ROUNDS_MAX));
  }
}

function viewOf({ text, tokens, sections }: Context): z.output<typeof OUTPUT> {
  return {
    context: text,
    tokens,
    sections: sections.map(({ leftOut, ...section }) => ({ ...section, left_out: leftOut })),
  };
}
