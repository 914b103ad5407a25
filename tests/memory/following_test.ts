// How an index follows what another process writes: in turns with other calls, and never so that
// somebody sees less than what was acknowledged.

import assert from "node:assert/strict";
import type { ErasedFact } from "../../src/memory/copy_holder.ts";
import { limitsWith } from "../../src/base/limits.ts";
import { type MemoryEngine, openMemory } from "../../src/memory/engine.ts";
import { Catalog } from "../../src/memory/namespaces/catalog.ts";
import { createTokenizer } from "../../src/memory/tokenizer.ts";
import { createSqliteMemory } from "../../src/storage/sqlite_memory.ts";
import { seededRandom, testSeed } from "../helpers/seeded_random.ts";
import { tickingClock } from "../helpers/ticking_clock.ts";
import { openTestMemory, type TestMemory } from "./_test_memory.ts";

function facts(from: number, to: number) {
  return Array.from({ length: to - from }, (_, at) => ({
    id: `f${from + at}`,
    subject: `subject${(from + at) % 7}`,
    body: `body${from + at} word${(from + at) % 5} ${"more ".repeat((from + at) % 11)}`,
  }));
}

async function addAll(engine: MemoryEngine, from: number, to: number): Promise<void> {
  await Promise.all(facts(from, to).map((fact) => engine.addFact("default", fact)));
}

function found(engine: MemoryEngine, text: string): readonly string[] {
  return engine.query("default", { text, k: 256 }).map(({ id }) => id);
}

/** How many turns others have until it is there. */
async function turnsUntil(waiting: unknown): Promise<number> {
  let turns = 0;
  let isDone = false;
  const end = Promise.resolve(waiting).then(() => isDone = true);
  for (; !isDone; turns++) await new Promise((turn) => setImmediate(turn));
  await end;
  return turns;
}

interface Pair extends AsyncDisposable {
  readonly memory: TestMemory;
  readonly ours: MemoryEngine;
  readonly theirs: MemoryEngine;
}

// Ours takes its turns; theirs is the other process.
async function openPair(
  onErased: (erased: readonly ErasedFact[] | undefined) => void = () => {},
): Promise<Pair> {
  const memory = await openTestMemory();
  // What waits for another process to let go of the log does not hold this one up by itself.
  const alive = setInterval(() => {}, 1_000);
  const forget = (erased: readonly ErasedFact[] | undefined) => {
    onErased(erased);
    return true;
  };
  const { engine, database } = await memory.openAnother({
    clock: tickingClock(memory.clock),
    copyHolders: [{ forget }],
  });
  return {
    memory,
    ours: engine,
    theirs: memory.engine,
    async [Symbol.asyncDispose]() {
      await engine.close();
      await database.close();
      await memory[Symbol.asyncDispose]();
      clearInterval(alive);
    },
  };
}

Deno.test("prepare() follows what another process wrote in turns with other calls", async () => {
  await using pair = await openPair();
  await addAll(pair.theirs, 0, 10);
  await pair.ours.prepare("default");
  await addAll(pair.theirs, 10, 410);
  assert.ok(await turnsUntil(pair.ours.prepare("default")) > 3);
  assert.equal(pair.ours.prepare("default"), undefined);
  assert.equal(pair.ours.query("default", { text: "body409", k: 1 })[0]?.id, "f409");
});

Deno.test("prepare() follows what another process erased in turns with other calls", async () => {
  const told: ErasedFact[] = [];
  await using pair = await openPair((erased) => void told.push(...erased ?? []));
  const words = (number: number) => Array.from({ length: 120 }, (_, nth) => `w${number}x${nth}`);
  await Promise.all(
    facts(0, 300).map((fact, number) =>
      pair.theirs.addFact("default", { ...fact, body: `${fact.body} ${words(number).join(" ")}` })
    ),
  );
  await pair.ours.prepare("default");
  for (let number = 0; number < 40; number++) {
    await pair.theirs.deleteFact("default", `f${number}`);
  }
  assert.ok(await turnsUntil(pair.ours.prepare("default")) > 3);
  assert.equal(pair.ours.query("default", { text: "body", k: 256 }).length, 256);
  assert.ok(!found(pair.ours, "body39").includes("f39"));
  assert.equal(pair.ours.query("default", { text: "body40", k: 1 })[0]?.id, "f40");
  await pair.ours.close();
  assert.deepEqual(told.map(({ id }) => id).sort(), facts(0, 40).map(({ id }) => id).sort());
});

Deno.test("what we erase is told with what it said when another process wrote in between", async () => {
  const told: (readonly ErasedFact[] | undefined)[] = [];
  await using memory = await openTestMemory();
  const store = createSqliteMemory(memory.database);
  const limits = limitsWith();
  // As another call does that has its turn when the write is on disk, and before whoever waits for it.
  let look = () => {};
  const engine = await openMemory({
    store: {
      ...store,
      write: async (change) => {
        const outcome = await store.write(change);
        look();
        return outcome;
      },
    },
    clock: memory.clock,
    limits,
    copyHolders: [{ forget: (erased) => !!told.push(erased) }],
  });
  await addAll(engine, 0, 4);
  const { engine: theirs, database } = await memory.openAnother();
  look = () => void engine.query("default", { text: "word1", k: 1 });
  for (const id of ["f0", "f1"]) {
    await theirs.addFact("default", { subject: "theirs", body: `written before ${id}` });
    await engine.deleteFact("default", id);
  }
  look = () => {};
  await theirs.deleteFact("default", "f2");
  engine.query("default", { text: "word1", k: 1 });
  await engine.close();
  await theirs.close();
  await database.close();
  assert.deepEqual(told.map((erased) => erased?.map(({ id, body }) => [id, body !== undefined])), [
    [["f0", true]],
    [["f1", true]],
    [["f2", false]],
  ]);
});

