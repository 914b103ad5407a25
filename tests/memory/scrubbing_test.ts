import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import type { ErasedFact } from "../../src/memory/copy_holder.ts";
import { SECRET, tracesIn } from "./_secret_fact.ts";
import { openTestMemory } from "./_test_memory.ts";

const OTHER = { subject: "Deploy key", body: "It lives in the vault" };

Deno.test("query() forgets what another process erased, and tells whoever holds copies", async () => {
  await using memory = await openTestMemory();
  const told: (readonly ErasedFact[] | undefined)[] = [];
  const copyHolders = [{
    forget: (erased: readonly ErasedFact[] | undefined) => !!told.push(erased),
  }];
  const other = await memory.openAnother({ copyHolders });
  await memory.engine.addFact("default", OTHER);
  await memory.engine.addFact("default", SECRET);
  assert.equal(other.engine.query("default", { text: "plugh", k: 1 }).length, 1);
  await memory.engine.deleteFact("default", SECRET.id);
  assert.deepEqual(other.engine.query("default", { text: "plugh", k: 1 }), []);
  assert.equal(other.engine.stats().facts, 1);
  await other.engine.close();
  await other.database.close();
  const { id, subject } = SECRET;
  assert.deepEqual(told, [[{ namespace: "default", id, subject }]]);
});

Deno.test("deleteFact() says scrubbed: false while another process reads, and scrubs later", async () => {
  await using memory = await openTestMemory();
  const other = await memory.openAnother();
  await memory.engine.addFact("default", SECRET);
  other.database.connection.exec("BEGIN");
  other.database.connection.prepare("SELECT count(*) FROM facts").get();

  // The rounds wait on the system's clock, which keeps no process alive.
  const alive = setTimeout(() => {}, 30_000);
  const deleted = await memory.engine.deleteFact("default", SECRET.id);
  clearTimeout(alive);
  assert.deepEqual([deleted.deleted, deleted.scrubbed], [true, false]);
  assert.ok(tracesIn(memory).length > 0);
  assert.deepEqual(memory.engine.query("default", { text: "plugh", k: 1 }), []);

  other.database.connection.exec("COMMIT");
  memory.clock.advance(1_000);
  // The retry is under way; a further call waits for it.
  assert.equal((await memory.engine.deleteFact("default", SECRET.id)).scrubbed, true);
  assert.deepEqual(tracesIn(memory), []);
  await other.engine.close();
  await other.database.close();
});

Deno.test("deleteFact() asks no holder of copies again for a log that was held up", async () => {
  await using memory = await openTestMemory();
  const told: (readonly ErasedFact[] | undefined)[] = [];
  const other = await memory.openAnother({
    copyHolders: [{ forget: (erased) => !!told.push(erased) }],
  });
  await other.engine.addFact("default", SECRET);
  memory.database.connection.exec("BEGIN");
  memory.database.connection.prepare("SELECT count(*) FROM facts").get();
  // The rounds wait on the system's clock, which keeps no process alive.
  const alive = setTimeout(() => {}, 30_000);
  assert.equal((await other.engine.deleteFact("default", SECRET.id)).scrubbed, false);
  clearTimeout(alive);
  memory.database.connection.exec("COMMIT");
  assert.equal((await other.engine.deleteFact("default", SECRET.id)).scrubbed, true);
  assert.deepEqual(tracesIn(memory), []);
  await other.engine.close();
  await other.database.close();
  assert.deepEqual(told.map((erased) => erased?.map(({ body }) => body)), [[SECRET.body]]);
});

Deno.test("openMemory() scrubs what an earlier process was killed over", async () => {
  await using memory = await openTestMemory();
  await memory.engine.addFact("default", SECRET);
  await memory.database.write((revision) => {
    const { connection } = memory.database;
    connection.prepare("DELETE FROM facts").run();
    connection.prepare("UPDATE meta SET value = ? WHERE name = 'scrub_pending'").run(revision);
  });
  writeFileSync(`${memory.path}.version-1`, "Plugh body");
  assert.ok(tracesIn(memory).length > 0);
  const told: unknown[] = [];
  const other = await memory.openAnother({
    copyHolders: [{ forget: (erased) => !!told.push(erased) }],
  });
  await other.engine.close();
  assert.deepEqual(told, [undefined]);
  assert.deepEqual(tracesIn(memory), []);
  await other.database.close();
});

Deno.test("deleteFact() asks whoever holds copies until none is left", async () => {
  await using memory = await openTestMemory();
  const answers = [false, true];
  const told: (readonly ErasedFact[] | undefined)[] = [];
  const other = await memory.openAnother({
    copyHolders: [{
      forget(erased) {
        told.push(erased);
        return answers.shift() ?? true;
      },
    }],
  });
  await other.engine.addFact("default", SECRET);
  assert.equal((await other.engine.deleteFact("default", SECRET.id)).scrubbed, false);
  assert.equal((await other.engine.deleteFact("default", SECRET.id)).scrubbed, true);
  assert.deepEqual(told.map((erased) => erased?.[0]?.body), [SECRET.body, undefined]);
  await other.engine.close();
  await other.database.close();
});

Deno.test("close() makes a last try when a scrub is pending", async () => {
  await using memory = await openTestMemory();
  const answers = [false];
  const other = await memory.openAnother({
    copyHolders: [{ forget: () => answers.shift() ?? true }],
  });
  await other.engine.addFact("default", SECRET);
  await other.engine.deleteFact("default", SECRET.id);
  await other.engine.close();
  assert.equal(
    memory.database.connection.prepare(
      "SELECT value FROM meta WHERE name = 'scrub_pending'",
    ).get()?.["value"],
    0,
  );
  await other.engine.close();
  await other.database.close();
});

Deno.test("openMemory() reports a holder of copies that fails behind everybody's back", async () => {
  await using memory = await openTestMemory();
  const faults: unknown[] = [];
  const answers = [() => false, () => Promise.reject(new Error("disk"))];
  const other = await memory.openAnother({
    copyHolders: [{ forget: () => answers.shift()?.() ?? true }],
    onFault: (thrown) => void faults.push(String(thrown)),
  });
  await other.engine.addFact("default", SECRET);
  await other.engine.deleteFact("default", SECRET.id);
  memory.clock.advance(1_000);
  await other.engine.close();
  assert.deepEqual(faults, ["Error: disk"]);
  await other.database.close();
});

Deno.test("stats() tells holders of what was erased in a namespace that is not in RAM", async () => {
  await using memory = await openTestMemory();
  const told: (readonly ErasedFact[] | undefined)[] = [];
  const copyHolders = [{
    forget: (erased: readonly ErasedFact[] | undefined) => !!told.push(erased),
  }];
  await memory.engine.addFact("default", SECRET);
  const other = await memory.openAnother({ copyHolders });
  await memory.engine.deleteFact("default", SECRET.id);
  assert.equal(other.engine.stats().facts, 0);
  await other.engine.close();
  await other.database.close();
  assert.deepEqual(told, [[{ namespace: "default" }]]);
});
