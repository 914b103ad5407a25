import assert from "node:assert/strict";
import type { NewFact } from "../../src/memory/fact.ts";
import { openTestMemory, type TestMemory } from "./_test_memory.ts";

const DAY_MS = 86_400_000;

for (const kind of ["identity", "environment"] as const) {
  const add = (memory: TestMemory, body: string, more: Partial<NewFact> = {}) =>
    memory.engine.addFact("default", { kind, subject: "name", body, ...more });
  const shown = (memory: TestMemory) =>
    memory.engine.query("default", { text: "name", k: 5 }).map(({ body }) => body);

  Deno.test(`addFact() stores a backdated ${kind} as one that the current one followed`, async () => {
    await using memory = await openTestMemory();
    const nowMs = memory.clock.now();
    const current = await add(memory, "Ada");
    const before = await add(memory, "Grace", { validFromMs: nowMs - DAY_MS });
    assert.deepEqual([before.created, before.superseded, before.total], [true, [], 1]);
    assert.deepEqual(before.conflicts.map(({ id }) => id), [current.id]);
    assert.equal(before.conflictsTotal, 1);
    assert.deepEqual(shown(memory), ["Ada"]);
    const { versions } = memory.engine.history("default", { id: before.id });
    assert.deepEqual(
      versions.map(({ body, state, validToMs, supersededBy }) => [
        ...[body, state, validToMs, supersededBy],
      ]),
      [["Ada", "live", undefined, undefined], ["Grace", "superseded", nowMs, current.id]],
    );
    await memory.restart();
    assert.deepEqual(shown(memory), ["Ada"]);
    assert.equal(memory.engine.stats().facts, 1);
  });

  Deno.test(`addFact() gives a new ${kind} the time until the one that is planned`, async () => {
    await using memory = await openTestMemory();
    const planned = await add(memory, "Next", { validFromMs: memory.clock.now() + 2 * DAY_MS });
    const first = await add(memory, "Ada");
    assert.deepEqual(first.superseded, []);
    memory.clock.advance(DAY_MS);
    const second = await add(memory, "Grace");
    assert.deepEqual(second.superseded, [first.id]);
    assert.deepEqual(shown(memory), ["Grace"]);
    memory.clock.advance(DAY_MS);
    assert.deepEqual(shown(memory), ["Next"]);
    const row = memory.database.connection.prepare("SELECT superseded_by FROM facts WHERE id = ?");
    assert.equal(row.get(second.id)?.["superseded_by"], planned.id);
    assert.equal(memory.engine.stats().facts, 1);
  });

  Deno.test(`addFact() ends a later ${kind} that a backdated one names`, async () => {
    await using memory = await openTestMemory();
    const wrong = await add(memory, "Ada");
    const validFromMs = memory.clock.now() - DAY_MS;
    const right = await add(memory, "Grace", { validFromMs, supersedes: wrong.id });
    assert.deepEqual(right.superseded, [wrong.id]);
    assert.deepEqual(shown(memory), ["Grace"]);
  });

  Deno.test(`addFact() replaces the current ${kind} though the clock was set back`, async () => {
    await using memory = await openTestMemory();
    const old = await add(memory, "Ada");
    memory.clock.advance(-DAY_MS);
    const now = await add(memory, "Grace");
    assert.deepEqual(now.superseded, [old.id]);
    assert.ok(shown(memory).includes("Grace"));
  });
}
