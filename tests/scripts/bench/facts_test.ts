import assert from "node:assert/strict";
import { makeFacts, makeQueries } from "../../../scripts/bench/_facts.ts";

Deno.test("makeFacts() gives the same facts every time, each with a subject of its own", () => {
  const facts = makeFacts(1_000);
  assert.deepEqual(facts, makeFacts(1_000));
  assert.equal(new Set(facts.map((fact) => fact.subject)).size, 1_000);
});

Deno.test("makeQueries() asks for words that some facts hold", () => {
  const text = makeFacts(1_000).map((fact) => fact.body).join(" ");
  const known = makeQueries(100).filter((query) =>
    query.split(" ").some((word) => text.includes(word))
  );
  assert.ok(known.length > 90, `Only ${known.length} of 100 queries have a known word`);
});
