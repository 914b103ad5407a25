// Shortens long texts to the part that answers a query. Where the words of the query stand is looked
// up once for each text; after that a cut of any size is cheap. Borders lie between characters, and
// between words where there is one nearby; what was left out is marked by an ellipsis.

import type { Tokenizer } from "./tokenizer.ts";

/** A shortened text. */
export interface Excerpt {
  readonly text: string;
  /** True when anything was left out. */
  readonly truncated: boolean;
}

/** Cuts one text to at most so many bytes (UTF-8). */
export type Cutter = (bytesMax: number) => Excerpt;

/** Options of `createExcerpts`. */
export interface ExcerptOptions {
  readonly queryText: string;
  readonly tokenizer: Tokenizer;
  /** Characters of all texts together that are searched for words of the query. */
  readonly charsExaminedMax?: number;
}

// Where a word of the query stands in a text.
interface Place {
  readonly start: number;
  readonly end: number;
  /** Which word, as a number of the query. */
  readonly word: number;
}

const ELLIPSIS = "…";
const ELLIPSIS_BYTES = 3;
// Some twenty milliseconds for the texts of one answer, and five bodies of the largest size.
const CHARS_EXAMINED_MAX = 320 * 1024;
// A word that no text had before is taken apart, which costs as much as reading so many characters.
const NEW_WORD_CHARS = 32;
// Matches looked at in one text; one of 64 KiB may repeat a word ten thousand times.
const PLACES_MAX = 2_048;
// A share of the room stays in front of the first match, so that it is read in its sentence.
const LEAD_SHARE = 0.2;
// How far a border moves to reach the end of a word.
const BORDER_SEARCH_CHARS = 32;
// Whole numbers, so that sums that grow and shrink stay exact.
const WORD_WEIGHT = 100;
const STOP_WORD_WEIGHT = 1;
// A longer run is a text without spaces or no word at all; it is looked at in pieces.
const WORDS = /[\p{L}\p{N}\p{M}][\p{L}\p{N}\p{M}'\u2019]{0,63}/gu;
const NO_WORD = -1;
const ENCODER = new TextEncoder();

/**
 * Prepares the excerpts of one answer: gives a cutter for each text, around the densest match of the
 * words of the query. Texts that come after `charsExaminedMax` characters are cut at their start.
 */
export function createExcerpts(options: ExcerptOptions): (body: string) => Cutter {
  const matcher = new Matcher(options);
  return (body) => {
    let places: readonly Place[] | undefined;
    return (bytesMax) => {
      if (fits(body, bytesMax)) return { text: body, truncated: false };
      places ??= matcher.places(body);
      const room = Math.max(0, bytesMax - 2 * ELLIPSIS_BYTES);
      const start = startNear(body, matcher.best(places, room), room);
      const end = endWithin(body, start, room);
      const text = (start > 0 ? ELLIPSIS : "") + body.slice(start, end) +
        (end < body.length ? ELLIPSIS : "");
      // Less room than two ellipses: nothing useful fits.
      return { text: bytesMax < 2 * ELLIPSIS_BYTES ? "" : text, truncated: true };
    };
  };
}

// Every character takes at least a byte, so most texts that are too long need no encoding.
function fits(body: string, bytesMax: number): boolean {
  return body.length <= bytesMax && ENCODER.encode(body).byteLength <= bytesMax;
}

// Finds the words of one query in texts; what was learned of a word holds for all of them.
class Matcher {
  readonly #tokenizer: Tokenizer;
  // Numbers of the words of the query, by the key of the tokenizer.
  readonly #wanted = new Map<string, number>();
  readonly #weights: number[] = [];
  // Which word of the query a word of a text stands for; NO_WORD: none.
  readonly #seen = new Map<string, number>();
  #charsLeft: number;

  constructor(
    { queryText, tokenizer, charsExaminedMax = CHARS_EXAMINED_MAX }: ExcerptOptions,
  ) {
    this.#tokenizer = tokenizer;
    this.#charsLeft = charsExaminedMax;
    for (const { key, isStop } of tokenizer.terms(queryText, "query")) {
      if (this.#wanted.has(key)) continue;
      this.#wanted.set(key, this.#weights.push(isStop ? STOP_WORD_WEIGHT : WORD_WEIGHT) - 1);
    }
  }

  places(body: string): readonly Place[] {
    const places: Place[] = [];
    if (this.#wanted.size === 0) return places;
    const examined = body.slice(0, Math.max(0, this.#charsLeft));
    this.#charsLeft -= examined.length;
    for (const { 0: text, index: start } of examined.matchAll(WORDS)) {
      const word = this.#seen.get(text) ?? this.#takeApart(text);
      if (word !== NO_WORD) places.push({ start, end: start + text.length, word });
      if (places.length >= PLACES_MAX || this.#charsLeft < 0) break;
    }
    return places;
  }

  /** Where the window that covers most of the query begins; 0 when no word of it is there. */
  best(places: readonly Place[], room: number): number {
    // A character takes at least one byte, so the window holds at most `room` characters.
    const chars = room * (1 - LEAD_SHARE);
    const counts = new Uint16Array(this.#weights.length);
    let best = 0;
    let bestWeight = 0;
    let weight = 0;
    let next = 0;
    for (const [at, { start, word }] of places.entries()) {
      for (let last = places[next]; last !== undefined && last.end <= start + chars;) {
        if (this.#count(counts, last.word, 1) === 1) weight += this.#weights[last.word] ?? 0;
        last = places[++next];
      }
      if (weight > bestWeight) {
        bestWeight = weight;
        best = start;
      }
      // Not even the first word fits into the window: it never came in.
      if (next === at) next++;
      else if (this.#count(counts, word, -1) === 0) weight -= this.#weights[word] ?? 0;
    }
    return best;
  }

  #count(counts: Uint16Array, word: number, by: number): number {
    return counts[word] = (counts[word] ?? 0) + by;
  }

  #takeApart(text: string): number {
    this.#charsLeft -= NEW_WORD_CHARS;
    const terms = this.#tokenizer.terms(text, "fact");
    const word = terms.values().map(({ key }) => this.#wanted.get(key) ?? NO_WORD)
      .find((found) => found !== NO_WORD) ?? NO_WORD;
    this.#seen.set(text, word);
    return word;
  }
}

// Some room before the match, moved to the start of a word.
function startNear(body: string, center: number, room: number): number {
  const wanted = Math.max(0, Math.floor(center - room * LEAD_SHARE));
  if (wanted === 0) return 0;
  for (let at = wanted; at < Math.min(center, wanted + BORDER_SEARCH_CHARS); at++) {
    if (/\s/.test(body.charAt(at - 1))) return at;
  }
  return isInsidePair(body, wanted) ? wanted + 1 : wanted;
}

// As far as the bytes reach, moved back to the end of a word.
function endWithin(body: string, start: number, room: number): number {
  let bytes = 0;
  let end = start;
  while (end < body.length) {
    const point = body.codePointAt(end) ?? 0;
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    if (bytes > room) break;
    end += point < 0x10000 ? 1 : 2;
  }
  if (end === body.length) return end;
  for (let at = end; at > Math.max(start, end - BORDER_SEARCH_CHARS); at--) {
    if (/\s/.test(body.charAt(at))) return at;
  }
  return end;
}

function isInsidePair(body: string, at: number): boolean {
  const unit = body.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff;
}
