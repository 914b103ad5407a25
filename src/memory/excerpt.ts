// Shortens a long text to the part that answers a query. Borders lie between characters, and between
// words where there is one nearby; what was left out is marked by an ellipsis.

import { createTokenizer, type Tokenizer } from "./tokenizer.ts";

/** A shortened text. */
export interface Excerpt {
  readonly text: string;
  /** True when anything was left out. */
  readonly truncated: boolean;
}

interface Place {
  readonly start: number;
  readonly end: number;
  readonly key: string;
  readonly weight: number;
}

const ELLIPSIS = "…";
const ELLIPSIS_BYTES = 3;
// Matches looked at; a text of 64 KiB may repeat a word ten thousand times.
const PLACES_MAX = 2_048;
// A share of the room stays in front of the first match, so that it is read in its sentence.
const LEAD_SHARE = 0.2;
// How far a border moves to reach the end of a word.
const BORDER_SEARCH_CHARS = 32;
const STOP_WORD_WEIGHT = 0.01;
const WORDS = /[\p{L}\p{N}\p{M}][\p{L}\p{N}\p{M}'\u2019]*/gu;
const ENCODER = new TextEncoder();

/** At most `bytesMax` bytes (UTF-8) of `body`, around the densest match of the words of a query. */
export function excerptAround(body: string, queryText: string, bytesMax: number): Excerpt {
  if (ENCODER.encode(body).byteLength <= bytesMax) return { text: body, truncated: false };
  const room = Math.max(0, bytesMax - 2 * ELLIPSIS_BYTES);
  const center = bestPlace(body, queryText, room);
  const start = startNear(body, center, room);
  const end = endWithin(body, start, room);
  const text = (start > 0 ? ELLIPSIS : "") + body.slice(start, end) +
    (end < body.length ? ELLIPSIS : "");
  // Less room than two ellipses: nothing useful fits.
  return { text: bytesMax < 2 * ELLIPSIS_BYTES ? "" : text, truncated: true };
}

// Where the window that covers most of the query begins; 0 when no word of it is there.
function bestPlace(body: string, queryText: string, room: number): number {
  const places = matchedPlaces(body, queryText);
  let best = 0;
  let bestWeight = 0;
  for (let first = 0; first < places.length; first++) {
    const from = places[first]?.start ?? 0;
    const covered = new Map<string, number>();
    // A character takes at least one byte, so the window holds at most `room` characters.
    for (let at = first; at < places.length; at++) {
      const place = places[at];
      if (place === undefined || place.end > from + room * (1 - LEAD_SHARE)) break;
      covered.set(place.key, place.weight);
      if (at - first > 64) break; // More matches than a query has words: the window is good enough.
    }
    const weight = [...covered.values()].reduce((sum, one) => sum + one, 0);
    if (weight > bestWeight) {
      bestWeight = weight;
      best = from;
    }
  }
  return best;
}

function matchedPlaces(body: string, queryText: string): readonly Place[] {
  const tokenizer = createTokenizer();
  const wanted = new Map(
    tokenizer.terms(queryText, "query")
      .map((term) => [term.key, term.isStop ? STOP_WORD_WEIGHT : 1] as const),
  );
  const places: Place[] = [];
  for (const word of body.matchAll(WORDS)) {
    const key = matchedKey(tokenizer, word[0], wanted);
    if (key === undefined) continue;
    const start = word.index;
    places.push({ start, end: start + word[0].length, key, weight: wanted.get(key) ?? 0 });
    if (places.length >= PLACES_MAX) break;
  }
  return places;
}

function matchedKey(
  tokenizer: Tokenizer,
  word: string,
  wanted: ReadonlyMap<string, number>,
): string | undefined {
  return tokenizer.terms(word, "fact").map((term) => term.key).find((key) => wanted.has(key));
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
