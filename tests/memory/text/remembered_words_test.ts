import assert from "node:assert/strict";
import { hashedWith, NO_HASH, RememberedWords } from "../../../src/memory/text/remembered_words.ts";
import { seededRandom, testSeed } from "../../helpers/seeded_random.ts";

function hashOf(word: string): number {
  return [...word].reduce((hash, char) => hashedWith(hash, char.charCodeAt(0)), NO_HASH);
}

function find(known: RememberedWords<string>, word: string): string | undefined {
  const text = `<${word}>`;
  return known.find(text, 1, 1 + word.length, hashOf(word));
}

Deno.test("find() gives what is kept of a word, wherever it stands, and nothing of another", () => {
  const known = new RememberedWords<string>();
  for (const word of ["a", "ab", "abc"]) known.keep(word, hashOf(word), word.toUpperCase());
  assert.deepEqual(["a", "ab", "abc"].map((word) => find(known, word)), ["A", "AB", "ABC"]);
  assert.deepEqual(["", "b", "abcd"].map((word) => find(known, word)), [
    undefined,
    undefined,
    undefined,
  ]);
});

Deno.test("find() tells words with the same hash apart", () => {
  const known = new RememberedWords<string>();
  known.keep("one", 7, "1");
  known.keep("two", 7, "2");
  assert.deepEqual(["one", "two", "six"].map((word) => known.find(word, 0, 3, 7)), [
    "1",
    "2",
    undefined,
  ]);
});

Deno.test("find() never gives the value of another word, however many share their places", () => {
  const seed = testSeed();
  const random = seededRandom(seed);
  const known = new RememberedWords<string>();
  let missing = 0;
  for (let nth = 0; nth < 20_000; nth++) {
    const word = `w${random(4_000)}`;
    // Every other word has one of four hashes.
    const hash = word.endsWith("1") ? random(4) : hashOf(word);
    const found = known.find(word, 0, word.length, hash);
    if (found === undefined) {
      missing++;
      known.keep(word, hash, `of ${word}`);
    } else assert.equal(found, `of ${word}`, `seed ${seed}`);
  }
  // What comes again and again is mostly known.
  assert.ok(missing < 10_000, `seed ${seed}: ${missing}`);
});
