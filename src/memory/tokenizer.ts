// Text to terms, the same for facts and for queries. A word gives its stem and, where that differs,
// its exact form; an identifier gives itself and its parts; a run of a script without spaces gives
// pairs of characters. Never Intl.Segmenter: its answers differ between runtimes and versions.

import { Buffer } from "node:buffer";
import { withoutLongRuns } from "../base/normal_form.ts";
import { classAt, DIGIT, JOINER, LOWER, OTHER, UNSPACED, UPPER } from "./text/char_class.ts";
import { hashedWith, NO_HASH, RememberedWords } from "./text/remembered_words.ts";
import { CHINESE_STOP_PAIRS } from "./text/chinese_stop_words.ts";
import { STOP_WORDS } from "./text/stop_words.ts";
import { stemOf } from "./stemmer.ts";

/** A word as the index sees it. */
export interface Term {
  /** The stem, or the whole of an identifier. */
  readonly key: string;
  /** The exact form as a key of its own, marked so that it never equals a stem; absent if the same. */
  readonly exactKey?: string;
  /** The word as written, in lower case. */
  readonly word: string;
  readonly isStop: boolean;
  /** A word between spaces or joiners; not a part of `camelCase`, not an identifier as a whole. */
  readonly isName: boolean;
}

/** Facts are taken apart more finely than queries: one character of Chinese finds a fact. */
export type TokenizeFor = "fact" | "query";

/** Turns text into terms; remembers words it has seen, so keep one for many texts. */
export interface Tokenizer {
  /** The terms of a text, in its order, repetitions included. */
  terms(text: string, use: TokenizeFor): readonly Term[];
  /** The same in pieces, for whoever pauses between two; a piece takes about a millisecond. */
  pieces(text: string, use: TokenizeFor): Iterable<readonly Term[]>;
}

// Longer ones are data, not words: base64, digests, a line of dashes. Their parts are still terms.
const WORD_CHARS_MAX = 64;
const IDENTIFIER_CHARS_MAX = 128;
// A word that was not seen lately takes two microseconds.
const PIECE_TERMS = 512;
// Of a longer run without spaces each part is taken apart by itself.
const RUN_UNITS_MAX = 512;
// Shorter parts are copied by V8 itself.
const LONG_PART_CHARS = 13;

