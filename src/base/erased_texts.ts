// Whether a message holds a text that is to be forgotten. The text arrives plain; in a message it
// stands in JSON, and in the result of a tool in JSON that is the text of JSON. Which characters are
// escaped, and how, is the writer's choice, so the message is unescaped, not the text escaped.

import { findEnd, type Needle, prepareNeedle } from "./find_text.ts";

/**
 * What is to be forgotten: a text wherever it stands, or a word where it is not part of a longer one. An id
 * may be as short as a letter, and no message is about a fact because it holds that letter.
 */
export type ErasedText = string | { readonly word: string };

/** Texts to be forgotten, made ready to be looked for. */
export interface ErasedTexts {
  /** JSON array of strings: a message that holds one of the texts holds one of these as it is. */
  readonly pieces: string;
  /** Whether a message holds one of the texts, however deep it is escaped. */
  areIn(message: string): boolean;
}

// Nobody who writes JSON has a reason to escape these.
const NEVER_ESCAPED = /[A-Za-z0-9 _.,-]+/g;
// SQLite's search takes the length of the message times that of the piece where a caller has chosen
// both to make it slow. So many characters are rare enough to find few messages.
const PIECE_CHARS_MAX = 64;
// The message, JSON in its text, the same handed on by another server, and one more.
const LEVELS_MAX = 4;

/** Makes texts ready. The empty text is in every message. */
export function prepareErasedTexts(texts: readonly ErasedText[]): ErasedTexts {
  const wanted = texts.map((text) => typeof text === "string" ? text : text.word);
  const needles = wanted.map((text, at): Wanted => ({
    ...prepareNeedle(text),
    isWord: typeof texts[at] !== "string",
  }));
  return {
    pieces: JSON.stringify(wanted.map(pieceOf)),
    areIn: (message) => isAnyIn(message, needles),
  };
}

interface Wanted extends Needle {
  readonly isWord: boolean;
}

function isAnyIn(message: string, needles: readonly Wanted[]): boolean {
  let text = message;
  for (let level = 0; level <= LEVELS_MAX; level++) {
    if (needles.some((needle) => isIn(text, needle))) return true;
    const plainer = unescaped(text);
    if (plainer === text) return false;
    text = plainer;
  }
  return false;
}

// Looking for the next occurrence begins inside the last one: a step costs no more than the length of a
// word, which is that of an id.
function isIn(message: string, needle: Wanted): boolean {
  for (let end = findEnd(message, needle); end !== -1;) {
    const start = end - needle.text.length;
    if (!needle.isWord || isWordAt(message, start, end)) return true;
    end = findEnd(message, needle, start + 1);
  }
  return false;
}

const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;

function isWordAt(message: string, start: number, end: number): boolean {
  const isInside = (at: number) =>
    LETTER_OR_DIGIT.test(message.charAt(at - 1)) && LETTER_OR_DIGIT.test(message.charAt(at));
  return !isInside(start) && !isInside(end);
}

function pieceOf(text: string): string {
  const runs = text.match(NEVER_ESCAPED) ?? [];
  const longest = runs.reduce((best, run) => run.length > best.length ? run : best, "");
  return longest.slice(0, PIECE_CHARS_MAX);
}

// RFC 8259, section 7.
const ESCAPE = /\\(?:u([0-9A-Fa-f]{4})|(["\\/bfnrt]))/g;
const MEANING: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

function unescaped(text: string): string {
  return text.replace(
    ESCAPE,
    (_, code: string | undefined, letter: string) =>
      code === undefined ? MEANING[letter] ?? letter : String.fromCharCode(parseInt(code, 16)),
  );
}
