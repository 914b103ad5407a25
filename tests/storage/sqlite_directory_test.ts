import { join } from "node:path";
import { limitsWith } from "../../src/base/limits.ts";
import { openDatabase } from "../../src/storage/database.ts";
import { createSqliteDirectory } from "../../src/storage/sqlite_directory.ts";
import { createSqliteMemory } from "../../src/storage/sqlite_memory.ts";
import { testFactDirectory } from "../contract/fact_directory_contract.ts";
import { tempHome } from "../helpers/temp_home.ts";

testFactDirectory("createSqliteDirectory()", () => {
  const home = tempHome();
  const database = openDatabase({ path: join(home.path, "memory.db"), limits: limitsWith() });
  return {
    directory: createSqliteDirectory(database),
    store: createSqliteMemory(database),
    async [Symbol.asyncDispose]() {
      await database.close();
      home[Symbol.dispose]();
    },
  };
});
