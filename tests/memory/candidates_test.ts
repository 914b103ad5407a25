import assert from "node:assert/strict";
import { type Candidate, CandidateSearch } from "../../src/memory/_candidates.ts";
import { queryTerms } from "../../src/memory/_query_terms.ts";
import { TextIndex } from "../../src/memory/_text_index.ts";
import { createTokenizer } from "../../src/memory/tokenizer.ts";

const tokenizer = createTokenizer();

// A word's number falls off as its frequency does in real text.
function randomWords(seed: number): () => string {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return `w${Math.floor(400 ** (state / 2 ** 32))}q`;
  };
}

function textOf(word: () => string, words: number): string {
  return Array.from({ length: words }, word).join(" ");
}

function indexOf(facts: number, word: () => string): TextIndex {
  const index = new TextIndex(tokenizer);
  for (let at = 0; at < facts; at++) {
    index.put({
      namespace: "default",
      id: `${at}`,
      kind: "pattern",
      subject: textOf(word, 1 + at % 3),
      body: textOf(word, 3 + at % 15),
      tags: at % 5 === 0 ? [word()] : [],
      confidence: "medium",
      validFromMs: at,
      recordedMs: at,
      state: "live",
      needsReview: false,
      revision: at + 1,
    });
  }
  return index;
}

function best(candidates: readonly Candidate[], k: number): readonly number[] {
  return candidates.map(({ score }) => score).sort((a, b) => b - a).slice(0, k);
}

for (const seed of [7, 4_012, Math.floor(Math.random() * 2 ** 31)]) {
  Deno.test(`find() misses none of the best when it skips postings, seed ${seed}`, () => {
    const word = randomWords(seed);
    const index = indexOf(4_000, word);
    const search = new CandidateSearch(index);
    const accepts = (slot: number) => slot % 7 !== 0;
    for (let round = 0; round < 150; round++) {
      const terms = queryTerms(index, tokenizer.terms(textOf(word, 1 + round % 7), "query"));
      const k = 1 + round % 10;
      const all = search.find({ terms, k: Infinity, accepts });
      const some = search.find({ terms, k, accepts });
      assert.deepEqual(best(some, k), best(all, k));
      assert.ok(some.every(({ slot }) => accepts(slot)));
    }
  });
}

Deno.test("find() looks at far fewer facts than hold a common word", () => {
  const word = randomWords(1);
  const index = indexOf(4_000, word);
  const terms = queryTerms(index, tokenizer.terms("w399q w350q w1q w2q w3q", "query"));
  const found = new CandidateSearch(index).find({ terms, k: 5, accepts: () => true });
  const common = Math.max(...terms.map(({ term }) => index.postings.length(term)));
  assert.ok(found.length >= 5 && found.length < common / 4, `${found.length} of ${common}`);
});
