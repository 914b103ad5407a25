// `memory_add_fact`: stores one fact, durably, and says what it duplicates, replaces or contradicts.

import { z } from "zod";
import { given } from "../../base/given.ts";
import type { Limits } from "../../base/limits.ts";
import type { MemoryEngine } from "../../memory/engine.ts";
import { type AddedFact, CONFIDENCES, FACT_KINDS } from "../../memory/fact.ts";
import { firstThatFit, headCutter, shortenBodies } from "../_shorten.ts";
import { defineTool, type Tool } from "../definition.ts";
import { namespaceOf } from "../namespace.ts";
import { actorOf, readTime, TENANT_ID, TIME } from "./_fields.ts";

/** What the tool works with. */
export interface MemoryAddFactParts {
  readonly memory: MemoryEngine;
  readonly limits: Limits;
}

// `knowledge` and `procedural` facts are stored by tools of their own.
const KINDS = FACT_KINDS.filter((kind) => kind !== "knowledge" && kind !== "procedural");

// What the lists may take of an answer's bytes; the rest is for the fact's own id and subject.
const CONFLICTS_SHARE = 0.5;
const PART_SHARE = 0.125;

function inputSchema(limits: Limits) {
  return z.object({
    subject: z.string().describe(
      `What the fact is about, in a few words; facts that contradict each other share it. At most ${limits.subjectBytesMax} bytes`,
    ),
    body: z.string().describe(
      `The fact itself, so that a stranger understands it. At most ${limits.factBodyBytesMax} bytes`,
    ),
    kind: z.enum(KINDS).optional().describe(
      "pattern (default): how things are or are done; constraint: must always hold; preference; decision; identity: who the user is; environment: the current surroundings; conclusion: follows from `premises`",
    ),
    id: z.string().optional().describe(
      `An id of your own, at most ${limits.idCharsMax} characters. Default: a new one`,
    ),
    tags: z.array(z.string()).max(limits.tagsMax).optional().describe(
      `Words to filter by; at most ${limits.tagsMax} of ${limits.tagCharsMax} characters`,
    ),
    confidence: z.enum(CONFIDENCES).optional().describe("How sure this is. Default: medium"),
    supersedes: z.string().optional().describe(
      "Id of the fact this one replaces, or a subject: then every current fact with exactly it",
    ),
    depends_on: z.array(z.string()).max(limits.factLinksMax).optional().describe(
      "Ids of facts this one builds on; it is marked for review when one of them changes",
    ),
    premises: z.array(z.string()).max(limits.factLinksMax).optional().describe(
      "Only for a conclusion: ids of the facts it follows from; it stops being valid with them",
    ),
    valid_from: TIME.optional().describe(
      "When it became true or was said, RFC 3339. Default: now. A future fact is hidden until then",
    ),
    expires_at: TIME.optional().describe("When it stops being true, RFC 3339. Default: never"),
    source: z.string().optional().describe(
      `What it comes from: a conversation, a file, a ticket. At most ${limits.sourceCharsMax} characters`,
    ),
    tenant_id: TENANT_ID,
  });
}

const FACT_NAME = z.object({ id: z.string(), subject: z.string() });

const OUTPUT = z.object({
  id: z.string().describe("The id of the fact, new or known"),
  subject: z.string(),
  kind: z.enum(FACT_KINDS),
  created: z.boolean().describe("False when the same fact was known already"),
  durable: z.literal(true).describe("It is on disk"),
  total: z.number().int().describe("Current facts of the namespace"),
  duplicate_of: z.string().optional().describe("The id of the fact that was known already"),
  superseded: z.array(z.string()).describe(
    "Ids of the facts that this one replaced, the first ones",
  ),
  superseded_total: z.number().int().describe("How many it replaced in all"),
  related: z.array(FACT_NAME).describe("Facts with a similar subject"),
  conflicts: z.array(
    FACT_NAME.extend({ body: z.string(), truncated: z.literal(true).optional() }),
  ).describe("Other current facts with the same subject; replace what is outdated by `supersedes`"),
  conflicts_total: z.number().int().describe("How many conflicts there are in all"),
  invalidated: z.array(z.string()).describe(
    "Ids of conclusions that lost a premise, the first ones",
  ),
  invalidated_total: z.number().int().describe("How many lost one in all"),
});

/** Makes the tool. */
export function memoryAddFact({ memory, limits }: MemoryAddFactParts): Tool {
  return defineTool({
    name: "memory_add_fact",
    title: "Remember a fact",
    description:
      "Stores one fact in the shared memory; it is on disk when this returns. The same subject and body again is not stored twice: tags are added, the higher confidence and the later expiry, or none, hold. Use `supersedes` when a known fact has changed.",
    input: inputSchema(limits),
    output: OUTPUT,
    async run(input, context) {
      const namespace = namespaceOf(context, input.tenant_id);
      const by = actorOf(context, "memory_add_fact", limits);
      const validFromMs = readTime(input.valid_from, "valid_from");
      const expiresAtMs = readTime(input.expires_at, "expires_at");
      const added = await memory.addFact(namespace, {
        subject: input.subject,
        body: input.body,
        ...given("kind", input.kind),
        ...given("id", input.id),
        ...given("tags", input.tags),
        ...given("confidence", input.confidence),
        ...given("supersedes", input.supersedes),
        ...given("dependsOn", input.depends_on),
        ...given("premises", input.premises),
        ...given("validFromMs", validFromMs),
        ...given("expiresAtMs", expiresAtMs),
        ...given("source", input.source),
        ...given("client", by.client),
        principal: by.principal,
      }, by);
      return { structured: structuredOf(added, limits), text: lineOf(added, limits) };
    },
  });
}

function structuredOf(added: AddedFact, limits: Limits): z.output<typeof OUTPUT> {
  const conflicts = shortenBodies<AddedFact["conflicts"][number] & { truncated?: true }>(
    added.conflicts,
    { cutterOf: headCutter, bytesMax: limits.answerBytesMax * CONFLICTS_SHARE },
  );
  return {
    id: added.id,
    subject: added.subject,
    kind: added.kind,
    created: added.created,
    durable: added.durable,
    total: added.total,
    ...given("duplicate_of", added.duplicateOf),
    superseded: [...firstIds(added.superseded, limits)],
    superseded_total: added.supersededTotal,
    related: [...firstThatFit(added.related, limits.answerBytesMax * PART_SHARE)],
    conflicts: [...conflicts],
    conflicts_total: added.conflictsTotal,
    invalidated: [...firstIds(added.invalidated, limits)],
    invalidated_total: added.invalidatedTotal,
  };
}

// One line, as clients without structured content read it; what they should act on is named in it.
function lineOf(added: AddedFact, limits: Limits): string {
  const parts = [
    `${added.created ? "fact remembered" : "fact already known"} id=${added.id}`,
    `total=${added.total} durable=true`,
  ];
  const named = [
    { name: "superseded", ids: added.superseded, total: added.supersededTotal },
    {
      name: "conflicts",
      ids: added.conflicts.map((conflict) => conflict.id),
      total: added.conflictsTotal,
    },
    { name: "invalidated", ids: added.invalidated, total: added.invalidatedTotal },
  ];
  for (const { name, ids, total } of named) {
    if (total === 0) continue;
    const shown = firstIds(ids, limits);
    const rest = total - shown.length;
    parts.push(`${name}=${shown.join(",")}${rest === 0 ? "" : `+${rest}`}`);
  }
  return parts.join(" ");
}

function firstIds(ids: readonly string[], limits: Limits): readonly string[] {
  return firstThatFit(ids, limits.answerBytesMax * PART_SHARE);
}
