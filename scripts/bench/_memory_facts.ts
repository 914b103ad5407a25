// The facts and queries of the memory measure: a vocabulary of 60,000 made-up words of which the word
// of rank r comes 1/r as often as the first, as words of a language do; bodies of 8 to 30 words, 5,000
// subjects. A query is five words of one fact and one more, common words included. The same seed gives
// the same facts, so every index that is measured holds the same ones.

import type { NewFact } from "../../src/memory/fact.ts";

/** A fact of the measure; the yardsticks read the same two texts. */
export type BenchFact = Pick<NewFact, "subject" | "body">;

const WORDS_TOTAL = 60_000;
const SUBJECTS_TOTAL = 5_000;
const SUBJECT_WORDS = 3;
const BODY_WORDS_MIN = 8;
const BODY_WORDS_MAX = 30;
const QUERY_WORDS_FROM_FACT = 5;
const CONSONANTS = "bdfgklmnprtvz";
const VOWELS = "aiou";

/** Makes facts and the queries to them. */
export interface FactSource {
  /** The fact of a number from 0; always the same one. */
  fact(number: number): BenchFact;
  /** A query to the first `facts` facts. */
  query(number: number, facts: number): string;
}

/** A source of its own vocabulary. */
export function createFactSource(): FactSource {
  const shares = cumulativeShares();
  const words = Array.from({ length: WORDS_TOTAL }, (_, rank) => wordOf(rank));
  const wordAt = (share: number) => words[rankOf(shares, share)] ?? "";
  const text = (random: () => number, count: number) =>
    Array.from({ length: count }, () => wordAt(random())).join(" ");
  const subjects = Array.from(
    { length: SUBJECTS_TOTAL },
    (_, number) => text(randomFrom(number, 1), SUBJECT_WORDS),
  );
  const fact = (number: number): BenchFact => {
    const random = randomFrom(number, 2);
    const bodyWords = BODY_WORDS_MIN +
      Math.floor(random() * (BODY_WORDS_MAX - BODY_WORDS_MIN + 1));
    const subject = subjects[Math.floor(random() * SUBJECTS_TOTAL)] ?? "";
    return { subject, body: text(random, bodyWords) };
  };
  return {
    fact,
    query(number, facts) {
      const random = randomFrom(number, 3);
      const { subject, body } = fact(Math.floor(random() * facts));
      const from = `${subject} ${body}`.split(" ");
      const taken = Array.from(
        { length: QUERY_WORDS_FROM_FACT },
        () => from[Math.floor(random() * from.length)] ?? "",
      );
      return [...taken, wordAt(random())].join(" ");
    },
  };
}

function cumulativeShares(): Float64Array {
  const shares = new Float64Array(WORDS_TOTAL);
  let sum = 0;
  for (let rank = 0; rank < WORDS_TOTAL; rank++) shares[rank] = sum += 1 / (rank + 1);
  return shares.map((share) => share / sum);
}

function rankOf(shares: Float64Array, share: number): number {
  let low = 0;
  let high = shares.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((shares[middle] ?? 1) < share) low = middle + 1;
    else high = middle;
  }
  return low;
}

// Syllables of a consonant and a vowel, at least two: distinct for every number, and no English word
// endings, so that the stemmer leaves most of them apart.
function wordOf(rank: number): string {
  const syllables = CONSONANTS.length * VOWELS.length;
  let text = "";
  let rest = rank;
  while (rest > 0 || text.length < 4) {
    const syllable = rest % syllables;
    text += CONSONANTS.charAt(Math.floor(syllable / VOWELS.length));
    text += VOWELS.charAt(syllable % VOWELS.length);
    rest = Math.floor(rest / syllables);
  }
  return `${text}k`;
}

// A generator for each number (mulberry32), so that any fact can be made without those before it.
function randomFrom(number: number, purpose: number): () => number {
  let state = Math.imul(number * 4 + purpose, 0x9e3779b1);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
