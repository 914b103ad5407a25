// Inputs made of others: texts that something takes, damaged in the ways that find faults in parsers.
// Some become long, because a loop that walks too much again shows in nothing else.

import { type Bytes, bytesOf } from "./fuzz_target.ts";
import { oneOf, type Random } from "./random_inputs.ts";

/** What inputs are made of. */
export interface MutationSources {
  /** Whole inputs that are right, or nearly. */
  readonly corpus: readonly (string | Bytes)[];
  /** Pieces that mean something to the parser. */
  readonly scraps: readonly string[];
  /** The longest input. */
  readonly bytesMax?: number;
}

const BYTES_MAX = 64 * 1024;
const MUTATIONS_MAX = 6;
// Of so many inputs one is left as it is, and one may become long.
const WHOLE_ONE_IN = 8;
const LONG_ONE_IN = 40;
const REPEATS_MAX = 12;
// What many parsers take for something else: ends of ranges, signs, control and format characters.
const ODDITIES = [
  ...[
    "0",
    "-1",
    "1e309",
    "9007199254740993",
    "4294967296",
    "NaN",
    "null",
    "true",
    '""',
    "[]",
    "{}",
  ],
  ...["\u0000", "\r", "\n", "\r\n", "\t", " ", "\ufeff", "\u2028", "\u202e", "\u0301", "é", "😀"],
  ...["__proto__", "constructor", "toString", "../", "%00", "%", "\\", '"', "'", "`", "${", "*"],
  ...['"\\ud800"', "1970-01-01", "99999-12-31T00:00:00Z", "\ufffd"],
] as const;

type Mutation = (bytes: Bytes, random: Random, sources: MutationSources) => Bytes;

/** One of the corpus, mostly damaged. */
export function mutated(random: Random, sources: MutationSources): Bytes {
  const { bytesMax = BYTES_MAX } = sources;
  let bytes = anyOf(random, sources.corpus);
  if (random(WHOLE_ONE_IN) === 0) return bytes;
  for (let left = 1 + random(MUTATIONS_MAX); left > 0; left--) {
    bytes = oneOf(random, MUTATIONS)(bytes, random, sources);
  }
  if (random(LONG_ONE_IN) === 0) bytes = repeatPiece(bytes, random, bytesMax);
  return bytes.slice(0, bytesMax);
}

const MUTATIONS: readonly [Mutation, ...Mutation[]] = [
  insertScrap,
  insertScrap,
  insertOddity,
  removePiece,
  doublePiece,
  movePiece,
  changeByte,
  flipBit,
  crossOver,
  cutOff,
];

function insertScrap(bytes: Bytes, random: Random, { scraps }: MutationSources): Bytes {
  const scrap = scraps[random(scraps.length)] ?? "";
  return spliced(bytes, { ...placeIn(bytes, random, 3), into: bytesOf(scrap) });
}

function insertOddity(bytes: Bytes, random: Random): Bytes {
  const into = bytesOf(oneOf(random, ODDITIES));
  return spliced(bytes, { ...placeIn(bytes, random, 4), into });
}

function removePiece(bytes: Bytes, random: Random): Bytes {
  return spliced(bytes, placeIn(bytes, random, 1 + random(32)));
}

function doublePiece(bytes: Bytes, random: Random): Bytes {
  const { at, length } = placeIn(bytes, random, 64);
  return spliced(bytes, { at, length: 0, into: bytes.slice(at, at + length) });
}

function movePiece(bytes: Bytes, random: Random): Bytes {
  const from = placeIn(bytes, random, 32);
  const piece = bytes.slice(from.at, from.at + from.length);
  const left = spliced(bytes, from);
  return spliced(left, { at: random(left.length + 1), length: 0, into: piece });
}

function changeByte(bytes: Bytes, random: Random): Bytes {
  const into = Uint8Array.of(random(256));
  return spliced(bytes, { at: random(bytes.length + 1), length: 1, into });
}

function flipBit(bytes: Bytes, random: Random): Bytes {
  const at = random(Math.max(1, bytes.length));
  const into = Uint8Array.of((bytes[at] ?? 0) ^ (1 << random(8)));
  return spliced(bytes, { at, length: 1, into });
}

// The beginning of this one and the end of another.
function crossOver(bytes: Bytes, random: Random, { corpus }: MutationSources): Bytes {
  const other = anyOf(random, corpus);
  const at = random(bytes.length + 1);
  return spliced(bytes, {
    at,
    length: bytes.length - at,
    into: other.slice(random(other.length + 1)),
  });
}

function cutOff(bytes: Bytes, random: Random): Bytes {
  return bytes.slice(0, random(bytes.length + 1));
}

/** A piece again and again, up to thousands of times. */
function repeatPiece(bytes: Bytes, random: Random, bytesMax: number): Bytes {
  const { at, length } = placeIn(bytes, random, 1 + random(12));
  const piece = bytes.slice(at, at + length);
  if (piece.length === 0) return bytes;
  const most = Math.floor((bytesMax - Math.min(bytes.length, bytesMax)) / piece.length);
  const times = Math.min(most, 2 ** random(REPEATS_MAX + 1) * (1 + random(8)));
  const into = new Uint8Array(piece.length * times);
  for (let nth = 0; nth < times; nth++) into.set(piece, nth * piece.length);
  return spliced(bytes, { at, length: 0, into });
}

interface Piece {
  readonly at: number;
  readonly length: number;
}

function placeIn(bytes: Bytes, random: Random, lengthMax: number): Piece {
  return { at: random(bytes.length + 1), length: random(lengthMax + 1) };
}

function spliced(
  bytes: Bytes,
  { at, length, into = new Uint8Array() }: Piece & { readonly into?: Bytes },
): Bytes {
  const rest = bytes.subarray(Math.min(bytes.length, at + length));
  const whole = new Uint8Array(at + into.length + rest.length);
  whole.set(bytes.subarray(0, at));
  whole.set(into, at);
  whole.set(rest, at + into.length);
  return whole;
}

function anyOf(random: Random, corpus: MutationSources["corpus"]): Bytes {
  const one = corpus[random(corpus.length)] ?? "";
  return typeof one === "string" ? bytesOf(one) : one.slice();
}
