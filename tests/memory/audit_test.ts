// What the engine notes of its writes, and when.

import assert from "node:assert/strict";
import { CarError } from "../../src/base/errors.ts";
import type { AuditEntry } from "../../src/memory/audit_log.ts";
import { NotedEntries } from "../helpers/noted_entries.ts";
import { openTestMemory } from "./_test_memory.ts";

const ADA = { principal: "ada", client: "editor", via: "memory_add_fact" };

async function audited() {
  const memory = await openTestMemory();
  const audit = new NotedEntries();
  const { engine, database } = await memory.openAnother({ audit });
  return {
    ...{ memory, audit, engine, database },
    async [Symbol.asyncDispose]() {
      await engine.close();
      await database.close();
      await memory[Symbol.asyncDispose]();
    },
  };
}

Deno.test("addFact() notes who added what, and never what it says", async () => {
  await using open = await audited();
  const { engine, audit } = open;
  const { id } = await engine.addFact("team", {
    subject: "Secret subject",
    body: "Secret body",
    tags: ["secret-tag"],
    source: "secret source",
    kind: "decision",
  }, ADA);
  assert.deepEqual(audit.noted, [{
    by: ADA,
    entries: [
      { action: "added", namespace: "team", kind: "decision", name: id, revision: 1 },
    ],
  }]);
  assert.doesNotMatch(JSON.stringify(audit.noted), /secret/i);
});

Deno.test("addFact() notes a fact that is told again as repeated", async () => {
  await using open = await audited();
  const { engine, audit } = open;
  const fact = { id: "f", subject: "s", body: "b" };
  await engine.addFact("n", fact);
  await engine.addFact("n", { ...fact, tags: ["t"] });
  assert.deepEqual(audit.take(), ["added f", "repeated f"]);
});

Deno.test("addFact() notes what it ended and the conclusions that fell, all of them", async () => {
  await using open = await audited();
  const { engine, audit } = open;
  const count = 150;
  for (let at = 0; at < count; at++) {
    await engine.addFact("n", { id: `old${at}`, subject: "s", body: `b${at}` });
  }
  const conclusion = { subject: "c", body: "so", kind: "conclusion" as const };
  await engine.addFact("n", { ...conclusion, id: "first", premises: ["old0"] });
  await engine.addFact("n", { ...conclusion, id: "then", body: "thus", premises: ["first"] });
  await engine.addFact("n", { id: "rests", subject: "r", body: "r", dependsOn: ["old0"] });
  audit.take();
  const added = await engine.addFact("n", { id: "new", subject: "s", body: "b", supersedes: "s" });
  assert.equal(added.superseded.length, 100);
  const [self, ...rest] = audit.take();
  assert.equal(self, "added new");
  assert.deepEqual(
    rest.toSorted(),
    [
      ...Array.from({ length: count }, (_, at) => `superseded old${at} < new`),
      ...["first", "then"].map((id) => `invalidated ${id} < new`),
    ].toSorted(),
  );
});

Deno.test("addFact() notes that a fact which was told late had been replaced already", async () => {
  await using open = await audited();
  const { engine, audit, memory } = open;
  const home = { subject: "home", kind: "environment" as const };
  await engine.addFact("n", { ...home, id: "now", body: "Paris" });
  audit.take();
  const validFromMs = memory.clock.now() - 1_000;
  await engine.addFact("n", { ...home, id: "before", body: "Rome", validFromMs });
  assert.deepEqual(audit.take(), ["added before", "superseded before < now"]);
});

Deno.test("deleteFact() notes what was erased and what fell with it, and nothing of nothing", async () => {
  await using open = await audited();
  const { engine, audit } = open;
  await engine.addFact("n", { id: "premise", subject: "p", body: "p" });
  const conclusion = { id: "c", subject: "c", body: "c", kind: "conclusion" as const };
  await engine.addFact("n", { ...conclusion, premises: ["premise"] });
  audit.take();
  await engine.deleteFact("n", "premise", { ...ADA, via: "memory_delete" });
  assert.deepEqual(audit.noted[0]?.by, { ...ADA, via: "memory_delete" });
  assert.deepEqual(audit.take(), ["erased premise", "invalidated c < premise"]);
  await engine.deleteFact("n", "premise");
  assert.deepEqual(audit.take(), []);
});

Deno.test("setStatus() and its erasure are noted", async () => {
  await using open = await audited();
  const { engine, audit } = open;
  const id = await engine.setStatus("n", "Half done", ADA);
  assert.deepEqual(audit.noted[0]?.entries, [
    { action: "status_set", namespace: "n", kind: "status", revision: 1 },
  ]);
  audit.take();
  await engine.deleteFact("n", id);
  assert.deepEqual(audit.take(), [`erased ${id}`]);
});

Deno.test("a write that is refused is not noted", async () => {
  await using open = await audited();
  const { engine, audit } = open;
  await engine.addFact("n", { id: "f", subject: "s", body: "b" });
  audit.take();
  const refused = (thrown: unknown) => thrown instanceof CarError;
  await assert.rejects(engine.addFact("n", { id: "f", subject: "s", body: "other" }), refused);
  await assert.rejects(engine.addFact("n", { subject: "s", body: "b", dependsOn: ["?"] }), refused);
  await assert.rejects(engine.addFact("n", { subject: "", body: "b" }), refused);
  assert.deepEqual(audit.take(), []);
});

Deno.test("a write is noted once it is durable, and answered once it is noted", async () => {
  await using open = await openTestMemory();
  const seen: boolean[] = [];
  const noted = Promise.withResolvers<void>();
  const audit = {
    // Another connection sees only what is committed.
    note(_: unknown, [entry]: readonly AuditEntry[]) {
      seen.push(open.engine.history("n", { id: entry?.name ?? "" }).versions.length === 1);
      return noted.promise;
    },
  };
  const { engine, database } = await open.openAnother({ audit });
  let isAnswered = false;
  const adding = engine.addFact("n", { subject: "s", body: "b" }).then(() => isAnswered = true);
  while (seen.length === 0) await new Promise((turn) => setImmediate(turn));
  assert.deepEqual(seen, [true]);
  const closing = engine.close();
  for (let turn = 0; turn < 5; turn++) await new Promise((next) => setImmediate(next));
  assert.equal(isAnswered, false);
  noted.resolve();
  await closing;
  await adding;
  await database.close();
});