// deno-lint-ignore no-control-regex -- the range is ASCII as a whole
const ASCII_ONLY = /^[\x00-\x7f]*$/;
const COMBINING_ACCENTS = /[\u0300-\u036f]/g;
const POSSESSIVE = /['\u2019]s(?![\p{L}\p{N}])/gu;
const INNER_APOSTROPHE = /(?<=\p{L})['\u2019](?=\p{L})/gu;
// Letters that Unicode does not take apart into a base and an accent.
const FOLDED_LETTERS: Readonly<Record<string, string>> = {
  "ß": "ss",
  "æ": "ae",
  "Æ": "Ae",
  "œ": "oe",
  "Œ": "Oe",
  "ø": "o",
  "Ø": "O",
  "ł": "l",
  "Ł": "L",
  "đ": "d",
  "Đ": "D",
};
const FOLDED_LETTER = /[ßæÆœŒøØłŁđĐ]/g;

/** A tokenizer with an empty memory. */
export function createTokenizer(): Tokenizer {
  const remembered = new RememberedWords<readonly Term[]>();
  return {
    terms(text, use) {
      const reading = readingOf(text, use);
      readOn(reading, remembered, Infinity);
      return reading.found;
    },
    *pieces(text, use) {
      const reading = readingOf(text, use);
      while (reading.at < reading.text.length) {
        readOn(reading, remembered, PIECE_TERMS);
        yield reading.found;
        reading.found = [];
      }
    },
  };
}

// How far a text has been read.
interface Reading {
  readonly text: string;
  readonly use: TokenizeFor;
  at: number;
  /** Whether what stands at `at` goes on from before it. */
  isWithin: boolean;
  found: Term[];
}

function readingOf(text: string, use: TokenizeFor): Reading {
  return { text: foldAccents(text), use, at: 0, isWithin: false, found: [] };
}

// Stops soon after so many terms.
function readOn(
  reading: Reading,
  remembered: RememberedWords<readonly Term[]>,
  termsMax: number,
): void {
  const { text, found } = reading;
  while (reading.at < text.length && found.length < termsMax) {
    const kind = classAt(text, reading.at);
    if (kind === OTHER || kind === JOINER) reading.at++;
    else if (kind === UNSPACED) addPairs(reading);
    else addChunk(reading, remembered, termsMax);
  }
}

/** The text without accents and with compatibility forms made plain; case is kept. */
function foldAccents(text: string): string {
  const joined = text.includes("'") || text.includes("\u2019")
    ? text.replace(POSSESSIVE, "").replace(INNER_APOSTROPHE, "")
    : text;
  if (ASCII_ONLY.test(joined)) return joined;
  return withoutLongRuns(joined).normalize("NFKD").replace(COMBINING_ACCENTS, "").normalize("NFKC")
    .replace(FOLDED_LETTER, (letter) => FOLDED_LETTERS[letter] ?? letter);
}

function makeTerm(raw: string, place: "name" | "part"): Term {
  const word = raw.toLowerCase();
  const isStop = STOP_WORDS.has(word);
  const base = { word, isStop, isName: place === "name" && !isStop };
  if (isStop || !/^[a-z]+$/.test(word)) return { ...base, key: word };
  const stem = stemOf(word);
  return stem === word ? { ...base, key: word } : { ...base, key: stem, exactKey: `=${word}` };
}

// A run without spaces, or the next part of a long one: overlapping pairs, and for facts also each
// character.
function addPairs(reading: Reading): void {
  const { text, use, found, at: start, isWithin } = reading;
  let end = start;
  while (end < text.length && end - start < RUN_UNITS_MAX && classAt(text, end) === UNSPACED) end++;
  const isCut = end < text.length && classAt(text, end) === UNSPACED;
  // Both halves of a surrogate pair belong to one part.
  if (isCut && text.codePointAt(end - 1) !== text.charCodeAt(end - 1)) end++;
  const chars = [...text.slice(start, end)];
  const isSingle = chars.length === 1 && !isWithin && !isCut;
  if (use === "fact" || isSingle) {
    for (const char of chars) {
      found.push({ key: char, word: char, isStop: false, isName: isSingle });
    }
  }
  if (isCut) chars.push(String.fromCodePoint(text.codePointAt(end) ?? 0));
  for (let at = 0; at + 1 < chars.length; at++) {
    const pair = `${chars[at]}${chars[at + 1]}`;
    const isStop = CHINESE_STOP_PAIRS.has(pair);
    found.push({ key: pair, word: pair, isStop, isName: !isStop });
  }
  reading.at = end;
  reading.isWithin = isCut;
}

// Words that joiners hold together: `src/http/app.ts`, `E-4012`, or just a word. Stops among them only
// where they are too long for an identifier by then.
function addChunk(
  reading: Reading,
  remembered: RememberedWords<readonly Term[]>,
  termsMax: number,
): void {
  const { text, found, at: start, isWithin } = reading;
  let wordStart = start;
  let words = 0;
  let at = start;
  for (;;) {
    let hash = NO_HASH;
    while (at < text.length && isWordClass(classAt(text, at))) {
      hash = hashedWith(hash, text.charCodeAt(at++));
    }
    words++;
    if (at - wordStart <= IDENTIFIER_CHARS_MAX) {
      const terms = remembered.find(text, wordStart, at, hash) ??
        takenApart(text.slice(wordStart, at), hash, remembered);
      for (const term of terms) found.push(term);
    }
    const isJoined = at + 1 < text.length && classAt(text, at) === JOINER &&
      isWordClass(classAt(text, at + 1));
    reading.isWithin = isJoined;
    if (!isJoined) break;
    wordStart = ++at;
    const isTooLong = isWithin || at - start > IDENTIFIER_CHARS_MAX;
    if (isTooLong && found.length >= termsMax) break;
  }
  reading.at = at;
  if (words > 1 && !isWithin && at - start <= IDENTIFIER_CHARS_MAX) {
    const whole = detached(text.slice(start, at)).toLowerCase();
    found.push({ key: whole, word: whole, isStop: false, isName: false });
  }
}

function takenApart(
  part: string,
  hash: number,
  remembered: RememberedWords<readonly Term[]>,
): readonly Term[] {
  const raw = detached(part);
  const terms = takeApart(raw);
  remembered.keep(raw, hash, terms);
  return terms;
}

// What is remembered of a text outlives it: V8 keeps a whole text in memory for as long as any longer
// part of it, and an index keeps words.
function detached(part: string): string {
  if (part.length < LONG_PART_CHARS) return part;
  const encoding = ASCII_ONLY.test(part) ? "latin1" : "utf16le";
  return Buffer.from(part, encoding).toString(encoding);
}

// A word and, where its case or its digits show any, its parts: `getUserById`, `sha256`.
function takeApart(raw: string): readonly Term[] {
  const terms: Term[] = [];
  if (raw.length <= WORD_CHARS_MAX) terms.push(makeTerm(raw, "name"));
  let start = 0;
  for (let at = 1; at < raw.length; at++) {
    if (!isBorder(raw, at)) continue;
    terms.push(makeTerm(raw.slice(start, at), "part"));
    start = at;
  }
  if (start > 0) terms.push(makeTerm(raw.slice(start), "part"));
  return terms;
}

// Between a small letter and a capital, before the last capital of several when a small letter
// follows ("HTTPServer", but not the plural "APIs"), and between letters and digits.
function isBorder(raw: string, at: number): boolean {
  const before = classAt(raw, at - 1);
  const here = classAt(raw, at);
  if ((before === DIGIT) !== (here === DIGIT)) return true;
  if (here !== UPPER) return false;
  if (before === LOWER) return true;
  const isPlural = at + 2 === raw.length && raw.charAt(at + 1) === "s";
  return at + 1 < raw.length && classAt(raw, at + 1) === LOWER && !isPlural;
}

function isWordClass(kind: number): boolean {
  return kind === LOWER || kind === UPPER || kind === DIGIT;
}
