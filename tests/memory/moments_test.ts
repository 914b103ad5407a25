// Facts that begin or end by the passing of time: whoever watches is told, by one timer.

import assert from "node:assert/strict";
import type { FactChange } from "../../src/memory/fact_watcher.ts";
import { seededRandom, testSeed } from "../helpers/seeded_random.ts";
import { openTestMemory, type TestMemory } from "./_test_memory.ts";

const NAMESPACE = "n";
// Longer than facts that begin or end one after the other wait to be told together.
const SECOND_MS = 1_001;

/** Watches, and says which facts were told of since the last time. */
function watching({ engine }: TestMemory): () => readonly string[] {
  const told: FactChange[] = [];
  engine.watch((change) => told.push(change));
  return () => {
    const some = told.splice(0);
    assert.ok(some.every((change) => change.isListChange && !change.isErased));
    return some.map(({ id }) => id ?? "").toSorted();
  };
}

/** Moves the clock; whoever was woken by it is done afterwards. */
async function pass(memory: TestMemory, ms: number): Promise<void> {
  memory.clock.advance(ms);
  await new Promise((turn) => setImmediate(turn));
}

Deno.test("watch() tells that a fact expires, ends as planned, and begins", async () => {
  await using memory = await openTestMemory();
  const { engine, clock } = memory;
  const nowMs = clock.now();
  const told = watching(memory);
  const add = (id: string, more: object) =>
    engine.addFact(NAMESPACE, { id, subject: id, body: "b", ...more });
  await add("expires", { expiresAtMs: nowMs + 20_000 });
  await add("old", {});
  await add("new", { validFromMs: nowMs + 40_000, supersedes: "old" });
  await add("lasts", {});
  assert.ok(told().length > 0);
  await pass(memory, SECOND_MS);
  assert.deepEqual(told(), []);
  await pass(memory, 20_000 - SECOND_MS - 1);
  assert.deepEqual(told(), []);
  await pass(memory, 1);
  assert.deepEqual(told(), ["expires"]);
  await pass(memory, 19_999);
  assert.deepEqual(told(), []);
  await pass(memory, 1);
  assert.deepEqual(told(), ["new", "old"]);
  await pass(memory, 100_000);
  assert.deepEqual(told(), []);
});

Deno.test("watch() has one timer at most, and none when nothing is to come or nobody watches", async () => {
  await using memory = await openTestMemory();
  const { engine, clock } = memory;
  const expires = (id: string, afterMs: number) =>
    engine.addFact(NAMESPACE, { id, subject: id, body: "b", expiresAtMs: clock.now() + afterMs });
  await expires("a", 30_000);
  const timers = clock.timers;
  const told = watching(memory);
  assert.equal(clock.timers, timers + 1);
  await pass(memory, SECOND_MS);
  // The later one first.
  for (const afterMs of [50_000, 9_000, 10_000]) await expires(`in ${afterMs}`, afterMs);
  assert.equal(clock.timers, timers + 1);
  told();
  engine.watch(undefined);
  assert.equal(clock.timers, timers);
  await pass(memory, 20_000);
  assert.deepEqual(told(), []);
  const toldNow = watching(memory);
  await pass(memory, SECOND_MS);
  // What happened while nobody watched is no change to anybody.
  assert.deepEqual(toldNow(), []);
  await pass(memory, 100_000);
  await pass(memory, 100_000);
  assert.deepEqual(toldNow(), ["a", "in 50000"]);
  assert.equal(clock.timers, timers);
});

Deno.test("watch() tells of a namespace that is loaded later, and after a restart", async () => {
  await using memory = await openTestMemory();
  const expiresAtMs = memory.clock.now() + 30_000;
  await memory.engine.addFact(NAMESPACE, { id: "a", subject: "s", body: "b", expiresAtMs });
  await memory.restart();
  const told = watching(memory);
  await pass(memory, 10_000);
  await memory.engine.prepare(NAMESPACE);
  await pass(memory, 10_000);
  assert.deepEqual(told(), []);
  await pass(memory, 10_000);
  assert.deepEqual(told(), ["a"]);
});

Deno.test("watch() tells what another process has planned", async () => {
  await using memory = await openTestMemory();
  const { engine: other, database } = await memory.openAnother();
  await memory.engine.addFact(NAMESPACE, { id: "ours", subject: "s", body: "b" });
  const told = watching(memory);
  await pass(memory, SECOND_MS);
  const validFromMs = memory.clock.now() + 5_000;
  await other.addFact(NAMESPACE, {
    subject: "s",
    body: "c",
    validFromMs,
    supersedes: "ours",
    id: "x",
  });
  await memory.engine.follow();
  assert.deepEqual(told(), ["ours", "x"]);
  await pass(memory, 4_999);
  assert.deepEqual(told(), []);
  await pass(memory, 1);
  assert.deepEqual(told(), ["ours", "x"]);
  await other.close();
  await database.close();
});

const SEED = testSeed();
const LATE_MS_MAX = 2_000;

Deno.test(`watch() tells of each beginning and end soon, seed ${SEED}`, async () => {
  const below = seededRandom(SEED);
  await using memory = await openTestMemory();
  const { engine, clock } = memory;
  const startMs = clock.now();
  const told: string[] = [];
  await engine.addFact(NAMESPACE, { id: "first", subject: "s", body: "b" });
  engine.watch(({ id }) => told.push(id ?? ""));
  const expected: { readonly id: string; readonly atMs: number }[] = [];
  for (let step = 0; step < 150; step++) {
    if (below(2) === 0) {
      const id = `f${step}`;
      const nowMs = clock.now();
      const validFromMs = nowMs + below(8_000) - 4_000;
      const expiresAtMs = validFromMs + 1 + below(6_000);
      const times = below(2) === 0
        ? { validFromMs, expiresAtMs }
        : { expiresAtMs: nowMs + 1 + below(9_000) };
      await engine.addFact(NAMESPACE, { id, subject: id, body: "b", ...times });
      const moments = [times.validFromMs ?? nowMs, times.expiresAtMs];
      expected.push(...moments.filter((atMs) => atMs > nowMs).map((atMs) => ({ id, atMs })));
    }
    told.length = 0;
    const beforeMs = clock.now();
    for (let moved = 0; moved < 8; moved++) await pass(memory, 500);
    const nowMs = clock.now();
    // A second late at most, and the clock goes on by half a second before anybody is woken, and after.
    const due = expected.filter(({ atMs }) => atMs > beforeMs && atMs <= nowMs - LATE_MS_MAX);
    for (const { id } of due) assert.ok(told.includes(id), `${id} after ${nowMs - startMs} ms`);
    const possible = expected.filter(({ atMs }) => atMs > beforeMs - LATE_MS_MAX && atMs <= nowMs);
    for (const id of told) assert.ok(possible.some((moment) => moment.id === id), id);
  }
});

Deno.test("watch() tells what ends after the clock was set back", async () => {
  await using memory = await openTestMemory();
  const { engine, clock } = memory;
  const expires = (id: string, afterMs: number) =>
    engine.addFact(NAMESPACE, { id, subject: id, body: "b", expiresAtMs: clock.now() + afterMs });
  await expires("late", 7_400_000);
  const told = watching(memory);
  await pass(memory, SECOND_MS);
  clock.advance(-3_600_000);
  await expires("soon", 20_000);
  told();
  await pass(memory, 20_000);
  assert.deepEqual(told(), ["soon"]);
});
