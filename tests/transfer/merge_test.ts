// Two memories that are put together: what is in both is there once, what ended in one has ended.

import assert from "node:assert/strict";
import { openTransferPlace, type TransferPlace } from "./_transfer_place.ts";

const FACT = { subject: "Deploy key", body: "In the vault" };

function ids({ memory }: TransferPlace, text: string): readonly string[] {
  return memory.query("default", { text, k: 10 }).map(({ id }) => id);
}

Deno.test("importLines() lets nothing back that was erased here", async () => {
  await using from = await openTransferPlace();
  await from.memory.addFact("default", { ...FACT, id: "a" });
  await using to = await openTransferPlace();
  await to.import(from.export());
  await to.memory.deleteFact("default", "a");
  const report = await to.import(from.export());
  assert.deepEqual([report.added, report.skipped], [0, 1]);
  assert.deepEqual(report.reasons, [{ line: 2, why: "it was erased here" }]);
  assert.deepEqual(ids(to, "vault"), []);
});

Deno.test("importLines() takes over what was erased, so that the id stays unused", async () => {
  await using from = await openTransferPlace();
  await from.memory.addFact("default", { ...FACT, id: "a" });
  await from.memory.deleteFact("default", "a");
  await using to = await openTransferPlace();
  await to.import(from.export());
  const again = to.memory.addFact("default", { ...FACT, id: "a" });
  await assert.rejects(again, { code: "conflict", message: /erased/ });
});

Deno.test("importLines() ends here what was ended there, with the conclusions from it", async () => {
  await using there = await openTransferPlace();
  await there.memory.addFact("default", { ...FACT, id: "old" });
  await using here = await openTransferPlace();
  await here.import(there.export());
  const rests = { subject: "Risk", body: "Low", kind: "conclusion", id: "c" } as const;
  await here.memory.addFact("default", { ...rests, premises: ["old"] });
  await there.memory.addFact("default", { ...FACT, id: "new", body: "Lost", supersedes: "old" });
  const report = await here.import(there.export());
  assert.deepEqual([report.added, report.changed, report.known], [2, 1, 0]);
  assert.deepEqual(ids(here, "deploy key risk"), ["new"]);
  const states = here.database.connection.prepare("SELECT id, state FROM facts ORDER BY id").all()
    .map((row) => `${row["id"]} ${row["state"]}`);
  assert.deepEqual(states, ["c invalidated", "new live", "old superseded"]);
});

Deno.test("importLines() invalidates a conclusion whose premise has ended here", async () => {
  await using there = await openTransferPlace();
  await there.memory.addFact("default", { ...FACT, id: "old" });
  await using here = await openTransferPlace();
  await here.import(there.export());
  await here.memory.addFact("default", { ...FACT, id: "new", body: "Lost", supersedes: "old" });
  const rests = { subject: "Risk", body: "Low", kind: "conclusion", id: "c" } as const;
  await there.memory.addFact("default", { ...rests, premises: ["old"] });
  await here.import(there.export());
  assert.deepEqual(ids(here, "deploy key risk"), ["new"]);
});

Deno.test("importLines() keeps one of two facts that say the same, with the edges of both", async () => {
  await using there = await openTransferPlace();
  await there.memory.addFact("default", { ...FACT, id: "a", tags: ["ops"] });
  await there.memory.addFact("default", { subject: "x", body: "y", id: "b", dependsOn: ["a"] });
  await using here = await openTransferPlace();
  await here.memory.addFact("default", { ...FACT, id: "mine" });
  const first = await here.import(there.export());
  assert.deepEqual([first.added, first.changed, first.skipped], [2, 1, 0]);
  const edges = here.database.connection.prepare("SELECT from_id, to_id FROM edges").all();
  assert.deepEqual(edges.map((row) => [row["from_id"], row["to_id"]]), [["b", "mine"]]);
  assert.deepEqual(here.memory.query("default", { text: "vault", k: 1 })[0]?.tags, ["ops"]);
  const second = await here.import(there.export());
  assert.deepEqual([second.added, second.changed, second.known], [0, 0, 3]);
});

Deno.test("importLines() keeps one current value of an identity, the newer one, either way round", async () => {
  await using old = await openTransferPlace();
  await using recent = await openTransferPlace();
  const about = { subject: "Name", kind: "identity" } as const;
  await old.memory.addFact("default", { ...about, id: "a", body: "Ada" });
  recent.clock.advance(60_000);
  await recent.memory.addFact("default", { ...about, id: "b", body: "Bea" });
  const lines = [old.export(), recent.export()];
  await recent.import(lines[0] ?? []);
  await old.import(lines[1] ?? []);
  old.clock.advance(60_000);
  assert.deepEqual([ids(old, "name"), ids(recent, "name")], [["b"], ["b"]]);
});

Deno.test("importLines() refuses a fact whose id has another fact here", async () => {
  await using there = await openTransferPlace();
  await there.memory.addFact("default", { ...FACT, id: "a" });
  await using here = await openTransferPlace();
  await here.memory.addFact("default", { ...FACT, body: "Under the mat", id: "a" });
  const { reasons } = await here.import(there.export());
  assert.deepEqual(reasons, [{ line: 2, why: "another fact has its id here" }]);
  assert.equal(here.memory.query("default", { text: "mat", k: 1 })[0]?.body, "Under the mat");
});

Deno.test("importLines() puts later versions of a skill behind those that are here", async () => {
  await using there = await openTransferPlace();
  await there.skills.ingest("default", { name: "s", code: "one" });
  await using here = await openTransferPlace();
  await here.import(there.export());
  await there.skills.ingest("default", { name: "s", code: "two" });
  const report = await here.import(there.export());
  assert.deepEqual([report.added, report.known, report.skipped], [1, 1, 0]);
  assert.deepEqual(here.export().slice(1), there.export().slice(1));
});
