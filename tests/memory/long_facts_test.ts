// How long facts reach the index: in turns with other calls, and never so that somebody sees less than
// what was acknowledged.

import assert from "node:assert/strict";
import type { MemoryEngine } from "../../src/memory/engine.ts";
import { seededRandom, testSeed } from "../helpers/seeded_random.ts";
import { tickingClock } from "../helpers/ticking_clock.ts";
import { openTestMemory } from "./_test_memory.ts";

const NAMESPACE = "default";

/** Some 50,000 characters of words that nobody else says. */
function longBody(name: string): string {
  return Array.from({ length: 6_000 }, (_, at) => `${name}${at.toString(36)}`).join(" ");
}

/** A memory whose turns are over by how often its clock is looked at. */
async function openTicking() {
  const memory = await openTestMemory();
  const { engine, database } = await memory.openAnother({ clock: tickingClock(memory.clock) });
  return {
    memory,
    engine,
    async [Symbol.asyncDispose]() {
      await engine.close();
      await database.close();
      await memory[Symbol.asyncDispose]();
    },
  };
}

async function turnsUntil(done: Promise<unknown>): Promise<number> {
  let turns = 0;
  let isDone = false;
  const end = done.then(() => isDone = true);
  for (; !isDone; turns++) await new Promise((turn) => setImmediate(turn));
  await end;
  return turns;
}

function found(engine: MemoryEngine, text: string): readonly string[] {
  return engine.query(NAMESPACE, { text, k: 50 }).map(({ id }) => id);
}

Deno.test("addFact() and deleteFact() take turns with other calls over a long body", async () => {
  await using ticking = await openTicking();
  const { engine } = ticking;
  const add = (id: string, body: string) => engine.addFact(NAMESPACE, { id, subject: id, body });
  const shortTurns = await turnsUntil(add("short", "b"));
  const longTurns = await turnsUntil(add("long", longBody("w")));
  assert.ok(longTurns > shortTurns + 8, `${longTurns} turns, ${shortTurns} for a short one`);
  assert.deepEqual(found(engine, "w4mn"), ["long"]);
  const erasing = await turnsUntil(engine.deleteFact(NAMESPACE, "long"));
  assert.ok(erasing > 8, `${erasing} turns`);
  assert.deepEqual(found(engine, "w4mn"), []);
});

Deno.test("addFact() of many facts at once puts only some of them in one turn", async () => {
  await using ticking = await openTicking();
  const { engine } = ticking;
  const ids = Array.from({ length: 60 }, (_, at) => `f${at}`);
  const adding = ids.map((id) =>
    engine.addFact(NAMESPACE, { id, subject: "s", body: longBody(`${id}q`).slice(0, 2_000) })
  );
  assert.ok(await turnsUntil(Promise.all(adding)) > 20);
  assert.deepEqual(new Set(found(engine, "s")).size, 50);
  for (const id of ids) assert.equal(found(engine, `${id}q1a`)[0], id);
});

Deno.test("query() sees a long fact as soon as it is acknowledged, also without waiting", async () => {
  await using memory = await openTestMemory();
  const { engine } = memory;
  await engine.addFact(NAMESPACE, { id: "first", subject: "s", body: "b" });
  const long = engine.addFact(NAMESPACE, { id: "long", subject: "s", body: longBody("w") });
  const short = engine.addFact(NAMESPACE, { id: "next", subject: "s", body: "soon" });
  // Between two turns of the long one everything is asked for, and another fact is erased.
  let looks = 0;
  let isDone = false;
  const both = Promise.all([long, short, engine.deleteFact(NAMESPACE, "first")])
    .finally(() => isDone = true);
  for (; !isDone; looks++) {
    await new Promise((turn) => setImmediate(turn));
    found(engine, "soon w1");
  }
  await both;
  assert.ok(looks > 0);
  assert.deepEqual(found(engine, "w4mn soon").toSorted(), ["long", "next"]);
  assert.ok(!found(engine, "b").includes("first"));
});

const SEED = testSeed();

Deno.test(`long and short facts of two processes leave the index that their rows give, seed ${SEED}`, async () => {
  const below = seededRandom(SEED);
  await using memory = await openTestMemory();
  // What waits for another process to let go of the log does not hold this one up by itself.
  const alive = setInterval(() => {}, 1_000);
  const { engine: other, database } = await memory.openAnother();
  const engines = [memory.engine, other];
  const tags = ["red", "green", "blue"];
  const change = async () => {
    const engine = engines[below(2)] ?? other;
    const id = `f${below(30)}`;
    if (below(4) === 0) return void await engine.deleteFact(NAMESPACE, id);
    const words = below(3) === 0 ? 3_000 : 20;
    const body = Array.from({ length: words }, () => `w${below(9_000)}`).join(" ");
    const fact = { subject: `s${below(5)}`, body, tags: [tags[below(3)] ?? ""] };
    const { id: added } = await engine.addFact(NAMESPACE, { id: `${id}-${below(1_000)}`, ...fact });
    // Told again with another tag: its text is taken out and put again.
    if (below(3) === 0) await engine.addFact(NAMESPACE, { ...fact, tags: ["more"] });
    if (below(3) === 0) await engine.deleteFact(NAMESPACE, added);
  };
  for (let round = 0; round < 8; round++) {
    await Promise.allSettled(Array.from({ length: 6 }, change));
    if (below(3) === 0) found(memory.engine, "w1");
  }
  const answers = (engine: MemoryEngine, text: string) =>
    engine.query(NAMESPACE, { text, k: 50 }).map(({ id, activation }) => [id, activation]);
  const texts = Array.from({ length: 20 }, () => `w${below(9_000)} w${below(9_000)} s${below(5)}`);
  const before = texts.map((text) => engines.map((engine) => answers(engine, text)));
  await memory.restart();
  for (const [at, text] of texts.entries()) {
    const expected = answers(memory.engine, text);
    assert.deepEqual(before[at], [expected, expected], text);
  }
  await other.close();
  await database.close();
  clearInterval(alive);
});
