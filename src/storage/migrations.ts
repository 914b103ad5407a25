// The schema as a list of numbered steps. A step that was released is never edited; a change is a
// new step at the end. All steps that a file lacks run in one transaction, after a copy of the file.

import { COURSE_SCHEMA } from "./_course_schema.ts";
import { DIGEST_SCHEMA } from "./_digest_schema.ts";
import { ENDING_SCHEMA } from "./_ending_schema.ts";
import { FORGETTING_SCHEMA } from "./_forgetting_schema.ts";
import { IDENTITY_SCHEMA } from "./_identity_schema.ts";
import { MEMORY_SCHEMA } from "./_memory_schema.ts";
import { SIZE_SCHEMA } from "./_size_schema.ts";
import { SKILL_SCHEMA } from "./_skill_schema.ts";

/** One step; the number of the last one that ran is `PRAGMA user_version` of the file. */
export interface Migration {
  /** 1, 2, 3, … without a gap. */
  readonly version: number;
  /** What it brings, in a few words. */
  readonly brings: string;
  /** Statements, run by `exec`. */
  readonly sql: string;
}

/** All steps, oldest first. */
export const MIGRATIONS: readonly Migration[] = [
  { version: 1, brings: "facts, edges, history, namespaces, tombstones", sql: MEMORY_SCHEMA },
  { version: 2, brings: "skills", sql: SKILL_SCHEMA },
  {
    version: 3,
    brings: "forgetting, statuses, reminders, constraints of any kind",
    sql: FORGETTING_SCHEMA,
  },
  { version: 4, brings: "a number of the database's own", sql: IDENTITY_SCHEMA },
  { version: 5, brings: "numbers of the courses of events", sql: COURSE_SCHEMA },
  { version: 6, brings: "an order of planned ends", sql: ENDING_SCHEMA },
  { version: 7, brings: "bytes of each namespace", sql: SIZE_SCHEMA },
  { version: 8, brings: "duplicates found by their subject", sql: DIGEST_SCHEMA },
];
