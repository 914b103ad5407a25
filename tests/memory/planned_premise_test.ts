// Conclusions from premises that hold now and whose end is decided: they hold as long as those.

import assert from "node:assert/strict";
import { CarError } from "../../src/base/errors.ts";
import { seededRandom, testSeed } from "../helpers/seeded_random.ts";
import { openTestMemory, type TestMemory } from "./_test_memory.ts";

const DAY_MS = 86_400_000;
const PREMISE = { subject: "office", body: "It is in Basel" };
const CONCLUSION = { kind: "conclusion", subject: "train", body: "Take the one to Basel" } as const;

/** A premise that is superseded a day later. */
async function openEnding(): Promise<{ memory: TestMemory; premiseId: string; endsMs: number }> {
  const memory = await openTestMemory();
  const endsMs = memory.clock.now() + DAY_MS;
  const { id: premiseId } = await memory.engine.addFact("default", PREMISE);
  const next = { ...PREMISE, body: "It is in Bern", validFromMs: endsMs, supersedes: premiseId };
  await memory.engine.addFact("default", next);
  return { memory, premiseId, endsMs };
}

function holds({ engine }: TestMemory, id: string): boolean {
  return engine.query("default", { text: "", k: 50 }).some((hit) => hit.id === id);
}

function endOf({ engine }: TestMemory, id: string): number | undefined {
  return engine.history("default", { id }).versions.find((version) => version.id === id)?.validToMs;
}

Deno.test("addFact() takes a premise that still holds, and the conclusion ends with it", async () => {
  const { memory, premiseId, endsMs } = await openEnding();
  await using _open = memory;
  const cites = { ...CONCLUSION, premises: [premiseId] };
  const added = await memory.engine.addFact("default", cites);
  assert.deepEqual([added.created, added.invalidated], [true, []]);
  assert.equal(endOf(memory, added.id), endsMs);
  const second = await memory.engine.addFact("default", {
    ...{ ...CONCLUSION, body: "Buy a ticket to Basel", premises: [added.id] },
  });
  assert.equal(endOf(memory, second.id), endsMs);
  const text = () => memory.engine.buildContext("default", { query: "train" }).text;
  assert.match(text(), /Take the one to Basel.*holds until/);
  memory.clock.advance(DAY_MS - 1);
  await memory.restart();
  assert.deepEqual([added, second].map(({ id }) => holds(memory, id)), [true, true]);
  memory.clock.advance(1);
  assert.deepEqual([added, second].map(({ id }) => holds(memory, id)), [false, false]);
  assert.match(text(), /Take the one to Basel.*outdated: it lost a premise/);
});

Deno.test("addFact() refuses a premise that has ended, or will have when the conclusion begins", async () => {
  const { memory, premiseId, endsMs } = await openEnding();
  await using _open = memory;
  const cite = (validFromMs: number) =>
    memory.engine.addFact("default", { ...CONCLUSION, premises: [premiseId], validFromMs });
  const refused = (thrown: unknown) => thrown instanceof CarError && thrown.code === "conflict";
  await assert.rejects(cite(endsMs), refused);
  const late = await cite(endsMs - 1);
  assert.equal(endOf(memory, late.id), endsMs);
  memory.clock.advance(DAY_MS);
  await assert.rejects(cite(memory.clock.now()), refused);
  const depends = { subject: "desk", body: "b", dependsOn: [premiseId] };
  await assert.rejects(memory.engine.addFact("default", depends), refused);
});

Deno.test("addFact() knows a conclusion again that ends with the same premise", async () => {
  const { memory, premiseId, endsMs } = await openEnding();
  await using _open = memory;
  const { engine } = memory;
  const first = await engine.addFact("default", { ...CONCLUSION, premises: [premiseId] });
  const again = await engine.addFact("default", { ...CONCLUSION, premises: [premiseId] });
  assert.deepEqual([again.duplicateOf, again.invalidated], [first.id, []]);
  // Resting on nothing that ends, it is another one.
  const lasting = await engine.addFact("default", CONCLUSION);
  assert.ok(lasting.created);
  assert.equal(endOf(memory, lasting.id), undefined);
  assert.equal(endOf(memory, first.id), endsMs);
});

