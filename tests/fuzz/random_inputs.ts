// What the fuzz tests share: ten thousand inputs from one seed, which a failure names, random JSON
// values, and texts that were damaged at random.

import { seededRandom, testSeed } from "../helpers/seeded_random.ts";

/** Gives whole numbers from 0 to below `below`. */
export type Random = (below: number) => number;

/** Inputs of one fuzz test. */
export const INPUTS = 10_000;

/** Runs a check as often as there are inputs; what it throws says the seed and which input it was. */
export async function eachInput(
  check: (random: Random, at: number) => unknown,
  inputs = INPUTS,
): Promise<void> {
  const seed = testSeed();
  const random = seededRandom(seed);
  for (let at = 0; at < inputs; at++) {
    try {
      await check(random, at);
    } catch (thrown) {
      throw new Error(`input ${at}, CAR_TEST_SEED=${seed}`, { cause: thrown });
    }
  }
}

/** One of several. */
export function oneOf<Choice>(random: Random, choices: readonly [Choice, ...Choice[]]): Choice {
  return choices[random(choices.length)] ?? choices[0];
}

const CHARACTERS = ["a", "Z", "0", " ", "\t", "=", "?", "/", "+", "é", "ß", "漢", "😀", "\u0000"];

/** A text of up to so many characters, some of which no header can hold. */
export function randomText(random: Random, charsMax: number): string {
  let text = "";
  for (let chars = random(charsMax + 1); chars > 0; chars--) {
    text += CHARACTERS[random(CHARACTERS.length)];
  }
  return text;
}

/** A JSON value that nests at most so deep. */
export function randomJson(random: Random, depth: number): unknown {
  switch (random(depth > 0 ? 9 : 7)) {
    case 0:
      return null;
    case 1:
      return random(2) === 0;
    case 2:
      return random(3) - 1;
    case 3:
      return random(1_000) / 7;
    case 4:
      return oneOf(random, ["", "2.0", "ping", "tools/call", "__proto__"]);
    case 5:
      return randomText(random, 8) + (random(8) === 0 ? oneOf(random, ["\ud800", "\udfff"]) : "");
    case 6:
      return 2 ** 53;
    case 7:
      return Array.from({ length: random(4) }, () => randomJson(random, depth - 1));
    default:
      return Object.fromEntries(
        Array.from({ length: random(4) }, () => [
          oneOf(random, [
            "id",
            "method",
            "name",
            "__proto__",
            "constructor",
            randomText(random, 4),
          ]),
          randomJson(random, depth - 1),
        ]),
      );
  }
}

/** A text with up to three pieces taken out, replaced or put in. */
export function damaged(text: string, random: Random, scraps: readonly [string, ...string[]]) {
  let left = text;
  for (let damage = random(3); damage >= 0; damage--) {
    const at = random(left.length + 1);
    const scrap = random(2) === 0 ? oneOf(random, scraps) : "";
    left = left.slice(0, at) + scrap + left.slice(at + random(4));
  }
  return left;
}
