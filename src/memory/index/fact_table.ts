// What the index knows of each fact besides its terms: one slot per fact, one typed array per column.
// Of its text only what names it is kept: id, subject and tags; bodies stay on disk.

import type { Steps } from "../../base/in_turns.ts";
import { FACT_KINDS, type FactKind } from "../fact.ts";
import type { FieldReader, FieldWriter } from "../snapshot/snapshot_fields.ts";
import { IdTable } from "./_id_table.ts";
import { TextColumn } from "./_text_column.ts";
import { endsMsOf, hasBegun } from "../_validity.ts";
import { widened } from "./_widened.ts";
import type { FactRow } from "../store.ts";

/** Words counted in the three fields of a fact. */
export interface FieldLengths {
  readonly subject: number;
  readonly body: number;
  readonly tags: number;
}

const START_SLOTS = 16;
// Facts whose tags are read or written without a pause: about a millisecond.
const TAGGED_AT_ONCE = 1_024;
// Revisions that are compared without a pause: likewise.
const COMPARED_AT_ONCE = 32_768;
const EMPTY_SLOTS_KEPT = 512;
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
  #isLive = new Uint8Array(START_SLOTS);
  readonly #ids = new TextColumn();
  readonly #subjects = new TextColumn();
  #tags: (readonly string[])[] = [];
  readonly #slots = new IdTable();
  /** Words of each field over all facts, for the mean. */
  readonly totals = { subject: 0, body: 0, tags: 0 };
  /** Facts whose state is `live`. */
  live = 0;

  /** Bytes of the columns. */
  get bytes(): number {
    return this.#slots.bytes + this.validFromMs.length * (8 + 8 + 8 + 2 + 4 + 2 + 1 + 1 + 8 + 1);
  }

  /** True when more slots are empty, which are never used again, than hold a fact; a few do no harm. */
  get isWasteful(): boolean {
    return this.length > 2 * this.facts + EMPTY_SLOTS_KEPT;
  }

  /** The slot of an id. */
  slotOf(id: string): number | undefined {
    return this.#slots.find(id, this.#ids);
  }

  /** The ids of all facts. */
  ids(): Iterable<string> {
    return Iterator.from(this.#ids).filter((id) => id !== "");
  }

  id(slot: number): string {
    return this.#ids.at(slot);
  }

  kind(slot: number): FactKind {
    return FACT_KINDS[this.#kinds[slot] ?? 0] ?? "pattern";
  }

  /** The same as one bit of a number. */
  kindBit(slot: number): number {
    return 1 << (this.#kinds[slot] ?? 0);
  }

  subject(slot: number): string {
    return this.#subjects.at(slot);
  }

  tags(slot: number): readonly string[] {
    return this.#tags[slot] ?? NO_TAGS;
  }

  /** True unless the fact is meant for later. */
  hasBegun(slot: number, nowMs: number): boolean {
    return hasBegun(this.validFromMs[slot] ?? 0, this.recordedMs[slot] ?? 0, nowMs);
  }

  /** The revision of the row that was applied last. */
  revision(slot: number): number {
    return this.#revisions[slot] ?? 0;
  }

  /** A slot for a row that has none. */
  add(row: FactRow): number {
    const slot = this.length++;
    if (slot >= this.validFromMs.length) this.#grow();
    this.#ids.push(row.id);
    this.#subjects.push(row.subject);
    this.#slots.add(slot, this.#ids);
    this.#kinds[slot] = FACT_KINDS.indexOf(row.kind);
    this.recordedMs[slot] = row.recordedMs;
    this.#isLive[slot] = 0;
    this.facts++;
    return slot;
  }

  /** Takes a fact out; its slot stays empty. */
  remove(slot: number): void {
    this.setLengths(slot, { subject: 0, body: 0, tags: 0 });
    this.#slots.remove(this.id(slot), this.#ids);
    this.#ids.empty(slot);
    this.#subjects.empty(slot);
    this.#tags[slot] = NO_TAGS;
    this.live -= this.#isLive[slot] ?? 0;
    this.#isLive[slot] = 0;
    this.facts--;
  }

  /** The fact whose row has the latest revision; of an empty table, no id and 0. */
  *lastChanged(): Steps<{ readonly id: string; readonly revision: number }> {
    let last = 0;
    for (let slot = 0; slot < this.length; slot++) {
      if (slot % COMPARED_AT_ONCE === COMPARED_AT_ONCE - 1) yield;
      if (this.isUsed(slot) && this.revision(slot) >= this.revision(last)) last = slot;
    }
    return { id: this.id(last), revision: this.revision(last) };
  }

  /** True when the slot holds a fact. */
  isUsed(slot: number): boolean {
    return this.#ids.isFilled(slot);
  }

  /** Takes over what may change in a row. */
  update(slot: number, row: FactRow): void {
    this.validFromMs[slot] = row.validFromMs;
    this.endsMs[slot] = endsMsOf(row);
    this.#revisions[slot] = row.revision;
    this.#tags[slot] = row.tags.length === 0 ? NO_TAGS : row.tags;
    const isLive = row.state === "live";
    this.live += Number(isLive) - (this.#isLive[slot] ?? 0);
    this.#isLive[slot] = Number(isLive);
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

  /** Writes everything to a snapshot. */
  *save(out: FieldWriter): Steps<void> {
    const { subject, body, tags } = this.totals;
    out.numbers([this.length, this.facts, this.live, subject, body, tags]);
    for (const column of this.#columns()) out.column(column, this.length);
    yield* this.#ids.save(out);
    yield* this.#subjects.save(out);
    // Most facts have none.
    const tagged: number[] = [];
    const texts: string[] = [];
    for (let slot = 0; slot < this.length; slot++) {
      if (slot % TAGGED_AT_ONCE === 0) yield;
      if (this.tags(slot).length > 0) {
        texts[tagged.push(slot) - 1] = JSON.stringify(this.tags(slot));
      }
    }
    out.column(Uint32Array.from(tagged));
    yield* out.texts(texts);
    this.#slots.save(out);
  }

  /** Takes over what `save` wrote; to be called on a new table. */
  *load(from: FieldReader): Steps<void> {
    const [length = 0, facts = 0, live = 0, subject = 0, body = 0, tags = 0] = from.numbers();
    Object.assign(this, { length, facts, live });
    Object.assign(this.totals, { subject, body, tags });
    this.validFromMs = from.column(Float64Array);
    this.recordedMs = from.column(Float64Array);
    this.endsMs = from.column(Float64Array);
    this.subjectWords = from.column(Uint16Array);
    this.bodyWords = from.column(Uint32Array);
    this.tagWords = from.column(Uint16Array);
    this.marks = from.column(Uint8Array);
    this.#kinds = from.column(Uint8Array);
    this.#revisions = from.column(Float64Array);
    this.#isLive = from.column(Uint8Array);
    this.#ids.load(from);
    this.#subjects.load(from);
    const tagged = from.column(Uint32Array);
    const texts = yield* from.texts();
    this.#tags = new Array(length).fill(NO_TAGS);
    for (const [at, slot] of tagged.entries()) {
      if (at % TAGGED_AT_ONCE === 0) yield;
      this.#tags[slot] = JSON.parse(texts[at] ?? "[]") as string[]; // Written by `save`.
    }
    this.#slots.load(from);
  }

  // In the order in which `load` reads them.
  #columns() {
    const { validFromMs, recordedMs, endsMs, subjectWords, bodyWords, tagWords, marks } = this;
    const shown = [validFromMs, recordedMs, endsMs, subjectWords, bodyWords, tagWords, marks];
    return [...shown, this.#kinds, this.#revisions, this.#isLive];
  }

  #grow(): void {
    const length = this.validFromMs.length * 2;
    this.validFromMs = widened(this.validFromMs, new Float64Array(length));
    this.recordedMs = widened(this.recordedMs, new Float64Array(length));
    this.endsMs = widened(this.endsMs, new Float64Array(length));
    this.subjectWords = widened(this.subjectWords, new Uint16Array(length));
    this.bodyWords = widened(this.bodyWords, new Uint32Array(length));
    this.tagWords = widened(this.tagWords, new Uint16Array(length));
    this.marks = widened(this.marks, new Uint8Array(length));
    this.#kinds = widened(this.#kinds, new Uint8Array(length));
    this.#revisions = widened(this.#revisions, new Float64Array(length));
    this.#isLive = widened(this.#isLive, new Uint8Array(length));
  }
}
