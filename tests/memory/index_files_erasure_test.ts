// Nothing of what was erased stays in the files of indexes, whoever was killed when.

import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { FACTS, fill, keptOf, pathIn } from "./_kept_indexes.ts";
import { openTestMemory } from "./_test_memory.ts";

Deno.test("what is erased is in no index file, and not in the index that a file gives", async () => {
  await using memory = await openTestMemory();
  const kept = keptOf(memory);
  await memory.restart({ snapshotFiles: kept.files });
  await fill(memory, 0, FACTS);
  await memory.engine.addFact("default", { id: "secret", subject: "Hush", body: "zanzibarword" });
  await memory.restart({ snapshotFiles: kept.files });
  assert.ok(readFileSync(pathIn(kept)).includes("zanzibarword"));
  assert.equal(memory.engine.query("default", { text: "zanzibarword", k: 3 })[0]?.id, "secret");
  const { scrubbed } = await memory.engine.deleteFact("default", "secret");
  assert.equal(scrubbed, true);
  assert.deepEqual(readdirSync(kept.folder), []);
  await memory.restart({ snapshotFiles: kept.files });
  assert.equal(readFileSync(pathIn(kept)).includes("zanzibarword"), false);
  assert.deepEqual(memory.engine.query("default", { text: "zanzibarword", k: 3 }), []);
});

Deno.test("an erasure in one namespace leaves the index file of another as it is", async () => {
  await using memory = await openTestMemory();
  const kept = keptOf(memory);
  await memory.restart({ snapshotFiles: kept.files });
  await fill(memory, 0, FACTS, "other");
  await memory.restart({ snapshotFiles: kept.files });
  const untouched = pathIn(kept);
  const { ino } = statSync(untouched);
  await fill(memory, 0, FACTS);
  await memory.restart({ snapshotFiles: kept.files });
  for (const namespace of ["default", "other"]) {
    memory.engine.query(namespace, { text: "n7", k: 1 });
  }
  await memory.engine.deleteFact("default", "f7");
  assert.deepEqual(readdirSync(kept.folder), [basename(untouched)]);
  await memory.restart({ snapshotFiles: kept.files });
  assert.equal(readdirSync(kept.folder).length, 2);
  assert.equal(statSync(untouched).ino, ino);
});

Deno.test("an index file from before an erasure that it has not seen is not used", async () => {
  await using memory = await openTestMemory();
  const kept = keptOf(memory);
  await memory.restart({ snapshotFiles: kept.files });
  await fill(memory, 0, FACTS);
  await memory.restart();
  const path = pathIn(kept);
  const before = readFileSync(path);
  await memory.engine.deleteFact("default", "f7");
  await memory.restart({ snapshotFiles: kept.files });
  // As another process would that is killed before it looks for erasures.
  writeFileSync(path, before);
  const hits = memory.engine.query("default", { text: "n7", k: 256 });
  assert.equal(hits.some(({ id }) => id === "f7"), false);
  assert.deepEqual(kept.ignored, ["something was erased since"]);
  assert.deepEqual(readdirSync(kept.folder), []);
});

Deno.test("what killed processes have left in the folder of index files is gone after a start", async () => {
  await using memory = await openTestMemory();
  const kept = keptOf(memory);
  await memory.restart({ snapshotFiles: kept.files });
  await fill(memory, 0, FACTS, "other");
  await memory.restart({ snapshotFiles: kept.files });
  const untouched = pathIn(kept);
  await fill(memory, 0, FACTS);
  await memory.restart();
  const path = join(
    kept.folder,
    readdirSync(kept.folder).find((name) => name !== basename(untouched)) ?? "none",
  );
  const whole = readFileSync(path);
  await memory.engine.deleteFact("default", "f7");
  const left = [whole, whole.subarray(0, 30), whole.subarray(0, 60), Uint8Array.of()];
  for (const bytes of left) {
    // Killed between putting the file in its place and looking for erasures; another while it wrote.
    writeFileSync(path, bytes);
    writeFileSync(`${path}.99999.part`, whole);
    writeFileSync(`${untouched}.99999.part`, whole);
    await memory.restart({ snapshotFiles: kept.files });
    await memory.restart();
    assert.deepEqual(readdirSync(kept.folder), [basename(untouched)]);
  }
});

Deno.test("an index file made after an erasure stays over a start", async () => {
  await using memory = await openTestMemory();
  const kept = keptOf(memory);
  await memory.restart({ snapshotFiles: kept.files });
  await fill(memory, 0, FACTS);
  await memory.engine.deleteFact("default", "f7");
  await memory.restart();
  const { ino } = statSync(pathIn(kept));
  await memory.restart({ snapshotFiles: kept.files });
  await memory.restart();
  assert.equal(statSync(pathIn(kept)).ino, ino);
});

Deno.test("commit() says that a file was removed while it was written", async () => {
  await using memory = await openTestMemory();
  const { files, folder } = keptOf(memory);
  const target = files.create("default");
  target.write(Uint8Array.of(1), 0);
  files.removeUnfinished();
  assert.equal(await target.commit(), false);
  target.abandon();
  assert.deepEqual(readdirSync(folder), []);
});
