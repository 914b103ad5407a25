// Which facts hold a term, and how often, in order of slot. A short list is one slice; a longer one is
// blocks of at most 128 entries under a directory that bounds what each of them is worth. A change
// touches one block, so a word that every fact holds costs no more to add to than a rare one.

import { invariant } from "../../base/errors.ts";
import type { Steps } from "../../base/in_turns.ts";
import type { CountOf } from "./bm25.ts";
import { BlockList, loadBlockLists, saveBlockLists } from "./block_list.ts";
import { ENTRY_WORDS, ROOM_MAX, Slices } from "./slices.ts";
import type { FieldReader, FieldWriter } from "../snapshot/snapshot_fields.ts";
import { widened } from "./_widened.ts";

/** Entries of a full block. */
export const BLOCK_ENTRIES = 1 << ROOM_MAX;
const START_TERMS = 1 << 6;
// In place of a room: the list has a directory.
const LONG = 255;

/** Postings by term number; terms are numbered from 0 by `newTerm`. */
export class Postings {
  /** Where entries stand. */
  readonly slices = new Slices();
  // Of a short list where its slice stands, of a long one the number of its directory.
  #starts = new Uint32Array(START_TERMS);
  #lengths = new Uint32Array(START_TERMS);
  #rooms = new Uint8Array(START_TERMS);
  #terms = 0;
  #freeTerms: number[] = [];
  #long: BlockList[] = [];
  #freeLong: number[] = [];
  readonly #countOf: CountOf;

  /** The bound of a block is the largest `countOf` of its entries. */
  constructor(countOf: CountOf) {
    this.#countOf = countOf;
  }

  /** Bytes held, whether used or spare. */
  get bytes(): number {
    return this.slices.bytes + this.#starts.byteLength * 2 + this.#rooms.byteLength +
      this.#long.reduce((sum, list) => sum + list.bytes, 0);
  }

  /** Terms have numbers below this one. */
  get termsEnd(): number {
    return this.#terms;
  }

