// `memory_intervene`: at most one reminder before the next step, or none.

import { Buffer } from "node:buffer";
import { z } from "zod";
import type { Limits } from "../../base/limits.ts";
import type { MemoryEngine } from "../../memory/engine.ts";
import { createExcerpts, type Cutter } from "../../memory/excerpt.ts";
import { FACT_KINDS } from "../../memory/fact.ts";
import type { Candidate, Intervention } from "../../memory/intervention.ts";
import { createTokenizer } from "../../memory/tokenizer.ts";
import { cutHead } from "../_shorten.ts";
import { defineTool, type Tool } from "../definition.ts";
import { namespaceOf } from "../namespace.ts";
import { TENANT_ID } from "./_fields.ts";
import { interventionFields, interventionRequest } from "./_intervention_fields.ts";

/** What the tool works with. */
export interface MemoryInterveneParts {
  readonly memory: MemoryEngine;
  readonly limits: Limits;
}

const OUTPUT = z.object({
  decision: z.enum(["inject", "silent"]),
  reminder: z.string().optional().describe("What to keep in mind; only with inject"),
  selected: z.object({
    id: z.string(),
    subject: z.string(),
    kind: z.enum(FACT_KINDS),
    score: z.number(),
    why: z.string().describe("Which words matched"),
    times_reminded: z.number().int().describe("This time included"),
    truncated: z.literal(true).optional().describe("The reminder is shortened around the match"),
  }).optional().describe("The fact behind the reminder"),
  reason: z.string().optional().describe("Why nothing is worth an interruption; only with silent"),
  candidates: z.number().int().describe("How many facts were weighed"),
  bank: z.object({
    knowledge: z.number().int(),
    procedural: z.number().int(),
    constraint: z.number().int(),
    decision: z.number().int(),
    status: z.boolean().describe("Whether a status is set"),
  }).describe("What there is to be reminded of"),
});

// Each text of an answer is cut to a share of its bytes. As JSON it may be six times longer, so a share
// that was too generous is halved; after these rounds no escape can blow it up enough.
const TEXT_SHARE = 1 / 3;
const ROUNDS_MAX = 8;

/** Makes the tool. */
export function memoryIntervene({ memory, limits }: MemoryInterveneParts): Tool {
  const tokenizer = createTokenizer();
  return defineTool({
    name: "memory_intervene",
    title: "Ask for a reminder",
    description:
      "Before the next step of long work: gives the one thing from saved knowledge, experience, constraints and decisions that is worth an interruption, or stays silent. Say in `trigger` what went wrong.",
    input: z.object({ ...interventionFields(limits), tenant_id: TENANT_ID }),
    output: OUTPUT,
    async run(input, context) {
      const namespace = namespaceOf(context, input.tenant_id);
      const decided = await memory.intervene(namespace, interventionRequest(input));
      const queryText = [input.query ?? "", ...input.recent ?? []].join("\n");
      const cutterOf = createExcerpts({ queryText, tokenizer });
      return { structured: structuredOf(decided, { cutterOf, limits }) };
    },
  });
}

interface ViewOptions {
  readonly cutterOf: (body: string) => Cutter;
  readonly limits: Limits;
}

function structuredOf(
  decided: Intervention,
  { cutterOf, limits: { answerBytesMax } }: ViewOptions,
): z.output<typeof OUTPUT> {
  const { candidates } = decided;
  const bank = { ...decided.bank };
  if (decided.decision === "silent") {
    return { decision: "silent", reason: decided.reason, candidates, bank };
  }
  const { selected } = decided;
  const cutBody = cutterOf(selected.body);
  let textBytes = Math.floor(answerBytesMax * TEXT_SHARE);
  for (let round = 1;; round++) {
    const chosen = chosenOf(selected, cutBody, textBytes);
    const answer = { decision: "inject" as const, ...chosen, candidates, bank };
    const isWithin = Buffer.byteLength(JSON.stringify(answer)) <= answerBytesMax;
    if (isWithin || round === ROUNDS_MAX) return answer;
    textBytes = Math.floor(textBytes / 2);
  }
}

function chosenOf({ id, kind, score, ...texts }: Candidate, cutBody: Cutter, textBytes: number) {
  const subject = cutHead(texts.subject, textBytes);
  const body = cutBody(textBytes);
  const isWhole = !subject.truncated && !body.truncated;
  return {
    reminder: `Keep in mind (${kind}): ${subject.text}: ${body.text}`,
    selected: {
      ...{ id, subject: subject.text, kind, score },
      why: cutHead(texts.why, textBytes).text,
      times_reminded: texts.timesReminded,
      ...(isWhole ? {} : { truncated: true as const }),
    },
  };
}
