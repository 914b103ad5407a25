// Finds the slot of an id. A Map would hold every id a second time, stop everybody while it grows, and
// have to be filled anew at every start; this is two columns, as they stand in a snapshot. Open addressing
// with linear probing (Knuth, The Art of Computer Programming, volume 3, section 6.4).

import type { TextColumn } from "./_text_column.ts";
import type { FieldReader, FieldWriter } from "../snapshot/snapshot_fields.ts";

const START_PLACES = 32;
/** Fuller tables make long probes. */
const FILL_MAX = 0.6;
const EMPTY = -1;
// A removed entry stays in the way of a probe until the table grows.
const REMOVED = -2;
const HASH_FACTOR = 0x9e3779b1;

/** Slots by id; the ids themselves stand in a column by slot, which every method is given. */
export class IdTable {
  #slots = new Int32Array(START_PLACES).fill(EMPTY);
  #hashes = new Int32Array(START_PLACES);
  #used = 0;
  #size = 0;

  /** Bytes held. */
  get bytes(): number {
    return this.#slots.byteLength + this.#hashes.byteLength;
  }

  /** The slot of an id; undefined for an unknown one. */
  find(id: string, ids: TextColumn): number | undefined {
    const place = this.#placeOf(id, ids);
    return place === undefined ? undefined : this.#slots[place];
  }

  /** Adds a slot that is not in the table yet; its id stands in `ids`. */
  add(slot: number, ids: TextColumn): void {
    if (++this.#used > this.#slots.length * FILL_MAX) this.#rehash();
    this.#size++;
    this.#put(slot, hashOf(ids.at(slot)));
  }

  /** Takes an id out; does nothing for an unknown one. */
  remove(id: string, ids: TextColumn): void {
    const place = this.#placeOf(id, ids);
    if (place === undefined) return;
    this.#slots[place] = REMOVED;
    this.#size--;
  }

  /** Writes everything to a snapshot. */
  save(out: FieldWriter): void {
    out.numbers([this.#used, this.#size]);
    out.column(this.#slots);
    out.column(this.#hashes);
  }

  /** Takes over what `save` wrote. */
  load(from: FieldReader): void {
    [this.#used = 0, this.#size = 0] = from.numbers();
    this.#slots = from.column(Int32Array);
    this.#hashes = from.column(Int32Array);
  }

  #placeOf(id: string, ids: TextColumn): number | undefined {
    const mask = this.#slots.length - 1;
    const hash = hashOf(id);
    for (let place = hash & mask;; place = (place + 1) & mask) {
      const slot = this.#slots[place] ?? EMPTY;
      if (slot === EMPTY) return undefined;
      if (slot !== REMOVED && this.#hashes[place] === hash && ids.isAt(slot, id)) return place;
    }
  }

  #put(slot: number, hash: number): void {
    const mask = this.#slots.length - 1;
    let place = hash & mask;
    while (this.#slots[place] !== EMPTY) place = (place + 1) & mask;
    this.#slots[place] = slot;
    this.#hashes[place] = hash;
  }

  // To a table that is a quarter full, without what was removed.
  #rehash(): void {
    const [slots, hashes] = [this.#slots, this.#hashes];
    let places = START_PLACES;
    while (places * FILL_MAX < 2 * (this.#size + 1)) places *= 2;
    this.#slots = new Int32Array(places).fill(EMPTY);
    this.#hashes = new Int32Array(places);
    this.#used = this.#size + 1;
    for (let place = 0; place < slots.length; place++) {
      const slot = slots[place] ?? EMPTY;
      if (slot >= 0) this.#put(slot, hashes[place] ?? 0);
    }
  }
}

/** A number of 32 bits that spreads texts. Snapshots hold tables by it: another one needs another version. */
export function hashOf(text: string): number {
  let hash = text.length;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), HASH_FACTOR);
    hash ^= hash >>> 15;
  }
  return hash;
}
