// The directory of a long list of postings: where its blocks stand, which slots they cover, and the
// largest count that any fact of a block may have. A query reads the directory and leaves alone every
// block whose best fact could not be among those it looks for.

import type { Steps } from "../../base/in_turns.ts";
import type { FieldReader, FieldWriter } from "../snapshot/snapshot_fields.ts";
import { widened } from "./_widened.ts";

interface Columns {
  readonly addresses: Uint32Array<ArrayBuffer>;
  readonly lengths: Uint8Array<ArrayBuffer>;
  readonly lastSlots: Uint32Array<ArrayBuffer>;
  readonly bounds: Float32Array<ArrayBuffer>;
}

// Lists that are saved or loaded without a pause: a fraction of a millisecond.
const LISTS_AT_ONCE = 256;

/** Blocks in order of slot; the arrays may be longer than `count`. Read them anew after a change. */
export class BlockList {
  /** How many blocks there are. */
  count = 0;
  /** Where the entries of a block stand, in Slices. */
  addresses: Columns["addresses"];
  /** How many entries it has. */
  lengths: Columns["lengths"];
  /** The last slot in it; slots up to here that are in no earlier block belong to it. */
  lastSlots: Columns["lastSlots"];
  /** No fact of it has a larger count by the means that bounds refer to; rounded up. */
  bounds: Columns["bounds"];

  /** A directory on these columns, without blocks yet. */
  constructor({ addresses, lengths, lastSlots, bounds }: Columns) {
    this.addresses = addresses;
    this.lengths = lengths;
    this.lastSlots = lastSlots;
    this.bounds = bounds;
  }

  /** A directory with room for some blocks. */
  static withRoom(room: number): BlockList {
    return new BlockList({
      addresses: new Uint32Array(room),
      lengths: new Uint8Array(room),
      lastSlots: new Uint32Array(room),
      bounds: new Float32Array(room),
    });
  }

  /** Bytes held, whether used or spare. */
  get bytes(): number {
    return this.addresses.byteLength + this.lengths.byteLength + this.lastSlots.byteLength +
      this.bounds.byteLength;
  }

  /** The block in which a slot stands or would stand; the last one for a later slot. */
  blockOf(slot: number): number {
    let low = 0;
    let high = this.count - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.lastSlots[middle] ?? 0) < slot) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Puts an empty block before block `at`. */
  insert(at: number, address: number): void {
    if (this.count === this.addresses.length) this.#grow();
    for (const column of [this.addresses, this.lengths, this.lastSlots, this.bounds]) {
      column.copyWithin(at + 1, at, this.count);
    }
    this.count++;
    this.addresses[at] = address;
    this.lengths[at] = 0;
    this.lastSlots[at] = 0;
    this.bounds[at] = 0;
  }

  /** Takes block `at` out. */
  remove(at: number): void {
    for (const column of [this.addresses, this.lengths, this.lastSlots, this.bounds]) {
      column.copyWithin(at, at + 1, this.count);
    }
    this.count--;
  }

  /** Lets a fact of block `at` have this count. */
  raise(at: number, count: number): void {
    if (count > (this.bounds[at] ?? 0)) this.bounds[at] = roundedUp(count);
  }

  /** Makes all bounds larger by a factor. */
  scale(factor: number): void {
    for (let at = 0; at < this.count; at++) {
      this.bounds[at] = roundedUp((this.bounds[at] ?? 0) * factor);
    }
  }

  // By half: long lists are many, and their spare room adds up.
  #grow(): void {
    const room = this.count + Math.max(2, this.count >>> 1);
    this.addresses = widened(this.addresses, new Uint32Array(room));
    this.lengths = widened(this.lengths, new Uint8Array(room));
    this.lastSlots = widened(this.lastSlots, new Uint32Array(room));
    this.bounds = widened(this.bounds, new Float32Array(room));
  }
}

/** Writes lists to a snapshot. */
export function* saveBlockLists(lists: readonly BlockList[], out: FieldWriter): Steps<void> {
  out.column(Uint32Array.from(lists, (list) => list.count));
  const counts = lists.reduce((sum, list) => sum + list.count, 0);
  const all = BlockList.withRoom(counts);
  for (const [number, list] of lists.entries()) {
    if (number % LISTS_AT_ONCE === 0) yield;
    all.addresses.set(list.addresses.subarray(0, list.count), all.count);
    all.lengths.set(list.lengths.subarray(0, list.count), all.count);
    all.lastSlots.set(list.lastSlots.subarray(0, list.count), all.count);
    all.bounds.set(list.bounds.subarray(0, list.count), all.count);
    all.count += list.count;
  }
  for (const column of [all.addresses, all.lengths, all.lastSlots, all.bounds]) out.column(column);
}

/** The lists that `saveBlockLists` wrote. */
export function* loadBlockLists(from: FieldReader): Steps<BlockList[]> {
  const counts = from.column(Uint32Array);
  const addresses = from.column(Uint32Array);
  const lengths = from.column(Uint8Array);
  const lastSlots = from.column(Uint32Array);
  const bounds = from.column(Float32Array);
  const lists: BlockList[] = [];
  let end = 0;
  for (const count of counts) {
    const start = end;
    end += count;
    const list = new BlockList({
      addresses: addresses.subarray(start, end),
      lengths: lengths.subarray(start, end),
      lastSlots: lastSlots.subarray(start, end),
      bounds: bounds.subarray(start, end),
    });
    list.count = count;
    if (lists.push(list) % LISTS_AT_ONCE === 0) yield;
  }
  return lists;
}

// A 32-bit float may round down by one part in 2^24; a bound must not.
const ROUNDING = 1 + 2 ** -22;

function roundedUp(count: number): number {
  return count * ROUNDING;
}
