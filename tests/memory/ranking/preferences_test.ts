import assert from "node:assert/strict";
import { coverQuery } from "../../../src/memory/ranking/_cover_query.ts";
import { lowerNearDuplicates } from "../../../src/memory/ranking/_near_duplicates.ts";
import { preferNewer } from "../../../src/memory/ranking/_prefer_newer.ts";
import { queryTerms } from "../../../src/memory/ranking/_query_terms.ts";
import { TextIndex } from "../../../src/memory/index/text_index.ts";
import { createTokenizer } from "../../../src/memory/tokenizer.ts";
import { openTestMemory } from "../_test_memory.ts";

function indexOf(bodies: readonly string[]): TextIndex {
  const index = new TextIndex(createTokenizer());
  for (const [at, body] of bodies.entries()) {
    index.put({
      namespace: "default",
      id: `${at}`,
      kind: "pattern",
      subject: "note",
      body,
      tags: [],
      confidence: "medium",
      validFromMs: at,
      recordedMs: at,
      state: "live",
      needsReview: false,
      isConstraint: false,
      revision: at + 1,
    });
  }
  return index;
}

const BODIES = [["old", "gateway port 9102"], ["new", "gateway port 9200 monday"]] as const;

const slotsOf = (ranked: readonly { slot: number; score: number }[]) =>
  [...ranked].sort((a, b) => b.score - a.score).map(({ slot }) => slot);

Deno.test("preferNewer() turns facts round that match alike, and no others", () => {
  const { table } = indexOf(["old", "middle", "new"]);
  const alike = [{ slot: 0, score: 1 }, { slot: 1, score: 0.99 }, { slot: 2, score: 0.98 }];
  assert.deepEqual(slotsOf(preferNewer(alike, table)), [2, 1, 0]);
  const unlike = [{ slot: 0, score: 1 }, { slot: 2, score: 0.8 }];
  assert.deepEqual(slotsOf(preferNewer(unlike, table)), [0, 2]);
  assert.deepEqual(preferNewer([], table), []);
});

Deno.test("query() prefers the newer fact where the query asks about now", async () => {
  await using memory = await openTestMemory();
  for (const [id, body] of BODIES) {
    memory.clock.advance(1);
    await memory.engine.addFact("default", { id, subject: `note ${id}`, body });
  }
  const first = (text: string) => memory.engine.query("default", { text, k: 2 })[0]?.id;
  assert.equal(first("gateway port"), "old");
  assert.equal(first("gateway port now"), "new");
});

Deno.test("lowerNearDuplicates() puts a repetition behind what says something else", () => {
  const repeated = "ada keeps the certificate inside her private vault folder for staging";
  const index = indexOf([repeated, `${repeated} today`, "the certificate expires soon"]);
  const found = [{ slot: 0, score: 1 }, { slot: 1, score: 0.99 }, { slot: 2, score: 0.9 }];
  assert.deepEqual(slotsOf(lowerNearDuplicates(found, index)), [0, 2, 1]);
  assert.deepEqual(lowerNearDuplicates([], index), []);
});

const TENT = ["bought a tent in spring", "the tent is green", "sold the boat"];

function covering(question: string, scores: readonly number[], bodies: readonly string[] = TENT) {
  const index = indexOf(bodies);
  const terms = queryTerms(index, createTokenizer().terms(question, "query"));
  return coverQuery(scores.map((score, slot) => ({ slot, score })), index, terms);
}

Deno.test("coverQuery() puts what no fact before has named in front of the same again", () => {
  const slots = (scores: readonly number[]) =>
    covering("tent or boat", scores).map(({ slot }) => slot);
  assert.deepEqual(slots([1, 0.9, 0.8]), [0, 2, 1]);
  assert.deepEqual(slots([1, 0.9, 0.5]), [0, 1, 2], "what matches far less stays behind");
  assert.deepEqual(
    covering("or the", [1, 0.9]).map(({ slot }) => slot),
    [0, 1],
    "stop words are no part",
  );
  assert.deepEqual(covering("tent", []), []);
});

Deno.test("coverQuery() leaves no score above one before it", () => {
  assert.deepEqual(covering("tent or boat", [1, 0.9, 0.8]).map(({ score }) => score), [
    1,
    0.8,
    0.8,
  ]);
});

Deno.test("coverQuery() orders the first twenty-four and leaves the rest as it is", () => {
  const bodies = [...Array.from({ length: 24 }, () => "tent"), "boat", "boat"];
  const scores = bodies.map((_, at) => 1 - at / 1_000);
  const found = covering("tent or boat", scores, bodies);
  assert.deepEqual(found.map(({ slot }) => slot), bodies.map((_, at) => at));
  const within = covering("tent or boat", scores.slice(1), bodies.slice(1));
  assert.equal(within[0]?.slot, 23, "rarer than the other word");
});

Deno.test("query() answers both parts of a question before one of them twice", async () => {
  await using memory = await openTestMemory();
  const bodies = ["bought the tent in april", "the tent has two poles", "bought the boat in may"];
  for (const [at, body] of bodies.entries()) {
    await memory.engine.addFact("default", { id: `f${at}`, subject: `note ${at}`, body });
  }
  const hits = memory.engine.query("default", { text: "first bought, tent or boat?", k: 3 });
  assert.deepEqual(new Set(hits.slice(0, 2).map(({ id }) => id)), new Set(["f0", "f2"]));
});
