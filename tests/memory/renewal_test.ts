// An index from which most was erased is made anew from its rows, while others write, erase and ask.

import assert from "node:assert/strict";
import type { Clock } from "../../src/base/clock.ts";
import { Catalog } from "../../src/memory/namespaces/catalog.ts";
import type { MemoryEngine } from "../../src/memory/engine.ts";
import { createTokenizer } from "../../src/memory/tokenizer.ts";
import { createSqliteMemory } from "../../src/storage/sqlite_memory.ts";
import { seededRandom, testSeed } from "../helpers/seeded_random.ts";
import { tickingClock } from "../helpers/ticking_clock.ts";
import { openTestMemory, type TestMemory } from "./_test_memory.ts";

// Above what an index keeps of empty slots.
const ROUND = 700;
const KEPT = 20;

function factOf(number: number) {
  return { id: `f${number}`, subject: `s${number % 9}`, body: `word${number % 7} body${number}` };
}

async function addRound(engine: MemoryEngine, round: number): Promise<void> {
  const facts = Array.from({ length: ROUND }, (_, nth) => factOf(round * ROUND + nth));
  await Promise.all(facts.map((fact) => engine.addFact("default", fact)));
}

async function eraseRound(engine: MemoryEngine, round: number): Promise<void> {
  const ids = Array.from({ length: ROUND - KEPT }, (_, nth) => factOf(round * ROUND + nth).id);
  await Promise.all(ids.map((id) => engine.deleteFact("default", id)));
}

function catalogOf(memory: TestMemory, clock: Clock): Catalog {
  const catalog = new Catalog({
    ...{ store: createSqliteMemory(memory.database), tokenizer: createTokenizer() },
    ...{ clock, bytesMax: 2 ** 30 },
    onErased: () => {},
    onFault: (thrown) => assert.ifError(thrown),
  });
  catalog.start();
  return catalog;
}

Deno.test("an index gives back what facts took that others erased", async () => {
  await using memory = await openTestMemory();
  const { engine, clock } = memory;
  const other = await memory.openAnother();
  const catalog = catalogOf(memory, clock);
  for (let round = 0; round < 4; round++) {
    await addRound(engine, round);
    await other.engine.prepare("default");
    await eraseRound(round % 2 === 0 ? engine : other.engine, round);
    await catalog.prepare("default");
    const { table } = catalog.current("default").index;
    assert.equal(table.facts, (round + 1) * KEPT);
    assert.ok(!table.isWasteful, `${table.length} slots in round ${round}`);
  }
  await catalog.stopFollowing();
  await other.engine.close();
  await other.database.close();
});

Deno.test("an index gives back what facts took that its own process erased", async () => {
  await using memory = await openTestMemory();
  const rounds = [0, 1, 2];
  for (const round of rounds) await addRound(memory.engine, round);
  const full = memory.engine.stats().indexBytes;
  for (const round of rounds) await eraseRound(memory.engine, round);
  const { indexBytes } = memory.engine.stats();
  assert.ok(indexBytes < full / 2, `${indexBytes} of ${full}`);
});

Deno.test("an index answers as one made from the rows while it is made anew", async () => {
  const seed = testSeed();
  const random = seededRandom(seed);
  await using memory = await openTestMemory();
  // What waits for another process to let go of the log does not hold this one up by itself.
  const alive = setInterval(() => {}, 1_000);
  using _alive = { [Symbol.dispose]: () => clearInterval(alive) };
  const theirs = memory.engine;
  const ours = await memory.openAnother({ clock: tickingClock(memory.clock) });
  const engines = [ours.engine, theirs];
  for (let round = 0; round < 5; round++) {
    await addRound(engines[random(2)] ?? theirs, round);
    await ours.engine.prepare("default");
    const erasing = eraseRound(engines[random(2)] ?? theirs, round);
    for (let step = 0; step < 12; step++) {
      const number = 100_000 + round * 100 + step;
      await (engines[random(2)] ?? theirs).addFact("default", factOf(number));
      for (let turns = random(6); turns > 0; turns--) {
        await new Promise((turn) => setImmediate(turn));
      }
      if (step === 6) await erasing;
      // While facts are being erased, one of two engines may have heard of more of them than the other.
      if (step < 6) continue;
      const fresh = await memory.openAnother();
      for (const text of [`body${number}`, `word${random(7)} s${random(9)}`, ""]) {
        assert.deepEqual(
          ours.engine.query("default", { text, k: 12 }),
          fresh.engine.query("default", { text, k: 12 }),
          `seed ${seed}, round ${round}, step ${step}`,
        );
      }
      await fresh.engine.close();
      await fresh.database.close();
    }
  }
  await ours.engine.close();
  await ours.database.close();
});
