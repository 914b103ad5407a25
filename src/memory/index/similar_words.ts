// Words of the vocabulary that are written much like an unknown one: "kuberntes" finds "kubernetes".
// Words are compared by the runs of four characters they share (Dice coefficient):
//
//   alike(a, b) = 2 · shared / (runs of a + runs of b)        with a mark before and after the word
//
// The runs are of the vocabulary, not of the facts, and kept only once an unknown word was asked for.

import { atOnce, type Steps } from "../../base/in_turns.ts";
import { widened } from "./_widened.ts";

/** A known word and how alike it is, 0 to 1. */
export interface SimilarWord {
  readonly key: string;
  readonly alike: number;
}

/** Runs of three bring in chance: measured, short notes lose two points. */
const RUN_CHARS = 4;
/** A lost or swapped letter in a word of seven is above; at a half, short notes lose two points. */
const ALIKE_MIN = 0.54;
const WORDS_MAX = 3;
// Shorter words have too few runs; longer ones are data. Marks at the front are not letters.
const COMPARED = /^\p{L}{4,32}$/u;
const BUCKETS = 1 << 14;
// About a millisecond.
const WORDS_AT_ONCE = 256;
const START_PLACES = 1 << 10;

/** True for a word that can be alike others at all. */
export function isComparable(key: string): boolean {
  return COMPARED.test(key);
}

/** What is asked of a vocabulary here; one that changes is walked to its new end. */
export type KnownWords = Pick<ReadonlyMap<string, unknown>, "has"> & {
  keys(): Iterable<string>;
};

/** The comparable words of one vocabulary. */
export class SimilarWords {
  readonly #vocabulary: KnownWords;
  #table: RunTable | undefined;

  constructor(vocabulary: KnownWords) {
    this.#vocabulary = vocabulary;
  }

  /** Bytes held, roughly. */
  get bytes(): number {
    return this.#table?.bytes ?? 0;
  }

  /** True when `of` would first have to look at the whole vocabulary. */
  isMissingFor(key: string): boolean {
    return this.#table === undefined && isComparable(key);
  }

  /** Looks at the whole vocabulary, which may grow and shrink meanwhile. */
  *prepare(): Steps<void> {
    const table = new RunTable();
    let words = 0;
    // A word that is added while this goes on comes at the end of the walk.
    for (const key of this.#vocabulary.keys()) {
      table.add(key);
      if (++words % WORDS_AT_ONCE === 0) yield;
    }
    this.#table ??= table;
  }

  /** Takes in a new word; does nothing while none was asked for. */
  add(key: string): void {
    this.#table?.add(key);
  }

  /** The words most alike, at most three, the nearest first; ties in the order of their keys. */
  of(key: string): readonly SimilarWord[] {
    if (!isComparable(key)) return [];
    if (this.#table === undefined) atOnce(this.prepare());
    const runs = runsOf(key);
    const found: SimilarWord[] = [];
    // Alike enough even if the other word has no runs of its own.
    const least = Math.ceil(ALIKE_MIN * runs.size / (2 - ALIKE_MIN));
    for (const other of this.#table?.sharing(runs, least) ?? []) {
      // Runs that only share a bucket were counted, too.
      if (!this.#vocabulary.has(other)) continue;
      const alike = alikeness(runs, runsOf(other));
      if (alike >= ALIKE_MIN) found.push({ key: other, alike });
    }
    return found.sort((a, b) => b.alike - a.alike || (a.key < b.key ? -1 : 1)).slice(0, WORDS_MAX);
  }
}

// Which words have a run, by buckets of runs: each is a list of places, linked from the last to the first.
class RunTable {
  readonly #heads = new Int32Array(BUCKETS).fill(-1);
  // By place: the place before it in the list, and the number of a word.
  #next = new Int32Array(START_PLACES);
  #wordOf = new Int32Array(START_PLACES);
  #places = 0;
  // By word, while runs are compared: how many of them it shares.
  #shared = new Uint16Array(0);
  readonly #words: string[] = [];
  readonly #known = new Set<string>();

  get bytes(): number {
    return this.#next.byteLength + this.#wordOf.byteLength + this.#heads.byteLength +
      this.#shared.byteLength;
  }

  // A word that was forgotten and comes back is there already.
  add(key: string): void {
    if (!isComparable(key) || this.#known.has(key)) return;
    this.#known.add(key);
    const word = this.#words.push(key) - 1;
    const marked = `^${key}$`;
    for (let at = 0; at + RUN_CHARS <= marked.length; at++) {
      // Made without a text of its own: there are as many runs as characters in the vocabulary.
      if (isRepeated(marked, at)) continue;
      const bucket = bucketOf(marked, at);
      const place = this.#places++;
      if (place >= this.#next.length) this.#grow();
      this.#next[place] = this.#heads[bucket] ?? -1;
      this.#wordOf[place] = word;
      this.#heads[bucket] = place;
    }
  }

  // Words that share buckets with at least so many of these runs.
  sharing(runs: Iterable<string>, least: number): readonly string[] {
    if (this.#shared.length < this.#words.length) this.#shared = new Uint16Array(this.#next.length);
    const shared = this.#shared;
    const touched: number[] = [];
    const found: string[] = [];
    for (const run of runs) {
      for (let at = this.#heads[bucketOf(run, 0)] ?? -1; at >= 0; at = this.#next[at] ?? -1) {
        const word = this.#wordOf[at] ?? 0;
        const count = (shared[word] ?? 0) + 1;
        shared[word] = count;
        if (count === 1) touched.push(word);
        if (count === least) found.push(this.#words[word] ?? "");
      }
    }
    for (const word of touched) shared[word] = 0;
    return found;
  }

  #grow(): void {
    const length = this.#next.length * 2;
    this.#next = widened(this.#next, new Int32Array(length));
    this.#wordOf = widened(this.#wordOf, new Int32Array(length));
  }
}

function runsOf(word: string): ReadonlySet<string> {
  const marked = `^${word}$`;
  const runs = new Set<string>();
  for (let at = 0; at + RUN_CHARS <= marked.length; at++) {
    runs.add(marked.slice(at, at + RUN_CHARS));
  }
  return runs;
}

// True when the run that begins there has come before in the same text.
function isRepeated(marked: string, start: number): boolean {
  for (let at = 0; at < start; at++) {
    let same = 0;
    while (same < RUN_CHARS && marked.charCodeAt(at + same) === marked.charCodeAt(start + same)) {
      same++;
    }
    if (same === RUN_CHARS) return true;
  }
  return false;
}

// Of the run that begins at `start`.
function bucketOf(text: string, start: number): number {
  let hash = 0;
  for (let at = start; at < start + RUN_CHARS; at++) {
    hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0;
  }
  return (hash ^ (hash >>> 14)) & (BUCKETS - 1);
}

function alikeness(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let shared = 0;
  for (const run of a) if (b.has(run)) shared++;
  return 2 * shared / (a.size + b.size);
}
