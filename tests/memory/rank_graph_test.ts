import assert from "node:assert/strict";
import type { NewFact } from "../../src/memory/fact.ts";
import { openTestMemory, type TestMemory } from "./_test_memory.ts";

async function remember(memory: TestMemory, facts: readonly NewFact[]): Promise<void> {
  for (const fact of facts) {
    // Further apart than what one agent says in one go.
    memory.clock.advance(100_000);
    await memory.engine.addFact("default", fact);
  }
}

function find(memory: TestMemory, text: string, more = {}): readonly string[] {
  return memory.engine.query("default", { text, k: 9, ...more })
    .map(({ id, why }) => `${id}: ${why}`);
}

const BASE: readonly NewFact[] = [
  { id: "engine", subject: "Database", body: "is Postgres" },
  { id: "host", subject: "Machine", body: "has two disks" },
  { id: "noise", subject: "Lunch", body: "is soup" },
];

Deno.test("query() brings in the premises of a conclusion, and not a conclusion for its premise", async () => {
  await using memory = await openTestMemory();
  const conclusion = {
    id: "so",
    subject: "Backup",
    body: "use pg_dump",
    kind: "conclusion",
  } as const;
  await remember(memory, [...BASE, { ...conclusion, premises: ["engine", "host"] }]);
  assert.deepEqual(find(memory, "backup"), [
    "so: matches: backup (subject)",
    'host: is a premise of "Backup"',
    'engine: is a premise of "Backup"',
  ]);
  assert.deepEqual(find(memory, "postgres"), ["engine: matches: postgres"]);
});

Deno.test("query() follows dependencies both ways and two links far", async () => {
  await using memory = await openTestMemory();
  await remember(memory, [
    ...BASE,
    { id: "port", subject: "Port", body: "5432", dependsOn: ["engine"] },
    { id: "tunnel", subject: "Tunnel", body: "over ssh", dependsOn: ["port"] },
    { id: "laptop", subject: "Laptop", body: "opens it", dependsOn: ["tunnel"] },
  ]);
  assert.deepEqual(find(memory, "postgres"), [
    "engine: matches: postgres",
    'port: builds on "Database"',
    'tunnel: builds on "Port"',
  ]);
  assert.deepEqual(find(memory, "laptop"), [
    "laptop: matches: laptop (subject)",
    'tunnel: carries "Laptop"',
    'port: carries "Tunnel"',
  ]);
  assert.deepEqual(find(memory, "postgres", { isTextOnly: true }), ["engine: matches: postgres"]);
});

Deno.test("query() goes on from a linked fact to what was said beside it", async () => {
  await using memory = await openTestMemory();
  await remember(memory, [
    { id: "before", subject: "Morning", body: "coffee", source: "talk" },
    { id: "said", subject: "Decision", body: "go on", source: "talk" },
    { id: "plan", subject: "Harbour", body: "build it", dependsOn: ["said"] },
  ]);
  assert.deepEqual(find(memory, "harbour"), [
    "plan: matches: harbour (subject)",
    'said: carries "Harbour"',
    'before: next to "Decision"',
  ]);
});

Deno.test("query() leads to what was replaced only where that is asked for", async () => {
  await using memory = await openTestMemory();
  await remember(memory, [
    ...BASE,
    { id: "old", subject: "Colour", body: "red" },
    { id: "new", subject: "Paint", body: "blue", supersedes: "old", dependsOn: ["host"] },
  ]);
  assert.deepEqual(find(memory, "paint"), [
    "new: matches: paint (subject)",
    'host: carries "Paint"',
  ]);
  assert.deepEqual(find(memory, "paint", { includeSuperseded: true }), [
    "new: matches: paint (subject)",
    'host: carries "Paint"',
    'old: was replaced by "Paint"',
  ]);
});

Deno.test("query() never lets what is linked pass the match itself", async () => {
  await using memory = await openTestMemory();
  const many = Array.from(
    { length: 40 },
    (_, at) => ({ id: `step${at}`, subject: `Step ${at}`, body: "wait", dependsOn: ["engine"] }),
  );
  await remember(memory, [...BASE, ...many]);
  const [first, ...others] = memory.engine.query("default", { text: "postgres", k: 50 });
  assert.equal(first?.id, "engine");
  // A fact leads to so many others and no more.
  assert.equal(others.length, 16);
  assert.ok(others.every(({ activation }) => activation < (first?.activation ?? 0) / 2));
});

Deno.test("query() gives the same order over circles of links after a restart", async () => {
  await using memory = await openTestMemory();
  await remember(memory, [
    ...BASE,
    { id: "a", subject: "Alpha", body: "one", dependsOn: ["engine", "host"] },
    { id: "b", subject: "Beta", body: "two", dependsOn: ["a"] },
    { id: "a", subject: "Alpha", body: "one", dependsOn: ["b"] },
  ]);
  const before = memory.engine.query("default", { text: "alpha postgres", k: 9 });
  assert.equal(before.length, 4);
  await memory.restart();
  assert.deepEqual(memory.engine.query("default", { text: "alpha postgres", k: 9 }), before);
});
