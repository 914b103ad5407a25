// The comparison of index files with the rows they were made from.

import assert from "node:assert/strict";
import { readdirSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { checkIndex } from "../../src/memory/check_index.ts";
import { createIndexFiles } from "../../src/storage/index_files.ts";
import { createSqliteMemory } from "../../src/storage/sqlite_memory.ts";
import { openTestMemory, type TestMemory } from "./_test_memory.ts";

const FACTS = 300;

function check(memory: TestMemory) {
  const files = createIndexFiles({ folder: join(memory.path, "..", "index") });
  const store = createSqliteMemory(memory.database);
  return checkIndex("default", { store, files, clock: memory.clock });
}

/** A memory whose index was saved. */
async function saved(): Promise<TestMemory> {
  const memory = await openTestMemory();
  const folder = join(memory.path, "..", "index");
  await memory.restart({ snapshotFiles: createIndexFiles({ folder }) });
  await Promise.all(
    Array.from(
      { length: FACTS },
      (_, at) =>
        memory.engine.addFact("default", { id: `f${at}`, subject: `s${at}`, body: `body ${at}` }),
    ),
  );
  // Closing saves it.
  await memory.restart();
  return memory;
}

Deno.test("checkIndex() finds no file where none was written", async () => {
  await using memory = await openTestMemory();
  assert.deepEqual(await check(memory), { kind: "none" });
});

Deno.test("checkIndex() finds an index that fits, also when rows came or changed since", async () => {
  await using memory = await saved();
  assert.deepEqual(await check(memory), { kind: "fits" });
  await memory.engine.addFact("default", { id: "new", subject: "n", body: "b", supersedes: "f7" });
  assert.deepEqual(await check(memory), { kind: "fits" });
});

Deno.test("checkIndex() counts the facts for which an index is wrong", async () => {
  await using memory = await saved();
  const { connection } = memory.database;
  connection.exec("UPDATE facts SET subject = 'another' WHERE id IN ('f1', 'f2')");
  assert.deepEqual(await check(memory), { kind: "wrong", facts: 2 });
  connection.exec("DELETE FROM facts WHERE id = 'f3'");
  assert.deepEqual(await check(memory), { kind: "wrong", facts: 3 });
});

Deno.test("checkIndex() says why a file is not used", async () => {
  await using memory = await saved();
  const folder = join(memory.path, "..", "index");
  const [name = ""] = readdirSync(folder);
  truncateSync(join(folder, name), 100);
  assert.equal((await check(memory)).kind, "ignored");
});
