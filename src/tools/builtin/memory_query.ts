// `memory_query`: the facts that answer a question, best first, each with the reason why it is there.

import { z } from "zod";
import { whenReady } from "../../base/eventually.ts";
import { given } from "../../base/given.ts";
import type { Limits } from "../../base/limits.ts";
import type { MemoryEngine } from "../../memory/engine.ts";
import { createExcerpts } from "../../memory/excerpt.ts";
import { FACT_KINDS, type FactHit } from "../../memory/fact.ts";
import { createTokenizer } from "../../memory/tokenizer.ts";
import { shortenBodies } from "../_shorten.ts";
import { defineTool, type Tool } from "../definition.ts";
import { namespaceOf } from "../namespace.ts";
import { readTime, TENANT_ID, TIME } from "./_fields.ts";

/** What the tool works with. */
export interface MemoryQueryParts {
  readonly memory: MemoryEngine;
  readonly limits: Limits;
}

const K_STANDARD = 5;
const K_MAX = 50;

function inputSchema(limits: Limits) {
  return z.object({
    query: z.string().describe(
      `What you want to know, in words or as a question. Empty: the most recent facts. At most ${limits.queryBytesMax} bytes`,
    ),
    k: z.number().int().min(1).max(K_MAX).optional().describe(
      `How many facts at most, 1 to ${K_MAX}. Default: ${K_STANDARD}`,
    ),
    kinds: z.array(z.enum(FACT_KINDS)).max(FACT_KINDS.length).optional().describe(
      "Only facts of these kinds",
    ),
    tags: z.array(z.string()).max(limits.tagsMax).optional().describe(
      "Only facts that carry all of these tags",
    ),
    include_superseded: z.boolean().optional().describe(
      "Also facts that were replaced, became invalid or expired. Default: false",
    ),
    since: TIME.optional().describe("Only facts valid from this time on, RFC 3339"),
    until: TIME.optional().describe("Only facts valid from before this time, RFC 3339"),
    tenant_id: TENANT_ID,
  });
}

const HIT = z.object({
  id: z.string(),
  subject: z.string(),
  body: z.string(),
  kind: z.enum(FACT_KINDS),
  activation: z.number().describe("0 to 1: how much of the best possible match this is"),
  why: z.string().describe("Which words matched"),
  truncated: z.literal(true).optional().describe("The body was shortened around the match"),
});

const OUTPUT = z.object({ facts: z.array(HIT).describe("Best first") });

/** Makes the tool. */
export function memoryQuery({ memory, limits }: MemoryQueryParts): Tool {
  const tokenizer = createTokenizer();
  return defineTool({
    name: "memory_query",
    title: "Search the memory",
    description:
      "Finds facts in the shared memory by words, best first. Ask at the start of a task, and whenever something might be known already.",
    input: inputSchema(limits),
    output: OUTPUT,
    readOnly: true,
    idempotent: true,
    run(input, context) {
      const namespace = namespaceOf(context, input.tenant_id);
      const sinceMs = readTime(input.since, "since");
      const untilMs = readTime(input.until, "until");
      return whenReady(memory.prepare(namespace, input.query), () => {
        const hits = memory.query(namespace, {
          text: input.query,
          k: input.k ?? K_STANDARD,
          ...given("kinds", input.kinds),
          ...given("tags", input.tags),
          includeSuperseded: input.include_superseded ?? false,
          ...given("sinceMs", sinceMs),
          ...given("untilMs", untilMs),
        });
        const facts = shortenBodies(hits.map(viewOf), {
          cutterOf: createExcerpts({ queryText: input.query, tokenizer }),
          bytesMax: limits.answerBytesMax,
        });
        return { structured: { facts: [...facts] }, text: JSON.stringify(facts) };
      });
    },
  });
}

function viewOf({ id, subject, body, kind, activation, why }: FactHit): z.output<typeof HIT> {
  return { id, subject, body, kind, activation, why };
}
