// Lines of the format of `file_format.ts` as entries of an import.

import { checkNamespaceName, refusedField } from "../base/text_fields.ts";
import { mergeEdge, mergeErasure, mergeFact, mergeStatus } from "../memory/merge.ts";
import { mergeSkill } from "../skills/merge.ts";
import type { Entry, MemoryEntry, SkillEntry } from "./_entry.ts";
import { edgeIn, erasureIn, factIn, statusIn } from "./_fact_record.ts";
import { type JsonRecord, textOf } from "./_record_fields.ts";
import { skillIn } from "./_skill_record.ts";

/** A record with its place. */
export interface PlacedRecord {
  readonly line: number;
  readonly record: JsonRecord;
  /** Characters of the line. */
  readonly size: number;
}

/** Options of `ownEntry`. */
export interface OwnEntryOptions {
  /** Takes the place of the one that the record names. */
  readonly namespace: string | undefined;
  readonly namespaceCharsMax: number;
}

/** The entry of a record; throws `invalid_argument`. */
export function ownEntry(placed: PlacedRecord, options: OwnEntryOptions): Entry {
  const { record } = placed;
  const namespace = options.namespace ?? textOf(record, "namespace");
  checkNamespaceName("namespace", namespace, options.namespaceCharsMax);
  switch (record["type"]) {
    case "fact": {
      const fact = factIn(record, namespace);
      return memory(placed, (transaction, merge) => mergeFact(transaction, fact, merge));
    }
    case "edge": {
      const edge = edgeIn(record, namespace);
      const entry = memory(placed, (transaction, merge) => mergeEdge(transaction, edge, merge));
      return { ...entry, belongsToLast: true };
    }
    case "status": {
      const status = statusIn(record, namespace);
      return memory(placed, (transaction, merge) => mergeStatus(transaction, status, merge));
    }
    case "erased": {
      const erasure = erasureIn(record, namespace);
      return memory(placed, (transaction) => mergeErasure(transaction, erasure));
    }
    case "skill": {
      const skill = skillIn(record, namespace);
      const apply: SkillEntry["apply"] = (transaction, merge) =>
        mergeSkill(transaction, skill, merge);
      const { line, size } = placed;
      return { line, size, family: "skill", belongsToLast: false, apply };
    }
    default:
      throw refusedField("type", "is none of the known words", "fact, edge, status, erased, skill");
  }
}

function memory({ line, size }: PlacedRecord, apply: MemoryEntry["apply"]): MemoryEntry {
  return { line, size, family: "memory", belongsToLast: false, apply };
}
