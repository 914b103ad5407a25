// `memory_update_status`: one note of where an agent stands, overwritten each time.

import { z } from "zod";
import { given } from "../../base/given.ts";
import type { Limits } from "../../base/limits.ts";
import type { MemoryEngine } from "../../memory/engine.ts";
import { cutHead } from "../_shorten.ts";
import { defineTool, type Tool } from "../definition.ts";
import { namespaceOf } from "../namespace.ts";
import { actorOf, TENANT_ID } from "./_fields.ts";

/** What the tool works with. */
export interface MemoryUpdateStatusParts {
  readonly memory: MemoryEngine;
  readonly limits: Limits;
}

// JSON escapes can make a text up to six times longer.
const BODY_SHARE = 1 / 8;

function inputSchema(limits: Limits) {
  return z.object({
    body: z.string().describe(
      `What you are about, how far you are and what is at risk. At most ${limits.factBodyBytesMax} bytes`,
    ),
    tenant_id: TENANT_ID,
  });
}

const OUTPUT = z.object({
  id: z.string().describe("The id under which memory_delete clears it"),
  body: z.string(),
  truncated: z.literal(true).optional().describe("Only the start of the stored body is shown"),
  tenant_id: z.string().optional(),
});

/** Makes the tool. */
export function memoryUpdateStatus({ memory, limits }: MemoryUpdateStatusParts): Tool {
  return defineTool({
    name: "memory_update_status",
    title: "Note the status",
    description:
      "Notes where the work stands, in place of the note before. It is no fact: queries do not find it. It is on disk when this returns.",
    input: inputSchema(limits),
    output: OUTPUT,
    destructive: true,
    idempotent: true,
    async run({ body, tenant_id }, context) {
      const by = actorOf(context, "memory_update_status", limits);
      const id = await memory.setStatus(namespaceOf(context, tenant_id), body, by);
      const shown = cutHead(body, limits.answerBytesMax * BODY_SHARE);
      return {
        structured: {
          id,
          body: shown.text,
          ...(shown.truncated ? { truncated: true as const } : {}),
          ...given("tenant_id", tenant_id),
        },
      };
    },
  });
}
