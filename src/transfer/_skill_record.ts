// Versions of skills as records of a file, and back.

import { given } from "../base/given.ts";
import type { SkillState } from "../skills/store.ts";
import type { OutgoingSkill } from "../skills/transfer_store.ts";
import {
  countOf,
  type JsonRecord,
  optionalTextOf,
  optionalTimeOf,
  textOf,
  textsOf,
  timeOf,
  timeText,
  wordOf,
} from "./_record_fields.ts";

const STATES: readonly SkillState[] = ["current", "old", "superseded"];

/** The record of a version; members without a value are undefined, which JSON leaves out. */
export function skillRecord({ row, code }: OutgoingSkill): JsonRecord {
  return {
    type: "skill",
    namespace: row.namespace,
    name: row.name,
    version: row.version,
    platform: row.platform,
    persona: row.persona,
    url_pattern: row.urlPattern,
    description: row.description,
    task_keywords: row.taskKeywords.length === 0 ? undefined : row.taskKeywords,
    domain: row.domain,
    state: row.state,
    superseded_by: row.supersededBy,
    success_count: row.successCount,
    fail_count: row.failCount,
    last_note: row.lastNote,
    last_reported_at: timeText(row.lastReportedMs),
    recorded_at: timeText(row.recordedMs),
    code,
  };
}

/** The version in a record; throws `invalid_argument`. Bounds are checked where it is merged. */
export function skillIn(record: JsonRecord, namespace: string): OutgoingSkill {
  return {
    row: {
      namespace,
      name: textOf(record, "name"),
      version: countOf(record, "version", 1),
      ...given("platform", optionalTextOf(record, "platform")),
      ...given("persona", optionalTextOf(record, "persona")),
      ...given("urlPattern", optionalTextOf(record, "url_pattern")),
      ...given("description", optionalTextOf(record, "description")),
      taskKeywords: textsOf(record, "task_keywords"),
      ...given("domain", optionalTextOf(record, "domain")),
      state: wordOf(record, "state", STATES),
      ...given("supersededBy", optionalTextOf(record, "superseded_by")),
      successCount: countOf(record, "success_count", 0),
      failCount: countOf(record, "fail_count", 0),
      ...given("lastNote", optionalTextOf(record, "last_note")),
      ...given("lastReportedMs", optionalTimeOf(record, "last_reported_at")),
      recordedMs: timeOf(record, "recorded_at"),
      revision: 0,
    },
    code: textOf(record, "code"),
  };
}
