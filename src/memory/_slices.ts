// Room for many short runs of numbers, in slabs of one size: nothing is ever copied to make room, so
// the largest index grows as smoothly as the smallest. A slice has a power of two of entries and lies
// in one slab; a slice that is given back is used again for the next one of its size.

/** An entry of a slice is two numbers: a fact's slot and its packed counts. */
export const ENTRY_WORDS = 2;
/** A slice holds at most `1 << ROOM_MAX` entries. */
export const ROOM_MAX = 7;

// 256 KiB: small enough for a memory of a few facts, large enough that a slab is a page of its own.
const SLAB_BITS = 16;
const SLAB_WORDS = 1 << SLAB_BITS;
const OFFSET_MASK = SLAB_WORDS - 1;

/** Slices by address: a number that says where the first word stands. */
export class Slices {
  readonly #slabs: Uint32Array<ArrayBuffer>[] = [];
  // Of the last slab; full to begin with, so that the first slice makes one.
  #usedWords = SLAB_WORDS;
  readonly #free: number[][] = Array.from({ length: ROOM_MAX + 1 }, () => []);

  /** Bytes held, whether used or spare. */
  get bytes(): number {
    return this.#slabs.length * SLAB_WORDS * Uint32Array.BYTES_PER_ELEMENT;
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
    if (this.#usedWords + words > SLAB_WORDS) {
      this.#slabs.push(new Uint32Array(SLAB_WORDS));
      this.#usedWords = 0;
    }
    const address = (this.#slabs.length - 1) * SLAB_WORDS + this.#usedWords;
    this.#usedWords += words;
    return address;
  }

  /** Gives a slice of `1 << room` entries back. */
  leave(address: number, room: number): void {
    this.#free[room]?.push(address);
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
}
