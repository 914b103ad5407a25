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
