// Facts and questions that look like notes of a team: words of a made-up vocabulary, common ones far
// more often than rare ones, as in any text. The same seed gives the same facts every time.

import type { NewFact } from "../../src/memory/fact.ts";

/** The namespace of calls that name none. */
export const NAMESPACE = "default";

/** What the tool and the engine are asked for. */
export const HITS_WANTED = 5;

const WORDS_TOTAL = 4_000;
const SYLLABLES = ["ka", "lo", "mir", "ten", "su", "ra", "vel", "dor", "pi", "nex", "um", "ga"];

/** Generated facts, each with its own subject. */
export function makeFacts(count: number): readonly NewFact[] {
  const random = randomFrom(1);
  return Array.from({ length: count }, (_, number) => ({
    subject: `${words(random, 3)} ${number}`,
    body: words(random, 12 + Math.floor(random() * 18)),
    tags: [words(random, 1)],
  }));
}

/** Generated questions of three words. */
export function makeQueries(count: number): readonly string[] {
  const random = randomFrom(2);
  return Array.from({ length: count }, () => words(random, 3));
}

function words(random: () => number, count: number): string {
  // The cube makes the first words of the vocabulary the common ones.
  const word = () => wordOf(Math.floor(WORDS_TOTAL * random() ** 3));
  return Array.from({ length: count }, word).join(" ");
}

function wordOf(number: number): string {
  const base = SYLLABLES.length;
  let text = "";
  for (let rest = number + base; rest > 0; rest = Math.floor(rest / base)) {
    text += SYLLABLES[rest % base];
  }
  return text;
}

// A linear congruence is random enough to choose words.
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
