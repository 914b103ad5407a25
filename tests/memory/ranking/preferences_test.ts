import assert from "node:assert/strict";
import { lowerNearDuplicates } from "../../../src/memory/ranking/_near_duplicates.ts";
import { preferNewer } from "../../../src/memory/ranking/_prefer_newer.ts";
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
