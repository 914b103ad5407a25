import assert from "node:assert/strict";
import { AscendingLookup } from "../../../src/memory/index/ascending_lookup.ts";
import { Postings } from "../../../src/memory/index/postings.ts";
import { seededRandom, testSeed } from "../../helpers/seeded_random.ts";

const SLOTS = 4_000;

Deno.test("AscendingLookup finds what a look for each slot finds, in lists of any length", () => {
  const seed = testSeed();
  const random = seededRandom(seed);
  // Of so many slots one holds the term: one block, some, many.
  for (const share of [2_000, 40, 3, 1]) {
    const postings = new Postings((counts) => counts);
    const term = postings.newTerm();
    for (let slot = 0; slot < SLOTS; slot++) {
      if (random(share) === 0) postings.add(term, slot, 1 + random(9));
    }
    for (const step of [1, 7, 900]) {
      const lookup = new AscendingLookup(postings.slices, postings.blocks(term));
      for (let slot = random(step); slot < SLOTS + 10; slot += 1 + random(step)) {
        const wanted = postings.counts(term, slot);
        assert.equal(lookup.countsOf(slot), wanted, `seed ${seed}, slot ${slot} of 1/${share}`);
        assert.equal(lookup.countsOf(slot), wanted, "the same slot again");
      }
    }
  }
});

Deno.test("AscendingLookup finds nothing in a list without facts", () => {
  const postings = new Postings((counts) => counts);
  const lookup = new AscendingLookup(postings.slices, postings.blocks(postings.newTerm()));
  assert.equal(lookup.countsOf(0), 0);
  assert.equal(lookup.countsOf(5), 0);
});