Deno.test("addFact() ends what is known with a premise it is told to follow from, and what cites it", async () => {
  const { memory, premiseId, endsMs } = await openEnding();
  await using _open = memory;
  const { engine } = memory;
  const known = await engine.addFact("default", CONCLUSION);
  const cites = { kind: "conclusion", subject: "ticket", premises: [known.id] } as const;
  const second = await engine.addFact("default", { ...cites, body: "Buy one" });
  const again = await engine.addFact("default", { ...CONCLUSION, premises: [premiseId] });
  assert.equal(again.duplicateOf, known.id);
  assert.deepEqual(again.invalidated, [known.id, second.id]);
  assert.equal(again.total, engine.stats().facts);
  assert.deepEqual([endOf(memory, known.id), endOf(memory, second.id)], [endsMs, endsMs]);
});

Deno.test("addFact() marks for review what depends on a fact whose end is decided", async () => {
  const { memory, premiseId } = await openEnding();
  await using _open = memory;
  const { id } = await memory.engine.addFact("default", {
    ...{ subject: "desk", body: "By the window", dependsOn: [premiseId] },
  });
  const row = memory.database.connection
    .prepare("SELECT state, needs_review FROM facts WHERE id = ?").get(id);
  assert.deepEqual({ ...row }, { state: "live", needs_review: 1 });
});

Deno.test("deleteFact() of a premise ends at once what was to end with it", async () => {
  const { memory, premiseId } = await openEnding();
  await using _open = memory;
  const { id } = await memory.engine.addFact("default", { ...CONCLUSION, premises: [premiseId] });
  const { invalidated } = await memory.engine.deleteFact("default", premiseId);
  assert.deepEqual(invalidated, [id]);
  assert.ok(!holds(memory, id));
});

interface NaiveFact {
  readonly id: string;
  readonly fromMs: number;
  readonly premises: readonly NaiveFact[];
  /** When it was superseded or erased; Infinity: not. */
  endedMs: number;
}

/** By what ended it itself, or by the first of its premises to end. */
function naiveEndMs({ fromMs, premises, endedMs }: NaiveFact): number {
  return Math.min(endedMs, ...premises.map((premise) => Math.max(fromMs, naiveEndMs(premise))));
}

const SEED = testSeed();

Deno.test(`conclusions end with the first of their premises over random changes, seed ${SEED}`, async () => {
  const below = seededRandom(SEED);
  await using memory = await openTestMemory();
  const { clock } = memory;
  const facts: NaiveFact[] = [];
  const any = (holding: readonly NaiveFact[]) => holding[below(holding.length)];
  for (let step = 0; step < 250; step++) {
    clock.advance(below(8));
    const nowMs = clock.now();
    const fromMs = nowMs + Math.max(0, below(60) - 30);
    const usable = facts.filter((fact) => naiveEndMs(fact) > fromMs);
    const target = below(3) === 0 ? any(usable) : undefined;
    // What rests on the one that it ends would fall before it begins.
    const lasting = usable.filter((fact) => !restsOn(fact, target));
    const premises = [...new Set(Array.from({ length: below(4) }, () => any(lasting)))]
      .filter((fact) => fact !== undefined);
    const { id } = await memory.engine.addFact("default", {
      ...{ subject: `s${step}`, body: `b${step}`, kind: "conclusion", validFromMs: fromMs },
      premises: premises.map((premise) => premise.id),
      ...(target === undefined ? {} : { supersedes: target.id }),
    });
    facts.push({ id, fromMs, premises, endedMs: Infinity });
    if (target !== undefined) {
      target.endedMs = Math.min(target.endedMs, Math.max(target.fromMs, fromMs));
    }
    if (below(40) === 0) await memory.restart();
    const shown = new Set(
      memory.engine.query("default", { text: "", k: 256 }).map((hit) => hit.id),
    );
    const wanted = facts.filter((fact) => fact.fromMs <= nowMs && nowMs < naiveEndMs(fact));
    assert.deepEqual([...shown].toSorted(), wanted.map((fact) => fact.id).toSorted());
  }
  const row = memory.database.connection.prepare("SELECT valid_to FROM facts WHERE id = ?");
  for (const fact of facts) {
    assert.equal(row.get(fact.id)?.["valid_to"] ?? Infinity, naiveEndMs(fact), fact.id);
  }
});

function restsOn(fact: NaiveFact, on: NaiveFact | undefined): boolean {
  return fact === on || fact.premises.some((premise) => restsOn(premise, on));
}
