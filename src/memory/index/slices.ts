// Room for many short runs of numbers, in slabs of one size: nothing is ever copied to make room, so
// the largest index grows as smoothly as the smallest. A slice has a power of two of entries and lies
// in one slab; a slice that is given back is used again for the next one of its size.

import type { FieldReader, FieldWriter } from "../snapshot/snapshot_fields.ts";

/** An entry of a slice is two numbers: a fact's slot and its packed counts. */
export const ENTRY_WORDS = 2;
/** A slice holds at most `1 << ROOM_MAX` entries. */
export const ROOM_MAX = 7;

// 256 KiB. The first slab begins small and doubles: a daemon has many namespaces of a few facts.
const SLAB_BITS = 16;
const FIRST_SLAB_WORDS = 1 << 9;
const SLAB_WORDS = 1 << SLAB_BITS;
const OFFSET_MASK = SLAB_WORDS - 1;

/** Slices by address: a number that says where the first word stands. */
export class Slices {
  readonly #slabs: Uint32Array<ArrayBuffer>[] = [];
  // Of the last slab.
  #usedWords = 0;
  readonly #free: number[][] = Array.from({ length: ROOM_MAX + 1 }, () => []);

  /** Bytes held, whether used or spare. */
  get bytes(): number {
    return this.#slabs.reduce((sum, slab) => sum + slab.byteLength, 0);
  }

  /** The slab in which an address lies. */
  slab(address: number): Uint32Array<ArrayBuffer> {
    const slab = this.#slabs[address >>> SLAB_BITS];
    if (slab === undefined) throw new RangeError(`No slice stands at ${address}`);
    return slab;
  }

  /** Where in its slab an address points to. */
  offset(address: number): number {
    return address & OFFSET_MASK;
  }

  /** A slice of `1 << room` entries; what stands in it is not defined. */
  take(room: number): number {
    const free = this.#free[room]?.pop();
    if (free !== undefined) return free;
    const words = ENTRY_WORDS << room;
    this.#makeRoom(words);
    const address = (this.#slabs.length - 1) * SLAB_WORDS + this.#usedWords;
    this.#usedWords += words;
    return address;
  }

  /** Gives a slice of `1 << room` entries back. */
  leave(address: number, room: number): void {
    this.#free[room]?.push(address);
  }

  /** Writes everything to a snapshot. */
  save(out: FieldWriter): void {
    out.numbers([this.#slabs.length, this.#usedWords]);
    for (const slab of this.#slabs) out.column(slab);
    for (const free of this.#free) out.column(Uint32Array.from(free));
  }

  /** Takes over what `save` wrote; to be called on new ones. */
  load(from: FieldReader): void {
    const [slabs = 0, usedWords = 0] = from.numbers();
    for (let slab = 0; slab < slabs; slab++) this.#slabs.push(from.column(Uint32Array));
    for (const room of this.#free.keys()) this.#free[room] = [...from.column(Uint32Array)];
    this.#usedWords = usedWords;
  }

  /** Copies entries from one slice to another, or within one. */
  copy(from: number, to: number, entries: number): void {
    const source = this.slab(from);
    const start = this.offset(from);
    const end = start + entries * ENTRY_WORDS;
    const target = this.slab(to);
    if (source === target) target.copyWithin(this.offset(to), start, end);
    else target.set(source.subarray(start, end), this.offset(to));
  }

  #makeRoom(words: number): void {
    const last = this.#slabs.at(-1);
    if (last !== undefined && this.#usedWords + words <= last.length) return;
    if (last === undefined || last.length === SLAB_WORDS) {
      this.#slabs.push(new Uint32Array(last === undefined ? FIRST_SLAB_WORDS : SLAB_WORDS));
      this.#usedWords = 0;
      return;
    }
    const wider = new Uint32Array(last.length * 2);
    wider.set(last);
    this.#slabs[this.#slabs.length - 1] = wider;
  }

  /** The first of `length` entries, in order of slot, whose slot is not below `slot`. */
  lowerBound(address: number, length: number, slot: number): number {
    const slab = this.slab(address);
    const start = this.offset(address);
    let low = 0;
    let high = length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((slab[start + middle * ENTRY_WORDS] ?? 0) < slot) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The second word of the entry with this slot, among entries as above; 0 when there is none. */
  secondWord(address: number, length: number, slot: number): number {
    const entry = this.lowerBound(address, length, slot);
    if (entry === length) return 0;
    const slab = this.slab(address);
    const at = this.offset(address) + entry * ENTRY_WORDS;
    return slab[at] === slot ? slab[at + 1] ?? 0 : 0;
  }
}
