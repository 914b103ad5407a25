// What a character is to the tokenizer. ASCII comes from a table; the rest is asked of the Unicode
// properties of the runtime, which agree between runtimes for everything but newly added characters.

/** No part of a word. */
export const OTHER = 0;
/** A letter that is not upper case, or a mark on one. */
export const LOWER = 1;
/** An upper-case letter. */
export const UPPER = 2;
/** A digit or another number. */
export const DIGIT = 3;
/** A letter of a script that puts no spaces between words. */
export const UNSPACED = 4;
/** Joins words to an identifier when it stands between two: `src/app.ts`, `E-4012`, `a_b`. */
export const JOINER = 5;

/** One of the classes above. */
export type CharClass = 0 | 1 | 2 | 3 | 4 | 5;

const ASCII = asciiTable();
const WORD = /[\p{L}\p{N}\p{M}]/u;
const NUMBER = /\p{N}/u;
const UPPER_LETTER = /\p{Lu}/u;
// Thai, Lao, Khmer and Myanmar beside Chinese and Japanese; Korean puts spaces between words. The
// prolonged sound mark and the iteration marks belong to Japanese by their script extensions.
const UNSPACED_SCRIPT =
  /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmr}\p{scx=Mymr}]/u;

/** The class of the character at `at`; both halves of a surrogate pair have that of the pair. */
export function classAt(text: string, at: number): CharClass {
  const unit = text.charCodeAt(at);
  if (unit < 128) return (ASCII[unit] ?? OTHER) as CharClass; // The table holds nothing else.
  const isSecondHalf = unit >= 0xdc00 && unit <= 0xdfff;
  return classOf(String.fromCodePoint(text.codePointAt(isSecondHalf ? at - 1 : at) ?? 0));
}

function classOf(char: string): CharClass {
  if (!WORD.test(char)) return OTHER;
  if (UNSPACED_SCRIPT.test(char) && !/\p{N}/u.test(char)) return UNSPACED;
  if (NUMBER.test(char)) return DIGIT;
  return UPPER_LETTER.test(char) ? UPPER : LOWER;
}

function asciiTable(): Uint8Array {
  const table = new Uint8Array(128);
  for (let unit = 0; unit < 128; unit++) {
    const char = String.fromCharCode(unit);
    if (char >= "a" && char <= "z") table[unit] = LOWER;
    else if (char >= "A" && char <= "Z") table[unit] = UPPER;
    else if (char >= "0" && char <= "9") table[unit] = DIGIT;
    else if ("-_./:@#\\+".includes(char)) table[unit] = JOINER;
  }
  return table;
}
