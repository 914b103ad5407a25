// Ids. Short, sortable ids for what is stored (time first, then randomness), and unguessable ids for
// what grants access. Both are made of characters that need no quoting in a URL, a header or SQL.

import type { Clock } from "./clock.ts";

/** Fills a buffer with random bytes; `crypto.getRandomValues` unless a test wants the same ids twice. */
export type FillRandom = (bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>;

// Crockford's base 32 in lower case: no i, l, o, u, so that an id survives being read aloud.
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const TIME_CHARS = 9; // 45 bits of milliseconds: until the year 3084.
const RANDOM_CHARS = 9; // 45 random bits within one millisecond.
const TAG_CHARS = 6; // 30 bits.
const MADE_SINCE_MS = Date.UTC(2020, 0, 1);
const MADE_UNTIL_MS = Date.UTC(2100, 0, 1);
const SESSION_ID_BYTES = 24; // 192 bits; the wire asks for 128 or more.

const systemRandom: FillRandom = (bytes) => crypto.getRandomValues(bytes);

/** Makes ids that sort by time and never repeat within one maker, even in the same millisecond. */
export function createIdMaker(clock: Clock, fillRandom: FillRandom = systemRandom): () => string {
  let lastMs = 0;
  let lastRandom = new Uint8Array(RANDOM_CHARS);
  return () => {
    const nowMs = clock.now();
    if (nowMs > lastMs) {
      lastMs = nowMs;
      lastRandom = fillRandom(new Uint8Array(RANDOM_CHARS)).map((byte) => byte & 31);
      // Half of the range stays free above, so that counting up cannot run over.
      lastRandom[0] = (lastRandom[0] ?? 0) & 15;
    } else {
      countUp(lastRandom);
    }
    return encodeTime(lastMs) + encode32(lastRandom);
  };
}

/**
 * True for what looks like an id of `createIdMaker`: all its places, and a time of this century since
 * there are such ids. What a person writes hardly ever does.
 */
export function isMadeId(text: string): boolean {
  if (text.length !== TIME_CHARS + RANDOM_CHARS) return false;
  if (![...text].every((character) => ALPHABET.includes(character))) return false;
  const ms = decodeTime(text.slice(0, TIME_CHARS));
  return ms >= MADE_SINCE_MS && ms < MADE_UNTIL_MS;
}

/** An id nobody can guess: 192 random bits, URL-safe base 64 (visible ASCII). */
export function createSecretId(fillRandom: FillRandom = systemRandom): string {
  const bytes = fillRandom(new Uint8Array(SESSION_ID_BYTES));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_");
}

/** A few random characters that tell two things of a kind apart; no secret. */
export function createTag(fillRandom: FillRandom = systemRandom): string {
  return encode32(fillRandom(new Uint8Array(TAG_CHARS)).map((byte) => byte & 31));
}

function countUp(digits: Uint8Array): void {
  for (let at = digits.length - 1; at >= 0; at--) {
    const digit = digits[at] ?? 0;
    if (digit < 31) {
      digits[at] = digit + 1;
      return;
    }
    digits[at] = 0;
  }
}

function encodeTime(ms: number): string {
  let rest = ms;
  let text = "";
  for (let place = 0; place < TIME_CHARS; place++) {
    text = ALPHABET.charAt(rest % 32) + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

function decodeTime(text: string): number {
  let ms = 0;
  for (const character of text) ms = ms * 32 + ALPHABET.indexOf(character);
  return ms;
}

function encode32(digits: Uint8Array): string {
  let text = "";
  for (const digit of digits) text += ALPHABET.charAt(digit);
  return text;
}