Deno.test("query() sees all of it when it comes while that is being followed", async () => {
  await using pair = await openPair();
  await addAll(pair.theirs, 0, 10);
  await pair.ours.prepare("default");
  await addAll(pair.theirs, 10, 410);
  await pair.theirs.deleteFact("default", "f400");
  const following = pair.ours.prepare("default");
  await new Promise((turn) => setImmediate(turn));
  assert.equal(pair.ours.query("default", { text: "body409", k: 1 })[0]?.id, "f409");
  assert.ok(!found(pair.ours, "body400").includes("f400"));
  await following;
  assert.equal(pair.ours.prepare("default"), undefined);
});

Deno.test("addFact() lets others have their turns when another process wrote before it", async () => {
  await using pair = await openPair();
  await addAll(pair.theirs, 0, 10);
  await pair.ours.prepare("default");
  await addAll(pair.theirs, 10, 410);
  const adding = pair.ours.addFact("default", { subject: "body409 own", body: "mine" });
  assert.ok(await turnsUntil(adding) > 3);
  assert.deepEqual((await adding).related.map(({ id }) => id), ["f409"]);
});

Deno.test("intervene() and evaluate() look for words alike in turns with other calls", async () => {
  await using pair = await openPair();
  const letters = (number: number) =>
    [...String(number).padStart(4, "0")].map((digit) => String.fromCharCode(97 + Number(digit)));
  await Promise.all(
    Array.from({ length: 3_000 }, (_, number) =>
      pair.ours.addFact("default", {
        kind: "knowledge",
        subject: "word",
        body: `word${letters(number).join("")}x`,
      })),
  );
  const query = "wordbcdxe";
  assert.ok(await turnsUntil(pair.ours.intervene("default", { query })) > 3);
  const other = await pair.memory.openAnother({ clock: tickingClock(pair.memory.clock) });
  await other.engine.prepare("default");
  const request = { recent: [`nothing. ${query}`] };
  const cases = [{ namespace: "default", request, relevantIds: [] }];
  assert.ok(await turnsUntil(other.engine.evaluate(cases)) > 3);
  await other.engine.close();
  await other.database.close();
});

for (const isUnderWay of [false, true]) {
  const when = isUnderWay ? "while a pass is under way" : "after a pass";
  Deno.test(`apply() ${when} brings nothing back that the pass knows to be erased`, async () => {
    await using memory = await openTestMemory();
    const { engine, database, clock } = memory;
    await addAll(engine, 0, 300);
    const store = createSqliteMemory(database);
    const catalog = new Catalog({
      ...{ store, tokenizer: createTokenizer(), clock: tickingClock(clock), bytesMax: 2 ** 30 },
      onErased: () => {},
      onFault: (thrown) => assert.ifError(thrown),
    });
    catalog.start();
    await catalog.prepare("default");
    const [known] = store.facts("default", ["f0"]);
    assert.ok(known);
    // On disk, and erased by another process, before the process that wrote it comes to apply it.
    const row = await store.write((transaction) => transaction.insert({ ...known, id: "late" }));
    const other = await memory.openAnother();
    await other.engine.deleteFact("default", row.id);
    await addAll(other.engine, 300, 600);
    const following = catalog.prepare("default");
    if (!isUnderWay) await following;
    catalog.apply({ rows: [row], revision: row.revision });
    await following;
    const { index } = catalog.current("default");
    assert.equal(index.table.slotOf(row.id), undefined);
    assert.equal(index.table.facts, 600);
    await other.engine.close();
    await other.database.close();
  });
}

Deno.test("query() answers as after a restart, however writes of two processes meet", async () => {
  const seed = testSeed();
  const random = seededRandom(seed);
  await using pair = await openPair();
  const { ours, theirs, memory } = pair;
  const underWay: unknown[] = [];
  let next = 0;
  const erase = (engine: MemoryEngine) =>
    engine.deleteFact("default", `f${random(Math.max(1, next))}`);
  const retag = (engine: MemoryEngine) => {
    const [fact] = facts(random(Math.max(1, next)), next);
    // An id that was erased is refused.
    return fact === undefined
      ? undefined
      : engine.addFact("default", { ...fact, tags: [`t${random(9)}`] }).catch(() => {});
  };
  const actions = [
    () => addAll(theirs, next, next += 1 + random(60)),
    () => addAll(ours, next, next += 1 + random(20)),
    () => erase(theirs),
    () => erase(theirs),
    () => erase(ours),
    () => retag(ours),
    () => retag(theirs),
    () => ours.prepare("default", `body${random(next + 1)}`),
    () => new Promise((turn) => setImmediate(turn)),
    () => new Promise((turn) => setImmediate(turn)),
  ];
  for (let step = 0; step < 160; step++) {
    const started = actions[random(actions.length)]?.();
    underWay.push(started);
    if (random(3) === 0) await started;
    if (random(10) === 0) await Promise.all(underWay.splice(0));
    if (random(12) !== 0) continue;
    await Promise.all(underWay.splice(0));
    const fresh = await memory.openAnother();
    for (const text of [`body${random(next + 1)} word${random(5)}`, `t${random(9)}`, ""]) {
      const asked = { text, k: 20 };
      const expected = fresh.engine.query("default", asked);
      assert.deepEqual(ours.query("default", asked), expected, `seed ${seed}, step ${step}`);
    }
    await fresh.engine.close();
    await fresh.database.close();
  }
});
