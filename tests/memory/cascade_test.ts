import assert from "node:assert/strict";
import { openTestMemory } from "./_test_memory.ts";

const PREMISE = { subject: "Deploy key", body: "It lives in the vault" };

Deno.test("addFact() leaves a fallen conclusion fallen that also depends on what ended", async () => {
  await using memory = await openTestMemory();
  const { engine } = memory;
  const premise = await engine.addFact("default", PREMISE);
  const near = await engine.addFact("default", {
    subject: "Near",
    body: "follows",
    kind: "conclusion",
    premises: [premise.id],
  });
  // Met as a dependent of the premise first, and only then as a conclusion from `near`.
  const both = await engine.addFact("default", {
    subject: "Both",
    body: "follows from that",
    kind: "conclusion",
    premises: [near.id],
    dependsOn: [premise.id],
  });
  const now = await engine.addFact("default", { ...PREMISE, body: "gone", supersedes: premise.id });
  assert.deepEqual(now.invalidated, [near.id, both.id]);
  const row = memory.database.connection.prepare(
    "SELECT state, needs_review FROM facts WHERE id = ?",
  );
  assert.deepEqual(Object.values(row.get(both.id) ?? {}), ["invalidated", 0]);
  assert.equal(now.total, 1);
  assert.equal(engine.stats().facts, 1);
});

Deno.test("addFact() ends a conclusion that was to begin after its premise at its own beginning", async () => {
  await using memory = await openTestMemory();
  const { engine } = memory;
  const nowMs = memory.clock.now();
  const premise = await engine.addFact("default", PREMISE);
  const later = await engine.addFact("default", {
    subject: "Later",
    body: "follows",
    kind: "conclusion",
    premises: [premise.id],
    validFromMs: nowMs + 100,
  });
  await engine.addFact("default", { ...PREMISE, body: "gone", supersedes: premise.id });
  const row = memory.database.connection.prepare("SELECT valid_to FROM facts WHERE id = ?");
  assert.equal(row.get(premise.id)?.["valid_to"], nowMs);
  assert.equal(row.get(later.id)?.["valid_to"], nowMs + 100);
});

function conclusion(body: string, premises: readonly string[]) {
  return { subject: "Therefore", body, kind: "conclusion", premises } as const;
}

Deno.test("addFact() lets a conclusion fall once that follows in two ways", async () => {
  await using memory = await openTestMemory();
  const { engine } = memory;
  const premise = await engine.addFact("default", PREMISE);
  const left = await engine.addFact("default", conclusion("left", [premise.id]));
  const right = await engine.addFact("default", conclusion("right", [premise.id]));
  const both = await engine.addFact("default", conclusion("both", [left.id, right.id]));
  const now = await engine.addFact("default", { ...PREMISE, body: "gone", supersedes: premise.id });
  assert.deepEqual(now.invalidated, [left.id, right.id, both.id]);
  assert.deepEqual([now.invalidatedTotal, now.total], [3, 1]);
  const history = memory.database.connection.prepare(
    "SELECT count(*) AS n FROM history WHERE id = ?",
  );
  assert.equal(history.get(both.id)?.["n"], 1);
});

Deno.test("addFact() leaves a conclusion as it ended that was superseded before its premise", async () => {
  await using memory = await openTestMemory();
  const { engine, clock } = memory;
  const premise = await engine.addFact("default", PREMISE);
  const first = await engine.addFact("default", conclusion("first", [premise.id]));
  const startMs = clock.now();
  clock.advance(10);
  await engine.addFact("default", { subject: "Else", body: "b", supersedes: first.id });
  clock.advance(10);
  const now = await engine.addFact("default", { ...PREMISE, body: "gone", supersedes: premise.id });
  assert.deepEqual(now.invalidated, []);
  const row = memory.database.connection.prepare("SELECT state, valid_to FROM facts WHERE id = ?");
  assert.deepEqual(Object.values(row.get(first.id) ?? {}), ["superseded", startMs + 10]);
});

Deno.test("deleteFact() ends what cites itself over others, and each of them once", async () => {
  await using memory = await openTestMemory();
  const { engine } = memory;
  const first = await engine.addFact("default", conclusion("first", []));
  const second = await engine.addFact("default", conclusion("second", [first.id]));
  // Told again, on what follows from it.
  await engine.addFact("default", conclusion("first", [second.id]));
  const gone = await engine.deleteFact("default", first.id);
  assert.deepEqual([gone.invalidated, gone.total], [[second.id], 0]);
});

Deno.test("addFact() marks for review what is not marked yet", async () => {
  await using memory = await openTestMemory();
  const { engine } = memory;
  const one = await engine.addFact("default", { subject: "one", body: "b" });
  const two = await engine.addFact("default", { subject: "two", body: "b" });
  const dependent = await engine.addFact("default", {
    ...{ subject: "on both", body: "b" },
    dependsOn: [one.id, two.id],
  });
  const row = memory.database.connection.prepare(
    "SELECT needs_review, revision FROM facts WHERE id = ?",
  );
  await engine.addFact("default", { subject: "one", body: "c", supersedes: one.id });
  const marked = row.get(dependent.id);
  assert.equal(marked?.["needs_review"], 1);
  await engine.addFact("default", { subject: "two", body: "c", supersedes: two.id });
  assert.deepEqual(row.get(dependent.id), marked);
});
