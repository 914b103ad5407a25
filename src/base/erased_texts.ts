// Whether a message holds a text that is to be forgotten. The text arrives plain; in a message it
// stands in JSON, and in the result of a tool in JSON that is the text of JSON. Which characters are
// escaped, and how, is the writer's choice, so the message is unescaped, not the text escaped.

import { findEnd, type Needle, prepareNeedle } from "./find_text.ts";

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
export function prepareErasedTexts(texts: readonly string[]): ErasedTexts {
  const needles = texts.map(prepareNeedle);
  return {
    pieces: JSON.stringify(texts.map(pieceOf)),
    areIn: (message) => isAnyIn(message, needles),
  };
}

function isAnyIn(message: string, needles: readonly Needle[]): boolean {
  let text = message;
  for (let level = 0; level <= LEVELS_MAX; level++) {
    if (needles.some((needle) => findEnd(text, needle) !== -1)) return true;
    const plainer = unescaped(text);
    if (plainer === text) return false;
    text = plainer;
  }
  return false;
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
