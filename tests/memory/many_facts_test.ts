import assert from "node:assert/strict";
import { createSqliteMemory } from "../../src/storage/sqlite_memory.ts";
import { openTestMemory } from "./_test_memory.ts";

const MANY = 100_000;
const SUBJECT = "Port";

Deno.test("a hundred thousand facts may have one subject", async () => {
  await using memory = await openTestMemory();
  const store = createSqliteMemory(memory.database);
  const recordedMs = memory.clock.now();
  await store.write((transaction) => {
    for (let at = 0; at < MANY; at++) {
      transaction.insert({
        ...{ namespace: "default", id: `fact-${at}`, kind: "pattern", subject: SUBJECT },
        ...{ body: `It is ${at}`, tags: [], confidence: "medium", state: "live", revision: 0 },
        ...{ validFromMs: recordedMs - MANY + at, recordedMs },
        ...{ needsReview: false, isConstraint: false },
      });
    }
  });
  await memory.restart();
  const added = await memory.engine.addFact("default", { subject: SUBJECT, body: "It is open" });
  assert.equal(added.total, MANY + 1);
  assert.equal(added.conflicts.length, 10);
  assert.equal(added.conflicts[0]?.id, `fact-${MANY - 1}`);
  assert.equal(added.conflictsTotal, 1_000);
  await assert.rejects(
    memory.engine.addFact("default", { subject: SUBJECT, body: "closed", supersedes: SUBJECT }),
    { code: "limit_reached", message: /more than 1000/ },
  );
  const [hit] = memory.engine.query("default", { text: "port 77777", k: 1 });
  assert.equal(hit?.id, "fact-77777");
  const history = memory.engine.history("default", { subject: SUBJECT });
  assert.deepEqual([history.versions.length, history.hasMore], [100, true]);
  const { sections } = memory.engine.buildContext("default", { query: "port 77777" });
  assert.ok(sections.some(({ name, entries }) => name === "facts" && entries > 10));
  assert.equal((await memory.engine.deleteFact("default", "fact-77777")).scrubbed, true);
  const [next] = memory.engine.query("default", { text: "port 77777", k: 1 });
  assert.notEqual(next?.id, "fact-77777");
});
