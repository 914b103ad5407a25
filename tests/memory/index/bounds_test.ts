// The bounds by which a query passes over blocks of postings: whatever the lengths of facts come to be,
// no fact of a block may count for more.

import assert from "node:assert/strict";
import { countOver } from "../../../src/memory/index/bm25.ts";
import { TextIndex } from "../../../src/memory/index/text_index.ts";
import { createTokenizer } from "../../../src/memory/tokenizer.ts";
import { seededRandom, testSeed } from "../../helpers/seeded_random.ts";
import { RandomFacts } from "../_random_facts.ts";

function checkBounds(index: TextIndex, key: string, what: string): void {
  const { postings, boundMeans, table } = index;
  const term = index.termOf(key) ?? -1;
  const countOf = countOver(table);
  const blocks = postings.blocks(term);
  assert.ok(blocks.count > 1, what);
  for (let block = 0; block < blocks.count; block++) {
    const bound = (blocks.bounds[block] ?? 0) * boundMeans.slack();
    for (const slot of postings.slotsIn(blocks, block)) {
      const count = countOf(postings.counts(term, slot), slot);
      assert.ok(count <= bound, `${what}: ${count} in a block of at most ${bound}`);
    }
  }
}

Deno.test("bounds of blocks hold while facts grow longer and shorter", () => {
  const seed = testSeed();
  const random = seededRandom(seed);
  const rows = new RandomFacts(seed);
  const index = new TextIndex(createTokenizer());
  let number = 0;
  for (const words of [1, 40, 2, 200, 1, 60]) {
    for (let nth = 0; nth < 300; nth++, number++) {
      const body = `common ${"word ".repeat(random(2 * words))}`;
      index.put({ ...rows.row(number), id: `f${number}`, subject: "s", body });
    }
    checkBounds(index, "common", `seed ${seed}, after ${words} words`);
  }
});

Deno.test("bounds of blocks are kept near the counts when the lengths have changed", () => {
  const index = new TextIndex(createTokenizer());
  const rows = new RandomFacts(1);
  const put = (number: number, body: string) =>
    index.put({ ...rows.row(number), id: `f${number}`, subject: "s", body });
  for (let number = 0; number < 300; number++) put(number, "common word");
  // From here on only others come: the bounds are moved, not raised by a fact of the block.
  for (let number = 300; number < 400; number++) put(number, "other ".repeat(500));
  checkBounds(index, "common", "after long ones");
  assert.ok(index.boundMeans.slack() < 1.06, `${index.boundMeans.slack()}`);
});

Deno.test("a word is forgotten with the last fact or tag that held it, and its number used again", () => {
  const index = new TextIndex(createTokenizer());
  const row = { ...new RandomFacts(1).row(1), subject: "alpha", body: "beta", tags: ["gamma"] };
  index.put(row);
  index.put({ ...row, tags: ["delta"], revision: row.revision + 1 });
  assert.equal(index.termOf("gamma"), undefined);
  assert.notEqual(index.termOf("delta"), undefined);
  assert.equal(index.remove(row.id, row), true);
  for (const word of ["alpha", "beta", "delta"]) assert.equal(index.termOf(word), undefined);
  const ends = [1, 2, 3, 4].map((round) => {
    const id = `again ${round}`;
    const again = { ...row, id, subject: `a${round}`, body: `b${round}`, tags: [`c${round}`] };
    index.put(again);
    index.remove(id, again);
    return index.postings.termsEnd;
  });
  assert.deepEqual(ends, ends.map(() => ends[0]));
});
