import assert from "node:assert/strict";
import { Postings } from "../../../src/memory/index/postings.ts";
import { RandomFacts } from "../_random_facts.ts";

for (const seed of [5, Math.floor(Math.random() * 2 ** 31)]) {
  Deno.test(`Postings keeps what a map keeps over adds and removals, seed ${seed}`, () => {
    const random = new RandomFacts(seed);
    const postings = new Postings((counts) => counts);
    const model = new Map<number, Map<number, number>>();
    for (const term of [0, 1, 2].map(() => postings.newTerm())) model.set(term, new Map());
    for (let step = 0; step < 20_000; step++) {
      const term = random.below(3);
      const facts = model.get(term) ?? new Map<number, number>();
      const slot = random.below(2_000) >>> term * 4;
      if (facts.has(slot)) {
        facts.delete(slot);
        postings.remove(term, slot);
      } else {
        facts.set(slot, 1 + random.below(9));
        postings.add(term, slot, facts.get(slot) ?? 0);
      }
    }
    for (const [term, facts] of model) {
      assert.deepEqual(postings.slots(term), [...facts.keys()].sort((a, b) => a - b));
      assert.equal(postings.length(term), facts.size);
      for (let slot = 0; slot < 2_000; slot++) {
        assert.equal(postings.counts(term, slot), facts.get(slot) ?? 0);
      }
    }
  });
}

Deno.test("Postings bounds each block by the largest count in it", () => {
  const random = new RandomFacts(9);
  const postings = new Postings((counts) => counts);
  const term = postings.newTerm();
  for (let slot = 0; slot < 3_000; slot += 2) postings.add(term, slot, 1 + random.below(500));
  for (let slot = 1; slot < 3_000; slot += 4) postings.add(term, slot, 1 + random.below(500));
  const list = postings.blocks(term);
  assert.ok(list.count > 20);
  for (let block = 0; block < list.count; block++) {
    const counts = postings.slotsIn(list, block).map((slot) => postings.counts(term, slot));
    const bound = list.bounds[block] ?? 0;
    assert.ok(counts.length > 0 && Math.max(...counts) <= bound, `block ${block}`);
  }
});

Deno.test("Postings gives the room of a freed term to others", () => {
  const postings = new Postings((counts) => counts);
  const fill = (term: number) => {
    for (let slot = 0; slot < 5_000; slot++) postings.add(term, slot, 1);
  };
  const term = postings.newTerm();
  fill(term);
  const { bytes } = postings;
  for (let slot = 0; slot < 5_000; slot++) postings.remove(term, slot);
  postings.freeTerm(term);
  const other = postings.newTerm();
  assert.equal(other, term);
  fill(other);
  assert.equal(postings.bytes, bytes);
});
