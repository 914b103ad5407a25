import assert from "node:assert/strict";
import { openTestMemory, type TestMemory } from "./_test_memory.ts";

const TURNS = [
  "Which restaurant did Ada mean",
  "the blue lantern near the harbour",
  "fish and rice mostly",
  "nothing about food here",
];
const SUBJECTS = ["alpha", "bravo", "charlie", "delta"];

async function tell(memory: TestMemory, more: { source?: string; client?: string }, stepMs = 1) {
  for (const [at, body] of TURNS.entries()) {
    await memory.engine.addFact("default", {
      id: `t${at}`,
      subject: SUBJECTS[at] ?? "",
      body,
      ...more,
    });
    memory.clock.advance(stepMs);
  }
}

function found(memory: TestMemory, text: string) {
  return memory.engine.query("default", { text, k: 9 }).map(({ id }) => id);
}

Deno.test("query() brings in up to two facts on either side of a match in one source", async () => {
  await using memory = await openTestMemory();
  await tell(memory, { source: "chat" });
  const hits = memory.engine.query("default", { text: "restaurant", k: 9 });
  assert.deepEqual(hits.map(({ id }) => id), ["t0", "t1", "t2"]);
  assert.deepEqual(hits.map(({ why }) => why), [
    "matches: restaurant",
    'next to "alpha"',
    'next to "alpha"',
  ]);
});

Deno.test("query() brings in neighbours of one client only within a minute", async () => {
  await using near = await openTestMemory();
  await tell(near, { client: "editor" }, 60_000);
  assert.deepEqual(found(near, "restaurant").includes("t1"), true);
  await using far = await openTestMemory();
  await tell(far, { client: "editor" }, 60_001);
  assert.deepEqual(found(far, "restaurant").includes("t1"), false);
});

Deno.test("query() keeps order and reasons after a restart that loads changed facts last", async () => {
  await using memory = await openTestMemory();
  await tell(memory, { source: "chat" });
  await memory.engine.addFact("default", { subject: "bravo", body: TURNS[1] ?? "", tags: ["x"] });
  const before = memory.engine.query("default", { text: "restaurant", k: 9 });
  await memory.restart();
  assert.deepEqual(memory.engine.query("default", { text: "restaurant", k: 9 }), before);
});

Deno.test("query() brings in what a rare name of the best fact connects", async () => {
  await using memory = await openTestMemory();
  const add = (id: string, body: string) =>
    memory.engine.addFact("default", { id, subject: `note ${id}`, body });
  await add("a", "Kestrel was built by Oduya");
  await add("b", "Oduya lives in Bergen");
  await add("c", "lunch at noon");
  await add("d", "dinner at seven");
  const hits = memory.engine.query("default", { text: "who built kestrel", k: 3 });
  assert.deepEqual(hits.slice(0, 2).map(({ id }) => id), ["a", "b"]);
  assert.equal(hits[1]?.why, 'shares rare words with "note a"');
});

Deno.test("query() brings in nothing that its filters exclude", async () => {
  await using memory = await openTestMemory();
  const add = (id: string, kind: "decision" | "pattern") =>
    memory.engine.addFact("default", { id, subject: id, body: `${id} zebra`, kind, source: "s" });
  await add("one", "decision");
  await add("two", "pattern");
  const hits = memory.engine.query("default", { text: "one", k: 5, kinds: ["decision"] });
  assert.deepEqual(hits.map(({ id }) => id), ["one"]);
});

Deno.test("query() prefers a fact in which two words stand side by side as they do in the query", async () => {
  await using memory = await openTestMemory();
  const bodies = {
    apart: "the harbour has a lantern beside the old boat house",
    turned: "the lantern harbour beside the old boat house has",
    together: "the old house has a boat lantern beside the harbour",
  };
  for (const [id, body] of Object.entries(bodies)) {
    await memory.engine.addFact("default", { id, subject: "same", body });
  }
  assert.equal(found(memory, "boat lantern")[0], "together");
  assert.equal(found(memory, "harbour of the lantern")[0], "apart");
});

Deno.test("query() lifts what is like the best match in other words than the query's", async () => {
  await using memory = await openTestMemory();
  const add = (id: string, body: string) =>
    memory.engine.addFact("default", { id, subject: id, body });
  await add("best", "a tram and a tram, with brass bells and oak seats");
  await add("z-like", "the tram that has brass bells and oak doors");
  await add("a-unlike", "the tram that has paper tickets and steel doors");
  for (let at = 0; at < 9; at++) await add(`other${at}`, `nothing of it ${at}`);
  const hits = memory.engine.query("default", { text: "tram", k: 9 });
  assert.deepEqual(hits.map(({ id }) => id), ["best", "z-like", "a-unlike"]);
  assert.match(hits[1]?.why ?? "", /is like "best"|shares rare words with "best"/);
});
