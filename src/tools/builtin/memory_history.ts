// `memory_history`: what was held to be true about one matter, and when.

import { z } from "zod";
import { CarError } from "../../base/errors.ts";
import { given } from "../../base/given.ts";
import type { Limits } from "../../base/limits.ts";
import type { MemoryEngine } from "../../memory/engine.ts";
import { FACT_KINDS } from "../../memory/fact.ts";
import type { FactVersion, HistoryRequest } from "../../memory/history.ts";
import { headCutter, shortenBodies } from "../_shorten.ts";
import { defineTool, type Tool } from "../definition.ts";
import { namespaceOf } from "../namespace.ts";
import { TENANT_ID } from "./_fields.ts";

/** What the tool works with. */
export interface MemoryHistoryParts {
  readonly memory: MemoryEngine;
  readonly limits: Limits;
}

const INPUT = z.object({
  id: z.string().optional().describe(
    "Id of a fact: its history is what it replaced and what replaced it. Give this or `subject`",
  ),
  subject: z.string().optional().describe(
    "A subject: its history is every fact that ever had exactly it. Give this or `id`",
  ),
  tenant_id: TENANT_ID,
});

const VERSION = z.object({
  id: z.string(),
  subject: z.string(),
  body: z.string(),
  kind: z.enum(FACT_KINDS),
  state: z.enum(["live", "superseded", "invalidated"]).describe(
    "invalidated: a conclusion that lost a premise",
  ),
  valid_from: z.string().describe("When it became true, RFC 3339"),
  valid_to: z.string().nullable().describe("When it stopped being true; null: it has not"),
  recorded_at: z.string().describe("When it was stored"),
  superseded_by: z.string().optional().describe("Id of the fact that replaced it"),
  truncated: z.literal(true).optional().describe("Only the start of its body is shown"),
});

const OUTPUT = z.object({
  versions: z.array(VERSION).describe("Newest first"),
  has_more: z.boolean().describe("True when older ones are left out"),
});

// What stands beside the list in an answer.
const FRAME_BYTES = 64;

/** Makes the tool. */
export function memoryHistory({ memory, limits }: MemoryHistoryParts): Tool {
  return defineTool({
    name: "memory_history",
    title: "Show the history of a fact",
    description:
      "Says what was held to be true about a matter, and when, newest first: every version of a fact or of a subject, with what replaced it.",
    input: INPUT,
    output: OUTPUT,
    readOnly: true,
    idempotent: true,
    run({ id, subject, tenant_id }, context) {
      const history = memory.history(namespaceOf(context, tenant_id), requestOf(id, subject));
      const versions = shortenBodies(history.versions.map(viewOf), {
        cutterOf: headCutter,
        bytesMax: limits.answerBytesMax - FRAME_BYTES,
      });
      const isWhole = versions.length === history.versions.length;
      return { structured: { versions: [...versions], has_more: history.hasMore || !isWhole } };
    },
  });
}

function requestOf(id: string | undefined, subject: string | undefined): HistoryRequest {
  if (id !== undefined && subject === undefined) return { id };
  if (subject !== undefined && id === undefined) return { subject };
  const given = id === undefined ? "neither" : "both";
  throw new CarError(
    "invalid_argument",
    `Arguments "id" and "subject": ${given} given; allowed: exactly one of them`,
  );
}

function viewOf(version: FactVersion): z.output<typeof VERSION> {
  const { validToMs } = version;
  return {
    id: version.id,
    subject: version.subject,
    body: version.body,
    kind: version.kind,
    state: version.state,
    valid_from: timeText(version.validFromMs),
    valid_to: validToMs === undefined ? null : timeText(validToMs),
    recorded_at: timeText(version.recordedMs),
    ...given("superseded_by", version.supersededBy),
  };
}

function timeText(ms: number): string {
  return new Date(ms).toISOString();
}
