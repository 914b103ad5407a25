import { join } from "node:path";
import { limitsWith } from "../../src/base/limits.ts";
import { openDatabase } from "../../src/storage/database.ts";
import { createSqliteMemory } from "../../src/storage/sqlite_memory.ts";
import { testMemoryStore } from "../contract/memory_store_contract.ts";
import { tempHome } from "../helpers/temp_home.ts";

testMemoryStore("createSqliteMemory()", () => {
  const home = tempHome();
  const path = join(home.path, "memory.db");
  return {
    open() {
      const database = openDatabase({ path, limits: limitsWith() });
      return { store: createSqliteMemory(database), close: () => database.close() };
    },
    [Symbol.dispose]: () => home[Symbol.dispose](),
  };
});
