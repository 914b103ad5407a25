// Looks slots up in one long list of postings, in order: it goes on where the last look ended, so that
// many looks together cost a walk along the directory and short searches in the blocks they fall into.

import type { BlockList } from "./block_list.ts";
import { ENTRY_WORDS, type Slices } from "./slices.ts";

/** The looks of one walk; the list must not change meanwhile. */
export class AscendingLookup {
  readonly #slices: Slices;
  readonly #list: BlockList;
  #block = -1;
  #slab: Uint32Array = new Uint32Array(0);
  // Where in the slab the rest of the block begins and ends.
  #start = 0;
  #end = 0;
  #lastSlot = -1;

  constructor(slices: Slices, list: BlockList) {
    this.#slices = slices;
    this.#list = list;
  }

  /** The packed counts of a slot that is not below the one before; 0 when the list does not have it. */
  countsOf(slot: number): number {
    if (slot > this.#lastSlot && !this.#goTo(slot)) return 0;
    const slab = this.#slab;
    let low = this.#start;
    let high = this.#end;
    while (low < high) {
      const middle = low + ((high - low) >>> 2) * ENTRY_WORDS;
      const found = slab[middle] ?? 0;
      if (found === slot) {
        this.#start = middle;
        return slab[middle + 1] ?? 0;
      }
      if (found < slot) low = middle + ENTRY_WORDS;
      else high = middle;
    }
    this.#start = low;
    return 0;
  }

  // To the block in which the slot would stand; false when it comes after all of them.
  #goTo(slot: number): boolean {
    const { count, lastSlots, addresses, lengths } = this.#list;
    let block = this.#block + 1;
    while (block < count && (lastSlots[block] ?? 0) < slot) block++;
    if (block >= count) return false;
    const address = addresses[block] ?? 0;
    this.#block = block;
    this.#slab = this.#slices.slab(address);
    this.#start = this.#slices.offset(address);
    this.#end = this.#start + ENTRY_WORDS * (lengths[block] ?? 0);
    this.#lastSlot = lastSlots[block] ?? 0;
    return true;
  }
}
