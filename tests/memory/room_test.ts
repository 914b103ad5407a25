import assert from "node:assert/strict";
import { openTestMemory } from "./_test_memory.ts";

const KEY = { subject: "Deploy key", body: "It lives in the vault" };

Deno.test("addFact() refuses a fact too many and a namespace too many", async () => {
  await using memory = await openTestMemory({ factsMax: 2, namespacesMax: 2 });
  await memory.engine.addFact("a", KEY);
  await memory.engine.addFact("a", { ...KEY, body: "second" });
  await assert.rejects(memory.engine.addFact("a", { ...KEY, body: "third" }), {
    code: "limit_reached",
  });
  assert.equal((await memory.engine.addFact("a", KEY)).created, false);
  await memory.engine.addFact("b", KEY);
  await assert.rejects(memory.engine.addFact("c", KEY), { code: "limit_reached" });
});

Deno.test("addFact() refuses a fact whose text would be more than a namespace holds", async () => {
  await using memory = await openTestMemory({ namespaceBytesMax: 1_024 });
  const fact = (bytes: number) => ({ subject: "s", body: "é".repeat((bytes - 1) / 2) });
  const { id } = await memory.engine.addFact("a", fact(1_001));
  await memory.engine.addFact("a", fact(23));
  await assert.rejects(memory.engine.addFact("a", { subject: "s", body: "t" }), {
    code: "limit_reached",
    message: "The namespace holds 1024 bytes of facts; allowed: at most 1024",
  });
  // What is known already needs no room, and another namespace has its own.
  assert.equal((await memory.engine.addFact("a", fact(1_001))).created, false);
  await memory.engine.addFact("b", fact(1_001));
  await memory.engine.deleteFact("a", id);
  await memory.engine.addFact("a", fact(999));
});
