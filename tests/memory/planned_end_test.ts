import assert from "node:assert/strict";
import { CarError } from "../../src/base/errors.ts";
import { openTestMemory, type TestMemory } from "./_test_memory.ts";

const DAY_MS = 86_400_000;
const RULE = { kind: "constraint", subject: "rule", body: "never push on friday" } as const;

const CONCLUSION = { kind: "conclusion", subject: "monday", body: "push then" } as const;

function context(memory: TestMemory): string {
  return memory.engine.buildContext("default", { query: "lunch" }).text;
}

for (const kind of ["identity", "environment"] as const) {
  Deno.test(`buildContext() shows the ${kind} that holds until the next one begins`, async () => {
    await using memory = await openTestMemory();
    const me = { kind, subject: "me" };
    await memory.engine.addFact("default", { ...me, body: "Alice works here" });
    await memory.engine.addFact("default", {
      ...me,
      body: "Bob works here",
      validFromMs: memory.clock.now() + DAY_MS,
    });
    const hits = () => memory.engine.query("default", { text: "works", k: 5 }).map((h) => h.body);
    for (
      const [afterMs, shown, hidden] of [[0, "Alice", "Bob"], [DAY_MS, "Bob", "Alice"]] as const
    ) {
      memory.clock.advance(afterMs);
      assert.deepEqual(hits(), [`${shown} works here`]);
      assert.match(context(memory), new RegExp(shown));
      assert.doesNotMatch(context(memory), new RegExp(hidden));
    }
  });
}

Deno.test("buildContext() shows a constraint until the one that supersedes it begins", async () => {
  await using memory = await openTestMemory();
  const old = await memory.engine.addFact("default", RULE);
  const body = "never push at all";
  const validFromMs = memory.clock.now() + DAY_MS;
  await memory.engine.addFact("default", { ...RULE, body, validFromMs, supersedes: old.id });
  memory.clock.advance(DAY_MS - 1);
  assert.match(context(memory), /on friday/);
  assert.doesNotMatch(context(memory), /at all/);
  memory.clock.advance(1);
  assert.doesNotMatch(context(memory), /on friday/);
  assert.match(context(memory), /at all/);
});

Deno.test("intervene() counts in its bank what holds, and injects nothing else", async () => {
  await using memory = await openTestMemory();
  const weigh = () =>
    memory.engine.intervene("default", { query: "never push on friday", force: true });
  const old = await memory.engine.addFact("default", RULE);
  const body = "never push at all";
  const validFromMs = memory.clock.now() + DAY_MS;
  await memory.engine.addFact("default", { ...RULE, body, validFromMs, supersedes: old.id });
  await memory.engine.addFact("default", {
    kind: "decision",
    subject: "lunch",
    body: "at noon",
    expiresAtMs: validFromMs,
  });
  const before = await weigh();
  assert.deepEqual([before.bank.constraint, before.bank.decision], [1, 1]);
  assert.equal(before.decision === "inject" && before.selected.id, old.id);
  memory.clock.advance(DAY_MS);
  const after = await weigh();
  assert.deepEqual([after.bank.constraint, after.bank.decision], [1, 0]);
  assert.equal(after.decision === "inject" && after.selected.body, body);
});

Deno.test("addFact() knows a fact again that is superseded only later", async () => {
  await using memory = await openTestMemory();
  const old = await memory.engine.addFact("default", RULE);
  const validFromMs = memory.clock.now() + DAY_MS;
  const body = "never push at all";
  await memory.engine.addFact("default", { ...RULE, body, validFromMs, supersedes: old.id });
  const again = await memory.engine.addFact("default", RULE);
  assert.deepEqual([again.duplicateOf, again.total], [old.id, 1]);
  const byId = await memory.engine.addFact("default", { ...RULE, id: old.id });
  assert.equal(byId.duplicateOf, old.id);
  memory.clock.advance(DAY_MS);
  assert.ok((await memory.engine.addFact("default", RULE)).created);
});

Deno.test("addFact() by subject ends what holds now though its end is planned", async () => {
  await using memory = await openTestMemory();
  const { engine, clock } = memory;
  const old = await engine.addFact("default", RULE);
  const next = await engine.addFact("default", {
    ...RULE,
    body: "never push at all",
    validFromMs: clock.now() + DAY_MS,
    supersedes: old.id,
  });
  const now = await engine.addFact("default", { ...RULE, body: "push", supersedes: RULE.subject });
  assert.deepEqual([...now.superseded].sort(), [next.id, old.id].sort());
  assert.equal(now.total, 1);
  assert.equal(engine.stats().facts, 1);
  const hits = () => engine.query("default", { text: "push", k: 5 }).map(({ id }) => id);
  assert.deepEqual(hits(), [now.id]);
  clock.advance(DAY_MS);
  assert.deepEqual(hits(), [now.id]);
});

