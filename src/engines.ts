// The engines part of the composition root: the database of a home and what is built on it. Only
// `app.ts` calls it; it is a file of its own because a wire does not care how an engine is opened.

import type { Clock } from "./base/clock.ts";
import type { Config } from "./config/config.ts";
import { type MemoryEngine, openMemory } from "./memory/engine.ts";
import { openSkills, type Skills } from "./skills/skills.ts";
import { type Database, openDatabase } from "./storage/database.ts";
import type { HomePaths } from "./storage/home.ts";
import { createSqliteMemory } from "./storage/sqlite_memory.ts";
import { createSqliteSkills } from "./storage/sqlite_skills.ts";

/** The engines of one app, and the file they share. */
export interface Engines {
  readonly database: Database;
  readonly memory: MemoryEngine;
  readonly skills: Skills;
}

/** What the engines are opened with. */
export interface EngineOptions {
  readonly config: Config;
  readonly clock: Clock;
}

/**
 * Opens everything on the database of a home; `opened` closes it again, the other way round. Throws
 * CarError `home_unusable`, `storage_damaged`, `storage_newer` or `storage_failed`.
 */
export async function openEngines(
  paths: HomePaths,
  { config, clock }: EngineOptions,
  opened: AsyncDisposableStack,
): Promise<Engines> {
  const { limits, durability } = config;
  const database = openDatabase({ path: paths.database, limits, durability });
  opened.defer(() => database.close());
  const memory = await openMemory({ store: createSqliteMemory(database), clock, limits });
  opened.defer(() => memory.close());
  const skills = openSkills({ store: createSqliteSkills(database), clock, limits });
  opened.defer(() => skills.close());
  return { database, memory, skills };
}
