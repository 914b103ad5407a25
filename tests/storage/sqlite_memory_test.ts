import assert from "node:assert/strict";
import { join } from "node:path";
import { limitsWith } from "../../src/base/limits.ts";
import { openDatabase } from "../../src/storage/database.ts";
import type { FactRow } from "../../src/memory/store.ts";
import { FACT_STATEMENTS } from "../../src/storage/_fact_statements.ts";
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

function taggedFact(tag: string): FactRow {
  const times = { validFromMs: 1, recordedMs: 1 };
  const text = {
    subject: "s",
    body: "b",
    tags: [tag],
    kind: "pattern",
    confidence: "high",
  } as const;
  const state = { state: "live", needsReview: false, isConstraint: false, revision: 0 } as const;
  return { namespace: "default", id: "a", ...text, ...times, ...state };
}

Deno.test("update() keeps one former version for two changes of one write, the first", async () => {
  using home = tempHome();
  const database = openDatabase({ path: join(home.path, "memory.db"), limits: limitsWith() });
  const store = createSqliteMemory(database);
  await store.write((transaction) => transaction.insert(taggedFact("first")));
  await store.write((transaction) => {
    for (const tag of ["second", "third"]) transaction.update(taggedFact(tag), 2);
  });
  const versions = database.connection.prepare("SELECT revision, tags FROM history").all();
  assert.deepEqual(versions.map((version) => ({ ...version })), [
    { revision: 2, tags: '["first"]' },
  ]);
  assert.deepEqual(store.facts("default", ["a"])[0]?.tags, ["third"]);
  await database.close();
});

Deno.test("FACT_STATEMENTS bind no bare LIMIT, for which SQLite would prepare them at every use", () => {
  const statements = Object.entries(FACT_STATEMENTS);
  assert.deepEqual(statements.filter(([, sql]) => /\bLIMIT \?\d*(?!\d| \+)/.test(sql)), []);
});