Deno.test("addFact() by id ends what holds now, not what will have ended by then", async () => {
  await using memory = await openTestMemory();
  const { engine, clock } = memory;
  const old = await engine.addFact("default", RULE);
  const validFromMs = clock.now() + DAY_MS;
  const next = await engine.addFact("default", {
    ...RULE,
    body: "never push at all",
    validFromMs,
    supersedes: old.id,
  });
  const late = { ...RULE, body: "push later", validFromMs, supersedes: old.id };
  await assert.rejects(engine.addFact("default", late), (thrown) => {
    assert.ok(thrown instanceof CarError);
    return thrown.data["supersededBy"] === next.id;
  });
  const now = await engine.addFact("default", { ...RULE, body: "push", supersedes: old.id });
  assert.deepEqual(now.superseded, [old.id]);
  assert.deepEqual(now.conflicts.map(({ id }) => id), [next.id]);
});

Deno.test("addFact() tells as a conflict what holds until its planned end", async () => {
  await using memory = await openTestMemory();
  const { engine, clock } = memory;
  const old = await engine.addFact("default", RULE);
  const next = await engine.addFact("default", {
    ...RULE,
    body: "never push at all",
    validFromMs: clock.now() + DAY_MS,
    supersedes: old.id,
  });
  // It makes way for the new one: that is no conflict.
  assert.deepEqual([next.conflicts, next.conflictsTotal], [[], 0]);
  const third = await engine.addFact("default", { ...RULE, body: "push" });
  assert.deepEqual(third.conflicts.map(({ id }) => id), [next.id, old.id]);
  assert.equal(third.conflictsTotal, 2);
  clock.advance(DAY_MS);
  const fourth = await engine.addFact("default", { ...RULE, body: "do push" });
  assert.deepEqual(fourth.conflicts.map(({ id }) => id), [next.id, third.id]);
});

// A premise that is superseded a day later, and a conclusion from it.
async function openFalling(): Promise<TestMemory & { premiseId: string; conclusionId: string }> {
  const memory = await openTestMemory();
  const premise = await memory.engine.addFact("default", RULE);
  const conclusion = await memory.engine.addFact("default", {
    ...CONCLUSION,
    premises: [premise.id],
  });
  const validFromMs = memory.clock.now() + DAY_MS;
  const next = { ...RULE, body: "never push at all", validFromMs, supersedes: premise.id };
  assert.deepEqual((await memory.engine.addFact("default", next)).invalidated, [conclusion.id]);
  return Object.assign(memory, { premiseId: premise.id, conclusionId: conclusion.id });
}

function found(memory: TestMemory): readonly string[] {
  return memory.engine.query("default", { text: "monday", k: 5 })
    .filter(({ subject }) => subject === CONCLUSION.subject).map(({ id }) => id);
}

Deno.test("query() shows a conclusion until the planned end of its premise", async () => {
  await using memory = await openFalling();
  assert.deepEqual(found(memory), [memory.conclusionId]);
  const shown = () => memory.engine.buildContext("default", { query: "monday" }).text;
  assert.match(shown(), /push then.*holds until/);
  memory.clock.advance(DAY_MS - 1);
  assert.deepEqual(found(memory), [memory.conclusionId]);
  await memory.restart();
  assert.deepEqual(found(memory), [memory.conclusionId]);
  memory.clock.advance(1);
  assert.deepEqual(found(memory), []);
  assert.match(shown(), /push then.*outdated: it lost a premise/);
});

Deno.test("query() hides a conclusion as soon as its premise ends sooner than planned", async () => {
  await using memory = await openFalling();
  const now = { ...RULE, body: "push", supersedes: memory.premiseId };
  assert.deepEqual((await memory.engine.addFact("default", now)).invalidated, [
    memory.conclusionId,
  ]);
  assert.deepEqual(found(memory), []);
});

Deno.test("query() hides a conclusion as soon as its premise is erased before its end", async () => {
  await using memory = await openFalling();
  await memory.engine.deleteFact("default", memory.premiseId);
  assert.deepEqual(found(memory), []);
});

Deno.test("addFact() stores a conclusion anew that is to fall with another premise", async () => {
  await using memory = await openFalling();
  const other = await memory.engine.addFact("default", { subject: "other", body: "lasts" });
  const again = await memory.engine.addFact("default", { ...CONCLUSION, premises: [other.id] });
  assert.ok(again.created);
  memory.clock.advance(DAY_MS);
  assert.deepEqual(found(memory), [again.id]);
});

Deno.test("addFact() has a conclusion fall with the first of its premises that ends", async () => {
  await using memory = await openTestMemory();
  const { engine, clock } = memory;
  const nowMs = clock.now();
  const add = (body: string, more: object = {}) =>
    engine.addFact("default", { subject: "premise", body, ...more });
  const later = await add("of tomorrow", { validFromMs: nowMs + DAY_MS });
  const current = await add("of today");
  const about = { subject: "monday", kind: "conclusion" } as const;
  const far = await engine.addFact("default", {
    ...about,
    body: "from later",
    premises: [later.id],
  });
  const both = await engine.addFact("default", {
    ...about,
    body: "from both",
    premises: [far.id, current.id],
  });
  const gone = await add("gone", { supersedes: "premise" });
  assert.deepEqual(gone.invalidated, [both.id, far.id]);
  const row = memory.database.connection.prepare("SELECT valid_to FROM facts WHERE id = ?");
  assert.equal(row.get(far.id)?.["valid_to"], nowMs + DAY_MS);
  assert.equal(row.get(both.id)?.["valid_to"], nowMs);
  assert.deepEqual(found(memory), [far.id]);
  assert.equal(gone.total, engine.stats().facts);
});
