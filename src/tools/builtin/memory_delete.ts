// `memory_delete`: forgets one fact for good, from the store, from every answer and from every file.

import { z } from "zod";
import type { Limits } from "../../base/limits.ts";
import type { MemoryEngine } from "../../memory/engine.ts";
import { FACT_KINDS } from "../../memory/fact.ts";
import { firstThatFit } from "../_shorten.ts";
import { defineTool, type Tool } from "../definition.ts";
import { namespaceOf } from "../namespace.ts";
import { actorOf, TENANT_ID } from "./_fields.ts";

/** What the tool works with. */
export interface MemoryDeleteParts {
  readonly memory: MemoryEngine;
  readonly limits: Limits;
}

// The ids of what fell may take so much of an answer's bytes.
const IDS_SHARE = 0.5;

const INPUT = z.object({
  id: z.string().describe("Id of the fact, or of the status, to erase"),
  tenant_id: TENANT_ID,
});

const OUTPUT = z.object({
  id: z.string().describe("Empty where the answer was kept for you: nothing of the fact is"),
  deleted: z.boolean().describe("False when nothing has this id"),
  kind: z.enum([...FACT_KINDS, "status"]).nullable().describe("What it was; null: nothing"),
  fact_count: z.number().int().describe("Current facts of the namespace now"),
  scrubbed: z.boolean().describe(
    "True: no trace is left in any file. False: a reader held that up; it is tried again by itself",
  ),
  invalidated: z.array(z.string()).describe(
    "Ids of conclusions that lost a premise, the first ones",
  ),
  invalidated_total: z.number().int().describe("How many lost one in all"),
});

/** Makes the tool. */
export function memoryDelete({ memory, limits }: MemoryDeleteParts): Tool {
  return defineTool({
    name: "memory_delete",
    title: "Forget a fact",
    description:
      "Erases one fact for good, with its history, or a status by its id. Use `supersedes` of memory_add_fact instead when the fact has merely changed.",
    input: INPUT,
    output: OUTPUT,
    destructive: true,
    idempotent: true,
    async run({ id, tenant_id }, context) {
      const by = actorOf(context, "memory_delete", limits);
      const deleted = await memory.deleteFact(namespaceOf(context, tenant_id), id, by);
      const shown = firstThatFit(deleted.invalidated, limits.answerBytesMax * IDS_SHARE);
      const structured = {
        id: deleted.id,
        deleted: deleted.deleted,
        kind: deleted.kind ?? null,
        fact_count: deleted.total,
        scrubbed: deleted.scrubbed,
        invalidated: [...shown],
        invalidated_total: deleted.invalidatedTotal,
      };
      // Whoever keeps answers was told to forget the id before this one was made.
      return { structured, kept: { ...structured, id: "" } };
    },
  });
}
