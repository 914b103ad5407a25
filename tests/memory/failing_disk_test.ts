// A disk that is full and a file that cannot be written: writes are refused by name, nothing is half
// there, and reading goes on.

import assert from "node:assert/strict";
import { chmodSync, readFileSync } from "node:fs";
import process from "node:process";
import { openDatabase } from "../../src/storage/database.ts";
import { checkDatabaseFile } from "../../src/storage/file_care.ts";
import { limitsWith } from "../../src/base/limits.ts";
import { openTestMemory, type TestMemory } from "./_test_memory.ts";

const BODY = "x".repeat(8_000);

/** Leaves so many free pages on the disk of a memory. */
function fillDisk({ database: { connection } }: TestMemory, free: number): void {
  const used = Number(Object.values(connection.prepare("PRAGMA page_count").get() ?? {})[0]);
  connection.exec(`PRAGMA max_page_count = ${used + free}`);
}

async function outcomesOf(memory: TestMemory, facts: number, from: number) {
  return await Promise.allSettled(
    Array.from({ length: facts }, (_, at) =>
      memory.engine.addFact("default", {
        ...{ id: `f${from + at}`, subject: "s", body: `${from + at} ${BODY}` },
      })),
  );
}

Deno.test("a full disk refuses writes, keeps what was acknowledged, and reading goes on", async () => {
  await using memory = await openTestMemory();
  await memory.engine.addFact("default", {
    id: "first",
    subject: "Deploy key",
    body: "In the vault",
  });
  fillDisk(memory, 40);
  const kept = ["first"];
  const faults: unknown[] = [];
  for (let batch = 0; batch < 20; batch++) {
    const outcomes = await outcomesOf(memory, 3, batch * 3);
    for (const outcome of outcomes) {
      if (outcome.status === "fulfilled") kept.push(outcome.value.id);
      else faults.push(outcome.reason);
    }
  }
  assert.ok(kept.length > 5 && faults.length > 5, `${kept.length} kept, ${faults.length} refused`);
  for (const fault of faults) {
    assert.match(String(fault), /Cannot (commit a write|write): database or disk is full/);
    assert.equal((fault as { code?: string }).code, "storage_failed");
  }
  const [hit] = memory.engine.query("default", { text: "vault", k: 1 });
  assert.equal(hit?.id, "first");
  assert.equal(memory.engine.stats().facts, kept.length);
  const stored = memory.database.connection.prepare("SELECT id FROM facts ORDER BY id").all();
  assert.deepEqual(stored.map((row) => row["id"]), kept.toSorted());
  assert.deepEqual(checkDatabaseFile(memory.path), []);
  fillDisk(memory, 1_000);
  assert.equal(
    (await memory.engine.addFact("default", { subject: "s", body: "again" })).created,
    true,
  );
  await memory.restart();
  assert.equal(memory.engine.stats().facts, kept.length + 1);
});

Deno.test("a memory that cannot be written refuses an erasure as a whole", async () => {
  await using memory = await openTestMemory();
  await memory.engine.addFact("default", { id: "a", subject: "s", body: BODY });
  memory.database.connection.exec("PRAGMA query_only = ON");
  await assert.rejects(memory.engine.deleteFact("default", "a"), { code: "storage_failed" });
  memory.database.connection.exec("PRAGMA query_only = OFF");
  assert.equal(memory.engine.query("default", { text: "s", k: 1 })[0]?.id, "a");
  assert.equal((await memory.engine.deleteFact("default", "a")).deleted, true);
});

Deno.test("a memory that cannot be written any more answers queries and says why it refuses", async () => {
  await using memory = await openTestMemory();
  await memory.engine.addFact("default", { id: "a", subject: "Deploy key", body: "In the vault" });
  memory.database.connection.exec("PRAGMA query_only = ON");
  const adding = memory.engine.addFact("default", { subject: "s", body: "b" });
  await assert.rejects(adding, { code: "storage_failed", message: /readonly database/ });
  assert.equal(memory.engine.query("default", { text: "vault", k: 1 })[0]?.id, "a");
  memory.database.connection.exec("PRAGMA query_only = OFF");
  assert.equal((await memory.engine.addFact("default", { subject: "s", body: "b" })).total, 2);
});

Deno.test({
  name: "a file that its owner made read-only is refused by name and left as it is",
  // The superuser may write to every file.
  ignore: process.getuid?.() === 0,
  async fn() {
    await using memory = await openTestMemory();
    await memory.engine.addFact("default", { subject: "s", body: "b" });
    const copy = `${memory.path}.copy`;
    memory.database.connection.prepare("VACUUM INTO ?").run(copy);
    chmodSync(copy, 0o400);
    const before = readFileSync(copy);
    const opening = () => openDatabase({ path: copy, limits: limitsWith() });
    assert.throws(opening, { code: "home_unusable", message: /memory\.db\.copy/ });
    assert.deepEqual(readFileSync(copy), before);
  },
});
