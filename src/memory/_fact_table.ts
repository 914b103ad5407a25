// What the index knows of each fact besides its terms: one slot per fact, one typed array per column.
// Of its text only what names it is kept: id, subject and tags; bodies stay on disk.

import { FACT_KINDS, type FactKind } from "./fact.ts";
import type { FactRow } from "./store.ts";

/** Words counted in the three fields of a fact. */
export interface FieldLengths {
  readonly subject: number;
  readonly body: number;
  readonly tags: number;
}

const START_SLOTS = 64;
const NO_TAGS: readonly string[] = [];

/** Columns of all facts of one namespace; a slot is never used for a second fact. */
export class FactTable {
  /** Slots are below this number. */
  length = 0;
  /** How many facts there are. */
  facts = 0;
  validFromMs = new Float64Array(START_SLOTS);
  recordedMs = new Float64Array(START_SLOTS);
  /** Superseded, invalidated or expired from this time on; Infinity: never. */
  endsMs = new Float64Array(START_SLOTS);
  subjectWords = new Uint16Array(START_SLOTS);
  bodyWords = new Uint32Array(START_SLOTS);
  tagWords = new Uint16Array(START_SLOTS);
  /** What its body holds that a question may ask for. */
  marks = new Uint8Array(START_SLOTS);
  #kinds = new Uint8Array(START_SLOTS);
  #revisions = new Float64Array(START_SLOTS);
  readonly #isLive: boolean[] = [];
  readonly #ids: string[] = [];
  readonly #subjects: string[] = [];
  readonly #tags: (readonly string[])[] = [];
  readonly #slots = new Map<string, number>();
  /** Words of each field over all facts, for the mean. */
  readonly totals = { subject: 0, body: 0, tags: 0 };
  /** Facts whose state is `live`. */
  live = 0;

  /** Bytes of the columns. */
  get bytes(): number {
    return this.validFromMs.length * (8 + 8 + 8 + 2 + 4 + 2 + 1 + 1 + 8);
  }

  /** The slot of an id. */
  slotOf(id: string): number | undefined {
    return this.#slots.get(id);
  }

  /** The ids of all facts. */
  ids(): Iterable<string> {
    return this.#slots.keys();
  }

  id(slot: number): string {
    return this.#ids[slot] ?? "";
  }

  kind(slot: number): FactKind {
    return FACT_KINDS[this.#kinds[slot] ?? 0] ?? "pattern";
  }

  subject(slot: number): string {
    return this.#subjects[slot] ?? "";
  }

  tags(slot: number): readonly string[] {
    return this.#tags[slot] ?? NO_TAGS;
  }

  /**
   * True unless the fact is meant for later. One that counts from when it was stored is there at
   * once, even for a clock that was set back since.
   */
  hasBegun(slot: number, nowMs: number): boolean {
    const from = this.validFromMs[slot] ?? 0;
    return from <= nowMs || from === this.recordedMs[slot];
  }

  /** The revision of the row that was applied last. */
  revision(slot: number): number {
    return this.#revisions[slot] ?? 0;
  }

  /** A slot for a row that has none. */
  add(row: FactRow): number {
    const slot = this.length++;
    if (slot >= this.validFromMs.length) this.#grow();
    this.#ids[slot] = row.id;
    this.#subjects[slot] = row.subject;
    this.#slots.set(row.id, slot);
    this.#kinds[slot] = FACT_KINDS.indexOf(row.kind);
    this.recordedMs[slot] = row.recordedMs;
    this.#isLive[slot] = false;
    this.facts++;
    return slot;
  }

  /** Takes a fact out; its slot stays empty. */
  remove(slot: number): void {
    this.setLengths(slot, { subject: 0, body: 0, tags: 0 });
    this.#slots.delete(this.id(slot));
    this.#ids[slot] = "";
    this.#subjects[slot] = "";
    this.#tags[slot] = NO_TAGS;
    if (this.#isLive[slot]) this.live--;
    this.#isLive[slot] = false;
    this.facts--;
  }

  /** True when the slot holds a fact. */
  isUsed(slot: number): boolean {
    return this.#ids[slot] !== undefined && this.#ids[slot] !== "";
  }

  /** Takes over what may change in a row. */
  update(slot: number, row: FactRow): void {
    this.validFromMs[slot] = row.validFromMs;
    this.endsMs[slot] = Math.min(row.validToMs ?? Infinity, row.expiresAtMs ?? Infinity);
    this.#revisions[slot] = row.revision;
    this.#tags[slot] = row.tags.length === 0 ? NO_TAGS : row.tags;
    const isLive = row.state === "live";
    this.live += Number(isLive) - Number(this.#isLive[slot]);
    this.#isLive[slot] = isLive;
  }

  /** Sets the lengths of a fact's fields and keeps the totals. */
  setLengths(slot: number, lengths: FieldLengths): void {
    this.totals.subject += lengths.subject - (this.subjectWords[slot] ?? 0);
    this.totals.body += lengths.body - (this.bodyWords[slot] ?? 0);
    this.totals.tags += lengths.tags - (this.tagWords[slot] ?? 0);
    this.subjectWords[slot] = lengths.subject;
    this.bodyWords[slot] = lengths.body;
    this.tagWords[slot] = lengths.tags;
  }

  #grow(): void {
    const length = this.validFromMs.length * 2;
    this.validFromMs = copied(new Float64Array(length), this.validFromMs);
    this.recordedMs = copied(new Float64Array(length), this.recordedMs);
    this.endsMs = copied(new Float64Array(length), this.endsMs);
    this.subjectWords = copied(new Uint16Array(length), this.subjectWords);
    this.bodyWords = copied(new Uint32Array(length), this.bodyWords);
    this.tagWords = copied(new Uint16Array(length), this.tagWords);
    this.marks = copied(new Uint8Array(length), this.marks);
    this.#kinds = copied(new Uint8Array(length), this.#kinds);
    this.#revisions = copied(new Float64Array(length), this.#revisions);
  }
}

function copied<Column extends { set(from: Column): void }>(to: Column, from: Column): Column {
  to.set(from);
  return to;
}
