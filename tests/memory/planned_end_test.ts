import assert from "node:assert/strict";
import { openTestMemory, type TestMemory } from "./_test_memory.ts";

const DAY_MS = 86_400_000;
const RULE = { kind: "constraint", subject: "rule", body: "never push on friday" } as const;

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

Deno.test("query() leaves a conclusion out once the end of its premise is planned", async () => {
  await using memory = await openTestMemory();
  const premise = await memory.engine.addFact("default", RULE);
  const subject = "monday";
  const conclusion = {
    kind: "conclusion",
    subject,
    body: "push then",
    premises: [premise.id],
  } as const;
  const { id } = await memory.engine.addFact("default", conclusion);
  const validFromMs = memory.clock.now() + DAY_MS;
  const next = { ...RULE, body: "never push at all", validFromMs, supersedes: premise.id };
  assert.deepEqual((await memory.engine.addFact("default", next)).invalidated, [id]);
  const hits = (includeSuperseded: boolean) =>
    memory.engine.query("default", { text: "push", k: 5, includeSuperseded }).map((hit) => hit.id);
  assert.deepEqual(hits(false), [premise.id]);
  assert.ok(hits(true).includes(id));
});
