// Lines of the official memory server's file as entries of an import. It writes, one a line,
//
//   {"type":"entity","name":"Ada","entityType":"person","observations":["Likes tea"]}
//   {"type":"relation","from":"Ada","to":"Acme","relationType":"works_at"}
//
// (https://github.com/modelcontextprotocol/servers/blob/main/src/memory/index.ts). An entity becomes a
// fact with its name as subject that says its type, and a fact for each observation under the same
// subject; a relation becomes a fact under the subject it starts from, "Ada works_at Acme", which
// depends on the facts of both entities: a query finds it by its words, and from either of them by the
// edges. Ids follow from the texts, so that the same line again is the same facts.

import { createHash } from "node:crypto";
import { given } from "../base/given.ts";
import type { Limits } from "../base/limits.ts";
import { refusedField } from "../base/text_fields.ts";
import { aliasKey, type Merged, mergeEdge, mergeFact, type MergeOptions } from "../memory/merge.ts";
import type { StoredFact, TransferTransaction } from "../memory/transfer_store.ts";
import type { MemoryEntry } from "./_entry.ts";
import type { PlacedRecord } from "./_own_lines.ts";
import { textOf, textsOf } from "./_record_fields.ts";

/** Options of `graphEntries`. */
export interface GraphEntriesOptions {
  readonly namespace: string;
  readonly nowMs: number;
  readonly limits: Limits;
  /** Whether a relation may wait for entities that come behind it; asked when one does. */
  readonly mayWait: () => boolean;
}

// Of a SHA-256, in hexadecimal digits: 96 bits, so that no two texts ever meet.
const ID_DIGITS = 24;
const SOURCE = "memory.json";

/** True for a line of such a file. */
export function isGraphType(type: unknown): boolean {
  return type === "entity" || type === "relation";
}

/** The entries of a record; throws `invalid_argument`. */
export function graphEntries(
  placed: PlacedRecord,
  options: GraphEntriesOptions,
): readonly MemoryEntry[] {
  const { record, line } = placed;
  if (record["type"] === "relation") return [relationEntry(placed, options)];
  if (record["type"] !== "entity") {
    throw refusedField("type", "is none of the known words", "entity, relation");
  }
  const name = textOf(record, "name");
  const type = textOf(record, "entityType");
  const told = { subject: name, tags: [type], source: `${SOURCE}: ${name}` };
  const bodies = [type.trim() === "" ? name : `${name} (${type})`];
  const ids = [entityId(name)];
  for (const observation of textsOf(record, "observations")) {
    bodies.push(observation);
    ids.push(idOf(["observation", name, observation]));
  }
  return bodies.map((body, at) => {
    const fact = factOf({ ...told, id: ids[at] ?? "", body }, options);
    return {
      line,
      size: body.length,
      family: "memory",
      belongsToLast: false,
      apply: (transaction, merge) => mergeFact(transaction, fact, merge),
    };
  });
}

function relationEntry(placed: PlacedRecord, options: GraphEntriesOptions): MemoryEntry {
  const { record, line, size } = placed;
  const from = textOf(record, "from");
  const to = textOf(record, "to");
  const type = textOf(record, "relationType");
  const id = idOf(["relation", from, type, to]);
  const body = `${from} ${type} ${to}`;
  const told = { subject: from, tags: [type, "relation"], source: `${SOURCE}: ${from}` };
  const fact = factOf({ ...told, id, body }, options);
  const ends = [...new Set([entityId(from), entityId(to)])];
  let hasWaited = false;
  return {
    line,
    size,
    family: "memory",
    belongsToLast: false,
    apply(transaction, merge) {
      const here = ends.filter((end) => isHere(transaction, fact.row.namespace, end, merge));
      if (here.length < ends.length && !hasWaited && options.mayWait()) {
        hasWaited = true;
        return undefined;
      }
      return mergeRelation(transaction, { fact, ends: here }, merge);
    },
  };
}

function isHere(
  transaction: TransferTransaction,
  namespace: string,
  id: string,
  { aliases }: MergeOptions,
): boolean {
  const known = aliases.get(aliasKey(namespace, id)) ?? id;
  return transaction.facts.fact(namespace, known) !== undefined;
}

function mergeRelation(
  transaction: TransferTransaction,
  { fact, ends }: { readonly fact: StoredFact; readonly ends: readonly string[] },
  merge: MergeOptions,
): Merged {
  const merged = mergeFact(transaction, fact, merge);
  if (merged.kind === "skipped") return merged;
  const { namespace, id: fromId } = fact.row;
  const linked = ends.map((toId) =>
    mergeEdge(
      transaction,
      { namespace, fromId, kind: "depends_on", toId, isSettled: false },
      merge,
    )
  );
  const isNewlyLinked = linked.some(({ kind }) => kind === "added");
  return merged.kind === "known" && isNewlyLinked ? { kind: "changed" } : merged;
}

interface ToldFact {
  readonly id: string;
  readonly subject: string;
  readonly body: string;
  readonly tags: readonly string[];
  readonly source: string;
}

// Types are any text there; one that cannot be a tag is left out, for the fact says it in its body.
function factOf(
  { id, subject, body, tags, source }: ToldFact,
  { namespace, nowMs, limits }: GraphEntriesOptions,
): StoredFact {
  const isTag = (tag: string) => tag.trim() !== "" && tag.length <= limits.tagCharsMax;
  const isSource = source.length <= limits.sourceCharsMax;
  return {
    row: {
      namespace,
      id,
      kind: "knowledge",
      subject,
      body,
      tags: tags.filter(isTag).slice(0, limits.tagsMax),
      confidence: "medium",
      ...given("source", isSource ? source : SOURCE),
      validFromMs: nowMs,
      recordedMs: nowMs,
      state: "live",
      needsReview: false,
      isConstraint: false,
      revision: 0,
    },
    versions: [],
  };
}

function entityId(name: string): string {
  return idOf(["entity", name]);
}

function idOf(parts: readonly string[]): string {
  const digest = createHash("sha256").update(JSON.stringify(parts)).digest("hex");
  return `graph-${digest.slice(0, ID_DIGITS)}`;
}
