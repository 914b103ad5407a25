// Slots in an order of their facts, in blocks, so that neither a change nor a look costs in proportion to
// how many there are: a list of a million would be moved for every fact that is not the last one.

import type { FieldReader, FieldWriter } from "../snapshot/snapshot_fields.ts";

/** Some slots, in order; never none. */
export interface SlotBlock<Note> {
  slots: Uint32Array<ArrayBuffer>;
  length: number;
  /** Whatever was worked out of its facts; a change of the block forgets it. */
  noted: Note | undefined;
}

const BLOCK_SLOTS = 256;
// Most lists of most namespaces hold a few.
const START_SLOTS = 4;

/**
 * Orders slots by `compare`, which never calls two of them equal. `Note` is what whoever reads the blocks
 * notes of one.
 */
export class SlotOrder<Note = never> {
  readonly #compare: (a: number, b: number) => number;
  readonly #blocks: SlotBlock<Note>[] = [];

  constructor(compare: (a: number, b: number) => number) {
    this.#compare = compare;
  }

  /** From the first block to the last. */
  get blocks(): readonly SlotBlock<Note>[] {
    return this.#blocks;
  }

  /** How many slots there are. */
  get length(): number {
    return this.#blocks.reduce((sum, { length }) => sum + length, 0);
  }

  /** The block of a slot that is in the order. */
  blockOf(slot: number): SlotBlock<Note> | undefined {
    return this.#blocks[this.#blockAt(slot)];
  }

  /** Takes in a slot that is not in the order. */
  insert(slot: number): void {
    const at = this.#blockAt(slot);
    const block = this.#blocks[at];
    if (block === undefined) return this.#append(slot);
    if (block.length === BLOCK_SLOTS) {
      this.#split(at);
      return this.insert(slot);
    }
    const place = this.#placeIn(block, slot);
    makeRoom(block);
    block.slots.copyWithin(place + 1, place, block.length);
    block.slots[place] = slot;
    block.length++;
    block.noted = undefined;
  }

  /** Takes out a slot; does nothing when it is not there. */
  remove(slot: number): void {
    const at = this.#blockAt(slot);
    const block = this.#blocks[at];
    if (block === undefined) return;
    const place = this.#placeIn(block, slot);
    if (block.slots[place] !== slot || place >= block.length) return;
    block.slots.copyWithin(place, place + 1, block.length);
    block.length--;
    block.noted = undefined;
    if (block.length === 0) this.#blocks.splice(at, 1);
  }

  /** The slots before and after one, the nearest first, at most so many on each side. */
  beside(slot: number, count: number): { readonly before: number[]; readonly after: number[] } {
    const [at, place] = this.#standsAt(slot);
    const before: number[] = [];
    const after: number[] = [];
    for (let [from, next] = [at, place - 1]; before.length < count && from >= 0; from--) {
      const { slots = [] } = this.#blocks[from] ?? {};
      for (; next >= 0 && before.length < count; next--) before.push(slots[next] ?? 0);
      next = (this.#blocks[from - 1]?.length ?? 0) - 1;
    }
    for (let [from, next] = [at, place + 1]; after.length < count; from++) {
      const { slots = [], length } = this.#blocks[from] ?? {};
      if (length === undefined) break;
      for (; next < length && after.length < count; next++) after.push(slots[next] ?? 0);
      next = 0;
    }
    return { before, after };
  }

  /** All slots in one column. */
  toColumn(): Uint32Array<ArrayBuffer> {
    const column = new Uint32Array(this.length);
    let end = 0;
    for (const { slots, length } of this.#blocks) {
      column.set(slots.subarray(0, length), end);
      end += length;
    }
    return column;
  }

  /** Takes over a column of `toColumn`, which belongs to it from now on; to be called on a new order. */
  takeColumn(column: Uint32Array<ArrayBuffer>): void {
    for (let start = 0; start < column.length; start += BLOCK_SLOTS) {
      const slots = column.subarray(start, start + BLOCK_SLOTS);
      this.#blocks.push({ slots, length: slots.length, noted: undefined });
    }
  }

  /** Writes it to a snapshot. */
  save(out: FieldWriter): void {
    out.column(this.toColumn());
  }

  /** Takes over what `save` wrote; to be called on a new order. */
  load(from: FieldReader): void {
    this.takeColumn(from.column(Uint32Array));
  }

  // The block of a slot that is in the order, and its place there. Facts mostly come in their order, so
  // slots mostly stand by their numbers: to look for the number is right wherever it is found, and takes
  // a fraction of what comparing facts takes.
  #standsAt(slot: number): readonly [block: number, place: number] {
    let low = 0;
    let high = this.#blocks.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const { slots, length } = this.#blocks[middle] ?? { slots: [], length: 0 };
      if ((slots[length - 1] ?? 0) < slot) low = middle + 1;
      else high = middle;
    }
    const place = numberIn(this.#blocks[low], slot);
    if (place !== undefined) return [low, place];
    const at = this.#blockAt(slot);
    const block = this.#blocks[at];
    return [at, block === undefined ? 0 : this.#placeIn(block, slot)];
  }

  // The first block whose last slot does not come before this one.
  #blockAt(slot: number): number {
    let low = 0;
    let high = this.#blocks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const { slots, length } = this.#blocks[middle] ?? { slots: [], length: 0 };
      const last = slots[length - 1] ?? 0;
      if (last !== slot && this.#compare(last, slot) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #placeIn({ slots, length }: SlotBlock<Note>, slot: number): number {
    let low = 0;
    let high = length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = slots[middle] ?? 0;
      if (other !== slot && this.#compare(other, slot) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  // Mostly a fact is the newest one.
  #append(slot: number): void {
    let last = this.#blocks.at(-1);
    if (last === undefined || last.length === BLOCK_SLOTS) {
      last = { slots: new Uint32Array(START_SLOTS), length: 0, noted: undefined };
      this.#blocks.push(last);
    }
    makeRoom(last);
    last.slots[last.length++] = slot;
    last.noted = undefined;
  }

  #split(at: number): void {
    const block = this.#blocks[at];
    if (block === undefined) return;
    const half = BLOCK_SLOTS / 2;
    const slots = new Uint32Array(BLOCK_SLOTS);
    slots.set(block.slots.subarray(half));
    this.#blocks.splice(at + 1, 0, { slots, length: block.length - half, noted: undefined });
    block.length = half;
    block.noted = undefined;
  }
}

// Where a block has a number, if its numbers rise up to there.
function numberIn(block: SlotBlock<unknown> | undefined, number: number): number | undefined {
  if (block === undefined) return undefined;
  const { slots } = block;
  let low = 0;
  let high = block.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((slots[middle] ?? 0) < number) low = middle + 1;
    else high = middle;
  }
  return slots[low] === number ? low : undefined;
}

function makeRoom(block: SlotBlock<unknown>): void {
  if (block.length < block.slots.length) return;
  const wider = new Uint32Array(Math.min(BLOCK_SLOTS, 2 * block.length));
  wider.set(block.slots);
  block.slots = wider;
}
