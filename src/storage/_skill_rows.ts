// Between a row of the table `skills` and a SkillRow. Columns are read in one fixed order.

import type { SQLOutputValue } from "node:sqlite";
import { given } from "../base/given.ts";
import type { SkillRow, SkillState } from "../skills/store.ts";
import { numberIn, textIn } from "./_columns.ts";

/** The columns that `skillOf` reads; the code is not among them. */
export const SKILL_COLUMNS =
  "namespace, name, version, platform, persona, url_pattern, description, " +
  "task_keywords, domain, state, superseded_by, success_count, fail_count, last_note, " +
  "last_reported, recorded, revision";

/** The skill in a row that has SKILL_COLUMNS. */
export function skillOf(row: Readonly<Record<string, SQLOutputValue>>): SkillRow {
  return {
    namespace: String(row["namespace"]),
    name: String(row["name"]),
    version: Number(row["version"]),
    ...given("platform", textIn(row["platform"])),
    ...given("persona", textIn(row["persona"])),
    ...given("urlPattern", textIn(row["url_pattern"])),
    ...given("description", textIn(row["description"])),
    // Written by JSON.stringify of such an array alone.
    taskKeywords: JSON.parse(String(row["task_keywords"])) as string[],
    ...given("domain", textIn(row["domain"])),
    // One of the three words; nothing else is ever written.
    state: row["state"] as SkillState,
    ...given("supersededBy", textIn(row["superseded_by"])),
    successCount: Number(row["success_count"]),
    failCount: Number(row["fail_count"]),
    ...given("lastNote", textIn(row["last_note"])),
    ...given("lastReportedMs", numberIn(row["last_reported"])),
    recordedMs: Number(row["recorded"]),
    revision: Number(row["revision"]),
  };
}
