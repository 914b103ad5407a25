// The file of the official memory server, as it writes it and as a person may have edited it.

import assert from "node:assert/strict";
import { openTransferPlace, type TransferPlace } from "./_transfer_place.ts";

const ENTITIES = [
  '{"type":"entity","name":"Ada","entityType":"person","observations":["Likes tea","Speaks Danish"]}',
  '{"type":"entity","name":"Acme","entityType":"company","observations":[]}',
];
const RELATION = '{"type":"relation","from":"Ada","to":"Acme","relationType":"works_at"}';

function bodies({ memory }: TransferPlace, text: string): readonly string[] {
  return memory.query("default", { text, k: 10 }).map(({ body }) => body);
}

Deno.test("importLines() makes facts of entities, observations and relations that a query finds", async () => {
  await using place = await openTransferPlace();
  const report = await place.import([...ENTITIES, RELATION, ""]);
  assert.deepEqual([report.format, report.added, report.skipped, report.isWhole], [
    ...["memory.json", 5, 0, true],
  ]);
  assert.deepEqual(bodies(place, "danish")[0], "Speaks Danish");
  assert.deepEqual(bodies(place, "works at")[0], "Ada works_at Acme");
  assert.ok(bodies(place, "company").includes("Ada works_at Acme"), "over the edge");
  const [entity] = place.memory.query("default", { text: "person", k: 1 });
  assert.deepEqual([entity?.subject, entity?.body, entity?.tags], ["Ada", "Ada (person)", [
    "person",
  ]]);
});

Deno.test("importLines() of such a file twice changes nothing the second time", async () => {
  await using place = await openTransferPlace();
  const lines = [...ENTITIES, RELATION];
  await place.import(lines);
  const before = place.export().slice(1);
  place.clock.advance(86_400_000);
  const again = await place.import(lines);
  assert.deepEqual([again.added, again.changed, again.known, again.skipped], [0, 0, 5, 0]);
  assert.deepEqual(place.export().slice(1), before);
});

Deno.test("importLines() brings back no observation that was erased or replaced", async () => {
  await using place = await openTransferPlace();
  await place.import(ENTITIES);
  const [tea] = place.memory.query("default", { text: "tea", k: 1 });
  const [danish] = place.memory.query("default", { text: "danish", k: 1 });
  await place.memory.deleteFact("default", tea?.id ?? "");
  const fluent = { subject: "Ada", body: "Speaks Swedish", supersedes: danish?.id ?? "" };
  await place.memory.addFact("default", fluent);
  const { skipped } = await place.import(ENTITIES);
  assert.equal(skipped, 1);
  assert.deepEqual(bodies(place, "tea danish").filter((body) => /tea|Danish/.test(body)), []);
});

Deno.test("importLines() links a relation that stands before its entities", async () => {
  await using place = await openTransferPlace();
  const { added, skipped } = await place.import([RELATION, ...ENTITIES]);
  assert.deepEqual([added, skipped], [5, 0]);
  assert.equal(edgesOf(place), 2);
});

Deno.test("importLines() keeps a relation to an entity that is nowhere, as a fact", async () => {
  await using place = await openTransferPlace();
  const { added } = await place.import([ENTITIES[0] ?? "", RELATION]);
  assert.equal(added, 4);
  assert.equal(edgesOf(place), 1);
  assert.equal(bodies(place, "acme")[0], "Ada works_at Acme");
});

Deno.test("importLines() takes what it can of entities that are too large or misshapen", async () => {
  await using place = await openTransferPlace();
  const long = { type: "entity", name: "n".repeat(513), entityType: "t", observations: [] };
  const odd = { type: "entity", name: "Odd", entityType: "  ", observations: ["", "fine", "x\0"] };
  const report = await place.import([
    JSON.stringify(long),
    JSON.stringify(odd),
    '{"type":"entity","name":"Bad","entityType":"t","observations":"none"}',
    '{"type":"relation","from":"Odd"}',
    '{"type":"unknown"}',
  ]);
  assert.deepEqual(report.reasons.map(({ line }) => line).toSorted(), [1, 2, 2, 3, 4, 5]);
  assert.deepEqual(bodies(place, "odd").toSorted(), ["Odd", "fine"]);
});

function edgesOf({ database }: TransferPlace): unknown {
  return database.connection.prepare("SELECT count(*) AS n FROM edges").get()?.["n"];
}
