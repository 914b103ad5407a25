// Which facts hold a term, and how often: one sorted slice per term, all slices in one typed array.
// A slice that is full moves to one of twice the room; the room it leaves is used again for slices of
// that size. Removal closes the gap in place, so the counts are always exact.

import { invariant } from "../base/errors.ts";

// Each posting is two numbers: the fact's slot, then its packed counts.
const ENTRY_WORDS = 2;
const START_WORDS = 1 << 12;
const START_TERMS = 1 << 10;

/** Postings by term number; terms are numbered from 0 by `newTerm`. */
export class Postings {
  /** Pairs of (slot, counts); read it anew after every change, growth replaces it. */
  words = new Uint32Array(START_WORDS);
  #usedWords = 0;
  #starts = new Uint32Array(START_TERMS);
  #lengths = new Uint32Array(START_TERMS);
  #rooms = new Uint8Array(START_TERMS); // Room of a slice as a power of two, in entries.
  #terms = 0;
  readonly #freeTerms: number[] = [];
  readonly #freeSlices: number[][] = [];

  /** Bytes held, whether used or spare. */
  get bytes(): number {
    return this.words.byteLength + this.#starts.byteLength * 2 + this.#rooms.byteLength;
  }

  /** A term without postings. */
  newTerm(): number {
    const term = this.#freeTerms.pop() ?? this.#terms++;
    if (term >= this.#starts.length) this.#growTerms();
    this.#starts[term] = this.#takeSlice(0);
    this.#lengths[term] = 0;
    this.#rooms[term] = 0;
    return term;
  }

  /** Gives the number of a term that has no postings left to another one. */
  freeTerm(term: number): void {
    invariant(this.length(term) === 0, "a freed term has no postings");
    this.#leaveSlice(this.start(term), this.#rooms[term] ?? 0);
    this.#freeTerms.push(term);
  }

  /** How many facts hold the term. */
  length(term: number): number {
    return this.#lengths[term] ?? 0;
  }

  /** Where in `words` the term's pairs begin. */
  start(term: number): number {
    return this.#starts[term] ?? 0;
  }

  /** The packed counts of the term in a fact, 0 when it does not hold it. */
  counts(term: number, slot: number): number {
    const index = this.#lowerBound(term, slot);
    const at = this.start(term) + index * ENTRY_WORDS;
    return index < this.length(term) && this.words[at] === slot ? this.words[at + 1] ?? 0 : 0;
  }

  /** Adds a fact that does not hold the term yet. */
  add(term: number, slot: number, counts: number): void {
    const length = this.length(term);
    if (length === 1 << (this.#rooms[term] ?? 0)) this.#growSlice(term);
    const start = this.start(term);
    const end = start + length * ENTRY_WORDS;
    let at = end;
    // Slots mostly grow, so the end is the usual place.
    if (length > 0 && (this.words[end - ENTRY_WORDS] ?? 0) > slot) {
      at = start + this.#lowerBound(term, slot) * ENTRY_WORDS;
      this.words.copyWithin(at + ENTRY_WORDS, at, end);
    }
    this.words[at] = slot;
    this.words[at + 1] = counts;
    this.#lengths[term] = length + 1;
  }

  /** Takes a fact out of the term; it must hold it. */
  remove(term: number, slot: number): void {
    const length = this.length(term);
    const index = this.#lowerBound(term, slot);
    const at = this.start(term) + index * ENTRY_WORDS;
    invariant(index < length && this.words[at] === slot, "a removed posting is there");
    this.words.copyWithin(at, at + ENTRY_WORDS, this.start(term) + length * ENTRY_WORDS);
    this.#lengths[term] = length - 1;
  }

  #lowerBound(term: number, slot: number): number {
    const start = this.start(term);
    let low = 0;
    let high = this.length(term);
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.words[start + middle * ENTRY_WORDS] ?? 0) < slot) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #growSlice(term: number): void {
    const room = this.#rooms[term] ?? 0;
    const start = this.start(term);
    const wider = this.#takeSlice(room + 1);
    this.words.copyWithin(wider, start, start + this.length(term) * ENTRY_WORDS);
    this.#leaveSlice(start, room);
    this.#starts[term] = wider;
    this.#rooms[term] = room + 1;
  }

  #takeSlice(room: number): number {
    const free = this.#freeSlices[room]?.pop();
    if (free !== undefined) return free;
    const start = this.#usedWords;
    this.#usedWords += ENTRY_WORDS << room;
    if (this.#usedWords > this.words.length) this.#growWords();
    return start;
  }

  #leaveSlice(start: number, room: number): void {
    while (this.#freeSlices.length <= room) this.#freeSlices.push([]);
    this.#freeSlices[room]?.push(start);
  }

  // By half: a copy of everything is rare, and the spare room stays bounded.
  #growWords(): void {
    const length = Math.max(this.#usedWords, this.words.length + (this.words.length >>> 1));
    const wider = new Uint32Array(length);
    wider.set(this.words);
    this.words = wider;
  }

  #growTerms(): void {
    const length = this.#starts.length * 2;
    this.#starts = widened(this.#starts, length);
    this.#lengths = widened(this.#lengths, length);
    const rooms = new Uint8Array(length);
    rooms.set(this.#rooms);
    this.#rooms = rooms;
  }
}

function widened(old: Uint32Array<ArrayBuffer>, length: number): Uint32Array<ArrayBuffer> {
  const wider = new Uint32Array(length);
  wider.set(old);
  return wider;
}
