// The memory engine by itself, opened as the server opens it: on the database of a home.

import { SYSTEM_CLOCK } from "../../src/base/clock.ts";
import { limitsWith } from "../../src/base/limits.ts";
import { type MemoryEngine, openMemory } from "../../src/memory/engine.ts";
import { openDatabase } from "../../src/storage/database.ts";
import { openHome } from "../../src/storage/home.ts";
import { createIndexFiles } from "../../src/storage/index_files.ts";
import { createSqliteMemory } from "../../src/storage/sqlite_memory.ts";

/** An engine that runs; disposing of it closes it and its database. */
export interface OpenEngine extends AsyncDisposable {
  readonly memory: MemoryEngine;
}

/** Opens the memory of a home. */
export async function openEngine(home: string): Promise<OpenEngine> {
  const limits = limitsWith();
  const paths = openHome(home);
  const database = openDatabase({ path: paths.database, limits });
  const store = createSqliteMemory(database);
  const snapshotFiles = createIndexFiles({ folder: paths.indexFolder });
  const memory = await openMemory({ store, clock: SYSTEM_CLOCK, limits, snapshotFiles });
  return {
    memory,
    async [Symbol.asyncDispose]() {
      await memory.close();
      await database.close();
    },
  };
}
