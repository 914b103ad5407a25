// The engine with its indexes on disk, on the file system itself.

import assert from "node:assert/strict";
import { cpSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createIndexFiles } from "../../src/storage/index_files.ts";
import { answers, FACTS, fill, keptOf, pathIn } from "./_kept_indexes.ts";
import { openTestMemory, type TestMemory } from "./_test_memory.ts";

// Copies the file as it is on disk.
function copyOf(memory: TestMemory): string {
  const copy = `${memory.path}.copy`;
  memory.database.connection.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  cpSync(memory.path, copy);
  return copy;
}

Deno.test("a memory that was closed starts from its index file, for its owner alone", async () => {
  await using memory = await openTestMemory();
  const kept = keptOf(memory);
  await memory.restart({ snapshotFiles: kept.files });
  await fill(memory, 0, FACTS);
  await memory.engine.addFact("default", { id: "marker", subject: "One", body: "quizzical" });
  const before = answers(memory);
  await memory.restart({ snapshotFiles: kept.files });
  assert.equal(readdirSync(kept.folder).length, 1);
  assert.equal(statSync(pathIn(kept)).mode & 0o777, 0o600);
  assert.equal(statSync(kept.folder).mode & 0o777, 0o700);
  // Behind the back of the engine: whoever takes the texts apart again does not find the word.
  memory.database.connection.exec("UPDATE facts SET body = 'gone' WHERE id = 'marker'");
  const [marked] = memory.engine.query("default", { text: "quizzical", k: 1 });
  assert.equal(marked?.body, "gone");
  assert.deepEqual(answers(memory), before);
  assert.deepEqual(kept.ignored, []);
  await fill(memory, FACTS, FACTS + 100);
  const grown = answers(memory);
  await memory.restart({ snapshotFiles: kept.files });
  assert.deepEqual(answers(memory), grown);
  await memory.restart();
  assert.deepEqual(answers(memory), grown);
});

Deno.test("an index file is followed up by the rows that came after it", async () => {
  await using memory = await openTestMemory();
  const kept = keptOf(memory);
  await memory.restart({ snapshotFiles: kept.files });
  await fill(memory, 0, FACTS);
  await memory.restart();
  await fill(memory, FACTS, FACTS + 100);
  await memory.engine.addFact("default", { id: "new", subject: "n7", body: "n7 again" });
  const expected = answers(memory);
  await memory.restart({ snapshotFiles: kept.files });
  assert.deepEqual(answers(memory), expected);
  assert.deepEqual(kept.ignored, []);
});

Deno.test("a damaged index file is ignored with a reason, left as it is, and replaced at the end", async () => {
  await using memory = await openTestMemory();
  const kept = keptOf(memory);
  await memory.restart({ snapshotFiles: kept.files });
  await fill(memory, 0, FACTS);
  const before = answers(memory);
  await memory.restart();
  const path = pathIn(kept);
  const whole = readFileSync(path);
  const damages = [whole.subarray(0, 9), whole.subarray(0, whole.length - 1), Uint8Array.of()];
  for (const damaged of damages) {
    writeFileSync(path, damaged);
    await memory.restart({ snapshotFiles: kept.files });
    assert.deepEqual(answers(memory), before);
    assert.equal(readFileSync(path).length, damaged.length);
    await memory.restart();
    assert.equal(readFileSync(path).length > damaged.length || damaged.length > 1_000, true);
  }
  assert.equal(kept.ignored.length, damages.length);
  rmSync(kept.folder, { recursive: true });
  await memory.restart({ snapshotFiles: kept.files });
  assert.deepEqual(answers(memory), before);
});

Deno.test("an index file of a later state is ignored when an old database is put back", async () => {
  await using memory = await openTestMemory();
  const kept = keptOf(memory);
  await memory.restart({ snapshotFiles: kept.files });
  await fill(memory, 0, FACTS);
  await memory.restart();
  const copy = copyOf(memory);
  await memory.restart({ snapshotFiles: kept.files });
  await fill(memory, FACTS, FACTS + 50);
  await memory.restart({ snapshotFiles: kept.files });
  await memory.replaceDatabase(copy);
  // The old state goes on differently, past the revision of the file.
  await fill(memory, 2 * FACTS, 2 * FACTS + 60);
  const expected = answers(memory);
  await memory.restart({ snapshotFiles: kept.files });
  assert.deepEqual(answers(memory), expected);
  assert.deepEqual(kept.ignored, ["it does not fit the database"]);
});

Deno.test("an index file that was refused as newer is gone, and not used when the database has caught up", async () => {
  await using memory = await openTestMemory();
  const kept = keptOf(memory);
  await memory.restart({ snapshotFiles: kept.files });
  await fill(memory, 0, FACTS);
  await memory.restart();
  rmSync(kept.folder, { recursive: true });
  const copy = copyOf(memory);
  await memory.restart({ snapshotFiles: kept.files });
  answers(memory);
  // Revisions that no fact has.
  for (let at = 0; at < 30; at++) await memory.engine.setStatus("default", `at ${at}`);
  await memory.engine.addFact("other", { subject: "one", body: "two" });
  await memory.restart();
  const path = pathIn(kept);
  const newer = readFileSync(path);
  await memory.replaceDatabase(copy);
  const killed = await memory.openAnother({ snapshotFiles: kept.files });
  killed.engine.query("default", { text: "n7", k: 1 });
  assert.deepEqual(kept.ignored, ["it is newer than the database"]);
  assert.deepEqual(readdirSync(kept.folder), []);
  await killed.engine.close();
  await killed.database.close();
  await fill(memory, 2 * FACTS, 2 * FACTS + 60);
  const expected = answers(memory);
  // As if nobody had looked at it when it was newer.
  writeFileSync(path, newer);
  await memory.restart({ snapshotFiles: kept.files });
  assert.equal(memory.engine.stats().revision > FACTS + 31, true);
  assert.deepEqual(answers(memory), expected);
  assert.deepEqual(kept.ignored.slice(1), ["it does not fit the database"]);
});

Deno.test("a memory ends well when its index cannot be written", async () => {
  await using memory = await openTestMemory();
  await fill(memory, 0, FACTS);
  const faults: unknown[] = [];
  // A file stands where the folder would be made.
  writeFileSync(join(memory.path, "..", "taken"), "");
  const snapshotFiles = createIndexFiles({ folder: join(memory.path, "..", "taken") });
  const onFault = (thrown: unknown) => void faults.push(thrown);
  const other = await memory.openAnother({ snapshotFiles, onFault });
  assert.equal(other.engine.query("default", { text: "n7", k: 1 }).length, 1);
  await other.engine.close();
  await other.database.close();
  assert.ok(faults.length > 0);
  for (const fault of faults) assert.match(String(fault), /Cannot use the index file/);
});

Deno.test("an index is saved while the memory runs, some time after a change", async () => {
  await using memory = await openTestMemory();
  const kept = keptOf(memory);
  await memory.restart({ snapshotFiles: kept.files });
  await fill(memory, 0, FACTS);
  assert.throws(() => readdirSync(kept.folder));
  memory.clock.advance(60_000);
  const isThere = () => {
    try {
      return readdirSync(kept.folder).some((name) => name.endsWith(".index"));
    } catch {
      return false;
    }
  };
  while (!isThere()) await new Promise((turn) => setImmediate(turn));
});
