// Words of the vocabulary that are written much like an unknown one: "kuberntes" finds "kubernetes".
// Words are compared by the runs of four characters they share (Dice coefficient):
//
//   alike(a, b) = 2 · shared / (runs of a + runs of b)        with a mark before and after the word
//
// The runs are of the vocabulary, not of the facts, and kept only once an unknown word was asked for.

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
// A place in a list and the number of a word.
const RUN_BYTES = 16;

/** The comparable words of one vocabulary. */
export class SimilarWords {
  readonly #vocabulary: ReadonlyMap<string, number>;
  #heads: Int32Array | undefined;
  readonly #next: number[] = [];
  readonly #wordOf: number[] = [];
  readonly #words: string[] = [];
  readonly #known = new Set<string>();

  constructor(vocabulary: ReadonlyMap<string, number>) {
    this.#vocabulary = vocabulary;
  }

  /** Bytes held, roughly. */
  get bytes(): number {
    return this.#next.length * RUN_BYTES + (this.#heads?.byteLength ?? 0);
  }

  /** Takes in a new word; does nothing while none was asked for. */
  add(key: string): void {
    if (this.#heads !== undefined) this.#addTo(this.#heads, key);
  }

  /** The words most alike, at most three, the nearest first; ties in the order of their keys. */
  of(key: string): readonly SimilarWord[] {
    if (!COMPARED.test(key)) return [];
    const heads = this.#heads ??= this.#build();
    const runs = runsOf(key);
    const hits = new Map<number, number>();
    for (const run of runs) {
      for (let at = heads[bucketOf(run)] ?? -1; at >= 0; at = this.#next[at] ?? -1) {
        const word = this.#wordOf[at] ?? 0;
        hits.set(word, (hits.get(word) ?? 0) + 1);
      }
    }
    const found: SimilarWord[] = [];
    for (const [word, count] of hits) {
      const other = this.#words[word] ?? "";
      // Runs that only share a bucket are counted too, and the other word has runs of its own.
      if (2 * count < ALIKE_MIN * (runs.size + count) || !this.#vocabulary.has(other)) continue;
      const alike = alikeness(runs, runsOf(other));
      if (alike >= ALIKE_MIN) found.push({ key: other, alike });
    }
    return found.sort((a, b) => b.alike - a.alike || (a.key < b.key ? -1 : 1)).slice(0, WORDS_MAX);
  }

  #build(): Int32Array {
    const heads = new Int32Array(BUCKETS).fill(-1);
    for (const key of this.#vocabulary.keys()) this.#addTo(heads, key);
    return heads;
  }

  // A word that was forgotten and comes back is there already.
  #addTo(heads: Int32Array, key: string): void {
    if (!COMPARED.test(key) || this.#known.has(key)) return;
    this.#known.add(key);
    const word = this.#words.push(key) - 1;
    for (const run of runsOf(key)) {
      const bucket = bucketOf(run);
      this.#next.push(heads[bucket] ?? -1);
      heads[bucket] = this.#wordOf.push(word) - 1;
    }
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

function bucketOf(run: string): number {
  let hash = 0;
  for (let at = 0; at < run.length; at++) hash = (Math.imul(hash, 31) + run.charCodeAt(at)) | 0;
  return (hash ^ (hash >>> 14)) & (BUCKETS - 1);
}

function alikeness(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let shared = 0;
  for (const run of a) if (b.has(run)) shared++;
  return 2 * shared / (a.size + b.size);
}
