// What is told of changes of facts, by this process and by others.

import assert from "node:assert/strict";
import type { FactChange } from "../../src/memory/fact_watcher.ts";
import { openTestMemory } from "./_test_memory.ts";

const BODY = { body: "b" };

Deno.test("watch() tells of every write, and whether facts came or left", async () => {
  await using memory = await openTestMemory();
  const { engine } = memory;
  await engine.addFact("n", { id: "old", subject: "a", ...BODY });
  const told: FactChange[] = [];
  engine.watch((change) => told.push(change));
  await engine.addFact("n", { id: "new", subject: "b", ...BODY });
  await engine.addFact("n", { subject: "b", tags: ["t"], ...BODY });
  await engine.addFact("n", { id: "newer", subject: "a", body: "c", supersedes: "old" });
  await engine.deleteFact("n", "new");
  await engine.setStatus("n", "busy");
  const shown = told.map(({ namespace, id, isListChange }) => [namespace, id, isListChange]);
  assert.deepEqual(shown.slice(0, 2), [["n", "new", true], ["n", "new", false]]);
  assert.deepEqual(new Set(shown.slice(2, 4).map(([, id]) => id)), new Set(["old", "newer"]));
  assert.deepEqual(told.slice(4), [
    { namespace: "n", id: "new", isListChange: true, isErased: true },
  ]);
  engine.watch(undefined);
  await engine.addFact("n", { subject: "unheard", ...BODY });
  assert.equal(told.length, 5);
});

Deno.test("follow() tells of what another process has written and erased", async () => {
  await using memory = await openTestMemory();
  const { engine: other, database } = await memory.openAnother();
  const { engine } = memory;
  await other.addFact("n", { id: "a", subject: "a", ...BODY });
  await engine.prepare("n");
  const told: FactChange[] = [];
  engine.follow();
  engine.watch((change) => told.push(change));
  await other.addFact("n", { id: "b", subject: "b", ...BODY });
  await other.deleteFact("n", "a");
  assert.equal(told.length, 0);
  engine.follow();
  engine.follow();
  assert.deepEqual(told.toSorted((x, y) => (x.id ?? "") < (y.id ?? "") ? -1 : 1), [
    { namespace: "n", id: "a", isListChange: true, isErased: true },
    { namespace: "n", id: "b", isListChange: true, isErased: false },
  ]);
  await other.close();
  await database.close();
});

Deno.test("follow() says that something was erased where it cannot say what", async () => {
  await using memory = await openTestMemory();
  const { engine: other, database } = await memory.openAnother();
  const { engine } = memory;
  await other.addFact("n", { id: "a", subject: "a", ...BODY });
  const told: FactChange[] = [];
  engine.follow();
  engine.watch((change) => told.push(change));
  await other.deleteFact("n", "a");
  engine.follow();
  assert.deepEqual(told, [
    { namespace: "n", id: undefined, isListChange: true, isErased: true },
  ]);
  await other.close();
  await database.close();
});
