// What `memory_save_knowledge` and `memory_save_procedural` have in common: they differ in the kind of
// fact they store and in the words a model reads.

import { z } from "zod";
import { given } from "../../base/given.ts";
import type { Limits } from "../../base/limits.ts";
import type { MemoryEngine } from "../../memory/engine.ts";
import { CONFIDENCES } from "../../memory/fact.ts";
import { defineTool, type Tool } from "../definition.ts";
import { namespaceOf } from "../namespace.ts";
import { actorOf, TENANT_ID } from "./_fields.ts";

/** What the tools work with. */
export interface SaveFactParts {
  readonly memory: MemoryEngine;
  readonly limits: Limits;
}

/** What tells one from the other. */
export interface SaveFactWords {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly kind: "knowledge" | "procedural";
  /** What its body should say. */
  readonly body: string;
}

function inputSchema(limits: Limits, { body }: SaveFactWords) {
  return z.object({
    subject: z.string().describe(
      `What it is about, in a few words. At most ${limits.subjectBytesMax} bytes`,
    ),
    body: z.string().describe(`${body}. At most ${limits.factBodyBytesMax} bytes`),
    id: z.string().optional().describe(
      `An id of your own, at most ${limits.idCharsMax} characters. Default: a new one`,
    ),
    tags: z.array(z.string()).max(limits.tagsMax).optional().describe(
      `Words to filter by; at most ${limits.tagsMax} of ${limits.tagCharsMax} characters`,
    ),
    confidence: z.enum(CONFIDENCES).optional().describe("How sure this is. Default: medium"),
    tenant_id: TENANT_ID,
    is_constraint: z.boolean().optional().describe(
      "It must always hold, so every assembled context shows it; a known fact becomes one, too. Default: false",
    ),
  });
}

/** Makes one of the two tools. */
export function saveFactTool({ memory, limits }: SaveFactParts, words: SaveFactWords): Tool {
  const { name, title, description, kind } = words;
  return defineTool({
    name,
    title,
    description,
    input: inputSchema(limits, words),
    output: z.object({
      id: z.string().describe("The id of the fact, new or known"),
      kind: z.literal(kind),
      fact_count: z.number().int().describe("Current facts of the namespace"),
    }),
    async run(input, context) {
      const by = actorOf(context, name, limits);
      const added = await memory.addFact(namespaceOf(context, input.tenant_id), {
        kind,
        subject: input.subject,
        body: input.body,
        ...given("id", input.id),
        ...given("tags", input.tags),
        ...given("confidence", input.confidence),
        ...given("isConstraint", input.is_constraint),
        ...given("client", by.client),
        principal: by.principal,
      }, by);
      return { structured: { id: added.id, kind, fact_count: added.total } };
    },
  });
}
