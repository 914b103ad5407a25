import assert from "node:assert/strict";
import { openTestMemory } from "./_test_memory.ts";

Deno.test("addFact() stores a fact that query() finds by another form of its words", async () => {
  await using memory = await openTestMemory();
  const added = await memory.engine.addFact("default", {
    subject: "Deploy key",
    body: "The deploy keys live in the vault under ci/production",
  });
  const [hit] = memory.engine.query("default", { text: "where is the key for deploying?", k: 5 });
  assert.equal(hit?.id, added.id);
  assert.equal(hit?.why, "matches: deploying (subject), key (subject)");
  assert.ok(added.created);
  assert.equal(added.total, 1);
});

Deno.test("openMemory() finds after a restart what was stored before", async () => {
  await using memory = await openTestMemory();
  await memory.engine.addFact("default", { subject: "Port", body: "The daemon listens on 9102" });
  const before = memory.engine.query("default", { text: "daemon port", k: 5 });
  await memory.restart();
  assert.deepEqual(memory.engine.query("default", { text: "daemon port", k: 5 }), before);
  assert.equal(before.length, 1);
});
