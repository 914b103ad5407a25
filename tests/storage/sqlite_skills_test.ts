import assert from "node:assert/strict";
import { join } from "node:path";
import { limitsWith } from "../../src/base/limits.ts";
import { type Database, openDatabase } from "../../src/storage/database.ts";
import { createSqliteSkills } from "../../src/storage/sqlite_skills.ts";
import {
  skillRow,
  type SkillStorePlace,
  testSkillStore,
} from "../contract/skills_store_contract.ts";
import { tempHome } from "../helpers/temp_home.ts";

function sqlitePlace(): SkillStorePlace {
  const home = tempHome();
  const databases: Database[] = [];
  return {
    open() {
      const database = openDatabase({ path: join(home.path, "memory.db"), limits: limitsWith() });
      databases.push(database);
      return createSqliteSkills(database);
    },
    async [Symbol.asyncDispose]() {
      for (const database of databases) await database.close();
      home[Symbol.dispose]();
    },
  };
}

testSkillStore("SQLite", sqlitePlace);

Deno.test("createSqliteSkills() finds after a restart what was acknowledged before", async () => {
  using home = tempHome();
  const options = { path: join(home.path, "memory.db"), limits: limitsWith() };
  const before = openDatabase(options);
  await createSqliteSkills(before).write((transaction) =>
    transaction.insert(skillRow("a", { taskKeywords: ["k"] }), "code")
  );
  await before.close();
  const after = openDatabase(options);
  const store = createSqliteSkills(after);
  assert.deepEqual(store.newestOf("default"), [
    { ...skillRow("a", { taskKeywords: ["k"] }), revision: after.revision() },
  ]);
  assert.equal(store.code("default", "a", 1), "code");
  await after.close();
});

Deno.test("createSqliteSkills() rejects a write after the database was closed", async () => {
  using home = tempHome();
  const database = openDatabase({ path: join(home.path, "memory.db"), limits: limitsWith() });
  const store = createSqliteSkills(database);
  await database.close();
  await assert.rejects(store.write(() => 1), { name: "CarError", code: "closed" });
  assert.throws(() => store.newestOf("default"), { name: "CarError", code: "closed" });
});
