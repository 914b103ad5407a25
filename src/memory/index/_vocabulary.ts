// The terms of one index by their keys: a Map for those that came since the start, and for those of the
// snapshot their texts as they stand in it, found by a table of places. Making a text and an entry of a Map
// out of each would be most of a start, and most are never asked for. Open addressing with linear probing
// (Knuth, The Art of Computer Programming, volume 3, section 6.4).

import type { Steps } from "../../base/in_turns.ts";
import { hashOf } from "./_id_table.ts";
import type { TextBlock } from "../snapshot/snapshot_fields.ts";

// An entry of the Map with its text; a saved one has its characters, four columns and the table.
const ADDED_BYTES = 80;
const SAVED_BYTES = 32;
// Half-empty tables make short probes.
const PLACES_OF_TERM = 2;
const EMPTY = -1;
// A saved term that was forgotten; no term has such a number.
const FORGOTTEN = 0xffffffff;
// Places that are filled without a pause: less than a millisecond.
const TERMS_AT_ONCE = 4_096;

/** Numbers of terms by key; as a Map, but in no promised order. */
export class Vocabulary {
  readonly #added = new Map<string, number>();
  #blocks: readonly TextBlock[] = [];
  // By saved term: its block, where it stands there, and the number it is known by.
  #blockOf = new Uint32Array(0);
  #startOf = new Uint32Array(0);
  #lengthOf = new Uint32Array(0);
  #numbers = new Uint32Array(0);
  #places = new Int32Array(0);
  #saved = 0;

  /** How many there are. */
  get size(): number {
    return this.#added.size + this.#saved;
  }

  /** Bytes held, roughly. */
  get bytes(): number {
    return this.#added.size * ADDED_BYTES + this.#numbers.length * SAVED_BYTES;
  }

  /** The number of a term; undefined for an unknown one. */
  get(key: string): number | undefined {
    const added = this.#added.get(key);
    if (added !== undefined) return added;
    const saved = this.#find(key);
    return saved === undefined ? undefined : this.#numbers[saved];
  }

  /** True when there is a term of that key. */
  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  /** Adds a term whose key is not there. */
  add(key: string, number: number): void {
    this.#added.set(key, number);
  }

  /** Forgets a term; does nothing for an unknown one. */
  delete(key: string): void {
    if (this.#added.delete(key)) return;
    const saved = this.#find(key);
    if (saved === undefined) return;
    this.#numbers[saved] = FORGOTTEN;
    this.#saved--;
  }

  /** All keys; one that is added meanwhile comes, too. */
  *keys(): Iterable<string> {
    for (const [key] of this) yield key;
  }

  /** All keys with their numbers. */
  *[Symbol.iterator](): Iterator<readonly [string, number]> {
    for (let saved = 0; saved < this.#numbers.length; saved++) {
      const number = this.#numbers[saved] ?? FORGOTTEN;
      if (number !== FORGOTTEN) yield [this.#keyOf(saved), number];
    }
    yield* this.#added;
  }

  /** Takes over saved keys and, in the same order, their numbers; to be called on a new one. */
  *load(blocks: readonly TextBlock[], numbers: Uint32Array<ArrayBuffer>): Steps<void> {
    const count = numbers.length;
    let places = 1;
    while (places < PLACES_OF_TERM * count) places *= 2;
    this.#blocks = blocks;
    this.#blockOf = new Uint32Array(count);
    this.#startOf = new Uint32Array(count);
    this.#lengthOf = new Uint32Array(count);
    this.#places = new Int32Array(places).fill(EMPTY);
    let saved = 0;
    for (const [nth, { joined, lengths }] of blocks.entries()) {
      let start = 0;
      for (const length of lengths) {
        this.#blockOf[saved] = nth;
        this.#startOf[saved] = start;
        this.#lengthOf[saved] = length;
        this.#put(saved, hashOf(joined, start, start += length));
        if (++saved % TERMS_AT_ONCE === 0) yield;
      }
    }
    this.#numbers = numbers;
    this.#saved = count;
  }

  #put(saved: number, hash: number): void {
    const mask = this.#places.length - 1;
    let place = hash & mask;
    while (this.#places[place] !== EMPTY) place = (place + 1) & mask;
    this.#places[place] = saved;
  }

  #find(key: string): number | undefined {
    if (this.#saved === 0) return undefined;
    const mask = this.#places.length - 1;
    for (let place = hashOf(key) & mask;; place = (place + 1) & mask) {
      const saved = this.#places[place] ?? EMPTY;
      if (saved === EMPTY) return undefined;
      if (this.#numbers[saved] !== FORGOTTEN && this.#isOf(saved, key)) return saved;
    }
  }

  #isOf(saved: number, key: string): boolean {
    return this.#lengthOf[saved] === key.length &&
      this.#joined(saved).startsWith(key, this.#startOf[saved]);
  }

  #keyOf(saved: number): string {
    const start = this.#startOf[saved] ?? 0;
    return this.#joined(saved).slice(start, start + (this.#lengthOf[saved] ?? 0));
  }

  #joined(saved: number): string {
    return this.#blocks[this.#blockOf[saved] ?? 0]?.joined ?? "";
  }
}