  /** A term without postings. */
  newTerm(): number {
    const term = this.#freeTerms.pop() ?? this.#terms++;
    if (term >= this.#starts.length) this.#growTerms();
    this.#starts[term] = this.slices.take(0);
    this.#lengths[term] = 0;
    this.#rooms[term] = 0;
    return term;
  }

  /** Gives the number of a term that has no postings left to another one. */
  freeTerm(term: number): void {
    invariant(this.length(term) === 0, "a freed term has no postings");
    if (this.#isLong(term)) this.#freeLong.push(this.#start(term));
    else this.slices.leave(this.#start(term), this.#rooms[term] ?? 0);
    this.#freeTerms.push(term);
  }

  /** How many facts hold the term. */
  length(term: number): number {
    return this.#lengths[term] ?? 0;
  }

  /** The slots of the facts that hold the term, in order; for lists known to be short. */
  slots(term: number): readonly number[] {
    if (!this.#isLong(term)) return this.#slotsAt(this.#start(term), this.length(term));
    const list = this.#longList(term);
    const slots: number[] = [];
    for (let block = 0; block < list.count; block++) slots.push(...this.slotsIn(list, block));
    return slots;
  }

  /** The same one by one, for a list of any length. */
  *eachSlot(term: number): Iterable<number> {
    const list = this.blocks(term);
    for (let block = 0; block < list.count; block++) yield* this.slotsIn(list, block);
  }

  /** The slots of the facts in one block, in order. */
  slotsIn(list: BlockList, block: number): readonly number[] {
    return this.#slotsAt(list.addresses[block] ?? 0, list.lengths[block] ?? 0);
  }

  #slotsAt(address: number, length: number): readonly number[] {
    const slab = this.slices.slab(address);
    const start = this.slices.offset(address);
    const slots: number[] = [];
    for (let at = start; at < start + length * ENTRY_WORDS; at += ENTRY_WORDS) {
      slots.push(slab[at] ?? 0);
    }
    return slots;
  }

  /** The blocks of a term; a short list is one block without a bound. */
  blocks(term: number): BlockList {
    if (this.#isLong(term)) return this.#longList(term);
    const list = BlockList.withRoom(1);
    const length = this.length(term);
    if (length === 0) return list;
    const address = this.#start(term);
    list.insert(0, address);
    list.lengths[0] = length;
    const last = this.slices.offset(address) + (length - 1) * ENTRY_WORDS;
    list.lastSlots[0] = this.slices.slab(address)[last] ?? 0;
    list.bounds[0] = Infinity;
    return list;
  }

  /** The packed counts of the term in a fact, 0 when it does not hold it. */
  counts(term: number, slot: number): number {
    return this.#isLong(term)
      ? this.countsIn(this.#longList(term), slot)
      : this.slices.secondWord(this.#start(term), this.length(term), slot);
  }

  /** The same in the blocks of a term. */
  countsIn(list: BlockList, slot: number): number {
    const block = list.blockOf(slot);
    return block < list.count
      ? this.slices.secondWord(list.addresses[block] ?? 0, list.lengths[block] ?? 0, slot)
      : 0;
  }

  /** Adds a fact that does not hold the term yet. */
  add(term: number, slot: number, counts: number): void {
    if (!this.#isLong(term) && this.length(term) === 1 << (this.#rooms[term] ?? 0)) {
      this.#growSlice(term);
    }
    if (this.#isLong(term)) this.#addToBlock(this.#longList(term), slot, counts);
    else this.#addAt({ address: this.#start(term), length: this.length(term) }, slot, counts);
    this.#lengths[term] = this.length(term) + 1;
  }

  /** Takes a fact out of the term; it must hold it. */
  remove(term: number, slot: number): void {
    if (this.#isLong(term)) this.#removeFromBlock(this.#longList(term), slot);
    else this.#removeAt(this.#start(term), this.length(term), slot);
    this.#lengths[term] = this.length(term) - 1;
  }

  /** Makes the bounds of all blocks larger by a factor. */
  scaleBounds(factor: number): void {
    for (const list of this.#long) list.scale(factor);
  }

  /** Writes everything to a snapshot. */
  *save(out: FieldWriter): Steps<void> {
    this.slices.save(out);
    out.column(this.#starts, this.#terms);
    out.column(this.#lengths, this.#terms);
    out.column(this.#rooms, this.#terms);
    out.column(Uint32Array.from(this.#freeTerms));
    out.column(Uint32Array.from(this.#freeLong));
    yield* saveBlockLists(this.#long, out);
  }

  /** Takes over what `save` wrote; to be called on new ones. */
  *load(from: FieldReader): Steps<void> {
    this.slices.load(from);
    yield;
    this.#starts = from.column(Uint32Array);
    this.#lengths = from.column(Uint32Array);
    this.#rooms = from.column(Uint8Array);
    this.#terms = this.#starts.length;
    this.#freeTerms = [...from.column(Uint32Array)];
    this.#freeLong = [...from.column(Uint32Array)];
    this.#long = yield* loadBlockLists(from);
  }

  #isLong(term: number): boolean {
    return this.#rooms[term] === LONG;
  }

  #start(term: number): number {
    return this.#starts[term] ?? 0;
  }

  #longList(term: number): BlockList {
    const list = this.#long[this.#start(term)];
    invariant(list !== undefined, "a long list has a directory");
    return list;
  }

  #addAt({ address, length }: Slice, slot: number, counts: number): void {
    const slab = this.slices.slab(address);
    const start = this.slices.offset(address);
    const end = start + length * ENTRY_WORDS;
    let at = end;
    // Slots mostly grow, so the end is the usual place.
    if (length > 0 && (slab[end - ENTRY_WORDS] ?? 0) > slot) {
      at = start + this.slices.lowerBound(address, length, slot) * ENTRY_WORDS;
      slab.copyWithin(at + ENTRY_WORDS, at, end);
    }
    slab[at] = slot;
    slab[at + 1] = counts;
  }

  #addToBlock(list: BlockList, slot: number, counts: number): void {
    let block = list.blockOf(slot);
    const isEnd = list.count === 0 || slot > (list.lastSlots[block] ?? 0);
    if (list.count === 0 || list.lengths[block] === BLOCK_ENTRIES) {
      if (isEnd) list.insert(block = list.count, this.slices.take(ROOM_MAX));
      else this.#split(list, block);
      if (!isEnd) block = list.blockOf(slot);
    }
    const length = list.lengths[block] ?? 0;
    this.#addAt({ address: list.addresses[block] ?? 0, length }, slot, counts);
    list.lengths[block] = length + 1;
    if (isEnd) list.lastSlots[block] = slot;
    list.raise(block, this.#countOf(counts, slot));
  }

  // The second half of a full block gets a block of its own, with the same bound.
  #split(list: BlockList, block: number): void {
    const half = BLOCK_ENTRIES / 2;
    const address = list.addresses[block] ?? 0;
    const other = this.slices.take(ROOM_MAX);
    this.slices.copy(address + half * ENTRY_WORDS, other, half);
    list.insert(block + 1, other);
    list.lengths[block + 1] = half;
    list.lastSlots[block + 1] = list.lastSlots[block] ?? 0;
    list.bounds[block + 1] = list.bounds[block] ?? 0;
    list.lengths[block] = half;
    const last = this.slices.offset(address) + (half - 1) * ENTRY_WORDS;
    list.lastSlots[block] = this.slices.slab(address)[last] ?? 0;
  }

  #removeAt(address: number, length: number, slot: number): void {
    const entry = this.slices.lowerBound(address, length, slot);
    const slab = this.slices.slab(address);
    const start = this.slices.offset(address);
    const at = start + entry * ENTRY_WORDS;
    invariant(entry < length && slab[at] === slot, "a removed posting is there");
    slab.copyWithin(at, at + ENTRY_WORDS, start + length * ENTRY_WORDS);
  }

  #removeFromBlock(list: BlockList, slot: number): void {
    const block = list.blockOf(slot);
    const length = list.lengths[block] ?? 0;
    const address = list.addresses[block] ?? 0;
    this.#removeAt(address, length, slot);
    list.lengths[block] = length - 1;
    if (length > 1) return;
    this.slices.leave(address, ROOM_MAX);
    list.remove(block);
  }

  #growSlice(term: number): void {
    const room = this.#rooms[term] ?? 0;
    const address = this.#start(term);
    const length = this.length(term);
    if (room === ROOM_MAX) return this.#startBlocks(term);
    const wider = this.slices.take(room + 1);
    this.slices.copy(address, wider, length);
    this.slices.leave(address, room);
    this.#starts[term] = wider;
    this.#rooms[term] = room + 1;
  }

  // The full slice becomes the first block.
  #startBlocks(term: number): void {
    const number = this.#freeLong.pop() ?? this.#long.length;
    const list = this.blocks(term);
    list.bounds[0] = 0;
    const slab = this.slices.slab(this.#start(term));
    const start = this.slices.offset(this.#start(term));
    for (let at = start; at < start + this.length(term) * ENTRY_WORDS; at += ENTRY_WORDS) {
      list.raise(0, this.#countOf(slab[at + 1] ?? 0, slab[at] ?? 0));
    }
    this.#long[number] = list;
    this.#starts[term] = number;
    this.#rooms[term] = LONG;
  }

  #growTerms(): void {
    const length = Math.max(START_TERMS, this.#starts.length * 2);
    this.#starts = widened(this.#starts, new Uint32Array(length));
    this.#lengths = widened(this.#lengths, new Uint32Array(length));
    this.#rooms = widened(this.#rooms, new Uint8Array(length));
  }
}

interface Slice {
  readonly address: number;
  readonly length: number;
}
