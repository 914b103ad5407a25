// Gives a memory as the lines of a file, one after the other: never more of it is in RAM than one fact.

import type { MemorySource, Unreadable } from "../memory/transfer_store.ts";
import type { SkillSource } from "../skills/transfer_store.ts";
import { edgeRecord, erasureRecord, factRecord, statusRecord } from "./_fact_record.ts";
import type { JsonRecord } from "./_record_fields.ts";
import { skillRecord } from "./_skill_record.ts";
import { endRecord, headerRecord } from "./file_format.ts";

/** Options of `exportLines`. */
export interface ExportOptions {
  readonly source: MemorySource & SkillSource;
  /** Only this one; absent: all. */
  readonly namespace?: string | undefined;
  readonly nowMs: number;
}

/** A line without its line break, or what of a damaged memory is missing at this place. */
export type ExportedLine = { readonly text: string; readonly counts: 0 | 1 } | Unreadable;

/** All lines; `counts` is 1 for a fact or a skill, of which `MemorySource.size` gives the number. */
export function* exportLines({ source, namespace, nowMs }: ExportOptions): Iterable<ExportedLine> {
  yield { text: JSON.stringify(headerRecord(nowMs)), counts: 0 };
  let lines = 0;
  let unreadable = 0;
  for (const record of recordsOf(source, namespace)) {
    if (isUnreadable(record)) {
      unreadable++;
      yield record;
      continue;
    }
    lines++;
    const isEntry = record["type"] === "fact" || record["type"] === "skill";
    yield { text: JSON.stringify(record), counts: isEntry ? 1 : 0 };
  }
  yield { text: JSON.stringify(endRecord(lines, unreadable)), counts: 0 };
}

function* recordsOf(
  source: MemorySource & SkillSource,
  namespace: string | undefined,
): Iterable<JsonRecord | Unreadable> {
  for (const fact of source.facts(namespace)) {
    if (isUnreadable(fact)) {
      yield fact;
      continue;
    }
    yield factRecord(fact);
    for (const edge of fact.edges) yield edgeRecord(edge);
  }
  yield* recorded(source.statuses(namespace), statusRecord);
  yield* recorded(source.erasures(namespace), erasureRecord);
  yield* recorded(source.skills(namespace), skillRecord);
}

function* recorded<Row extends object>(
  rows: Iterable<Row | Unreadable>,
  record: (row: Row) => JsonRecord,
): Iterable<JsonRecord | Unreadable> {
  for (const row of rows) yield isUnreadable(row) ? row : record(row);
}

function isUnreadable(value: object): value is Unreadable {
  return "unreadable" in value && !("type" in value);
}
