// Which facts a query names by their whole subject. Facts whose subjects have the same names are one
// group, and a group is found by the rarest of its names, so that a query reads the few groups that
// its words lead to and not every fact with a common word in its subject. An erased fact stays in its
// group, since slots are never used again; whoever asks must not accept it.

import type { Postings } from "./postings.ts";
import type { FieldReader, FieldWriter } from "../snapshot/snapshot_fields.ts";

const START_GROUPS = 16;
const START_SLOTS = 16;
const NONE = -1;
const HASH_FACTOR = 0x9e3779b1;

/** The facts whose subjects are named. */
export interface NamedFacts {
  readonly slots: readonly number[];
  /** False when there may be more of them. */
  readonly isComplete: boolean;
}

/** Groups of facts by the set of names in their subjects; a name is the number of a term. */
export class SubjectGroups {
  readonly #postings: Postings;
  #groups = 0;
  // By group: where its names stand, the last fact that joined it, the next group of the same lead
  // and of the same bucket.
  #ends = new Uint32Array(START_GROUPS);
  #members = new Int32Array(START_GROUPS).fill(NONE);
  #nextOfLead = new Int32Array(START_GROUPS);
  #nextInBucket = new Int32Array(START_GROUPS);
  #buckets = new Int32Array(START_GROUPS).fill(NONE);
  #names = new Uint32Array(START_GROUPS * 2);
  // By term: the last group that it leads.
  #led = new Int32Array(START_GROUPS).fill(NONE);
  // By slot: its group, and the fact that joined the group before it.
  #groupOf = new Int32Array(START_SLOTS).fill(NONE);
  #nextMember = new Int32Array(START_SLOTS);

  constructor(postings: Postings) {
    this.#postings = postings;
  }

  /** Bytes held, whether used or spare. */
  get bytes(): number {
    return this.#ends.length * 16 + this.#buckets.byteLength + this.#names.byteLength +
      this.#led.byteLength + this.#groupOf.length * 8;
  }

  /** Takes in a fact with the distinct names of its subject; each is in the postings already. */
  add(slot: number, names: readonly number[]): void {
    if (names.length === 0) return;
    const sorted = Uint32Array.from(names).sort();
    const group = this.#find(sorted) ?? this.#newGroup(sorted);
    this.#groupOf = roomFor(this.#groupOf, slot);
    this.#nextMember = roomFor(this.#nextMember, slot);
    this.#groupOf[slot] = group;
    this.#nextMember[slot] = this.#members[group] ?? NONE;
    this.#members[group] = slot;
  }

  /** True when every name of the fact's subject is among `names`, and it has some. */
  isNamed(slot: number, names: ReadonlySet<number>): boolean {
    const group = this.#groupOf[slot] ?? NONE;
    return group !== NONE && this.#isWithin(group, names);
  }

  /** The facts of which that holds; looks at no more than `lookedAtMax` groups and facts. */
  namedBy(names: ReadonlySet<number>, lookedAtMax: number): NamedFacts {
    const slots: number[] = [];
    let lookedAt = 0;
    for (const name of names) {
      let group = this.#led[name] ?? NONE;
      for (; group !== NONE; group = this.#nextOfLead[group] ?? NONE) {
        if (++lookedAt > lookedAtMax) return { slots, isComplete: false };
        if (!this.#isWithin(group, names)) continue;
        let slot = this.#members[group] ?? NONE;
        for (; slot !== NONE; slot = this.#nextMember[slot] ?? NONE) {
          if (++lookedAt > lookedAtMax) return { slots, isComplete: false };
          slots.push(slot);
        }
      }
    }
    return { slots, isComplete: true };
  }

  /** Writes everything to a snapshot. */
  save(out: FieldWriter): void {
    out.numbers([this.#groups]);
    out.column(this.#ends);
    out.column(this.#members);
    out.column(this.#nextOfLead);
    out.column(this.#nextInBucket);
    out.column(this.#buckets);
    out.column(this.#names);
    out.column(this.#led);
    out.column(this.#groupOf);
    out.column(this.#nextMember);
  }

  /** Takes over what `save` wrote. */
  load(from: FieldReader): void {
    [this.#groups = 0] = from.numbers();
    this.#ends = from.column(Uint32Array);
    this.#members = from.column(Int32Array);
    this.#nextOfLead = from.column(Int32Array);
    this.#nextInBucket = from.column(Int32Array);
    this.#buckets = from.column(Int32Array);
    this.#names = from.column(Uint32Array);
    this.#led = from.column(Int32Array);
    this.#groupOf = from.column(Int32Array);
    this.#nextMember = from.column(Int32Array);
  }

  #start(group: number): number {
    return group === 0 ? 0 : this.#ends[group - 1] ?? 0;
  }

  #isWithin(group: number, names: ReadonlySet<number>): boolean {
    const end = this.#ends[group] ?? 0;
    for (let at = this.#start(group); at < end; at++) {
      if (!names.has(this.#names[at] ?? 0)) return false;
    }
    return true;
  }

  #find(sorted: Uint32Array): number | undefined {
    let group = this.#buckets[hashOf(sorted) & (this.#buckets.length - 1)] ?? NONE;
    for (; group !== NONE; group = this.#nextInBucket[group] ?? NONE) {
      const start = this.#start(group);
      if ((this.#ends[group] ?? 0) - start !== sorted.length) continue;
      if (sorted.every((name, at) => this.#names[start + at] === name)) return group;
    }
    return undefined;
  }

  #newGroup(sorted: Uint32Array): number {
    const group = this.#groups++;
    const start = this.#start(group);
    this.#ends = roomFor(this.#ends, group);
    this.#members = roomFor(this.#members, group);
    this.#nextOfLead = roomFor(this.#nextOfLead, group);
    this.#nextInBucket = roomFor(this.#nextInBucket, group);
    this.#names = roomFor(this.#names, start + sorted.length);
    this.#names.set(sorted, start);
    this.#ends[group] = start + sorted.length;
    this.#members[group] = NONE;
    const lead = this.#rarestOf(sorted);
    this.#led = roomFor(this.#led, lead);
    this.#nextOfLead[group] = this.#led[lead] ?? NONE;
    this.#led[lead] = group;
    if (group >= this.#buckets.length) this.#rehash();
    else this.#hang(group);
    return group;
  }

  #rarestOf(names: Uint32Array): number {
    const length = (name: number) => this.#postings.length(name);
    return names.reduce((rarest, name) => length(name) < length(rarest) ? name : rarest);
  }

  #rehash(): void {
    this.#buckets = new Int32Array(this.#buckets.length * 2).fill(NONE);
    for (let group = 0; group < this.#groups; group++) this.#hang(group);
  }

  #hang(group: number): void {
    const names = this.#names.subarray(this.#start(group), this.#ends[group]);
    const bucket = hashOf(names) & (this.#buckets.length - 1);
    this.#nextInBucket[group] = this.#buckets[bucket] ?? NONE;
    this.#buckets[bucket] = group;
  }
}

function hashOf(names: Uint32Array): number {
  let hash = names.length;
  for (const name of names) hash = Math.imul(hash ^ name ^ (hash >>> 15), HASH_FACTOR);
  return hash ^ (hash >>> 16);
}

function roomFor<Column extends Int32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>>(
  column: Column,
  at: number,
): Column {
  if (at < column.length) return column;
  const length = Math.max(at + 1, column.length * 2);
  // A column of the same kind as the one given.
  const wider =
    (column instanceof Int32Array
      ? new Int32Array(length).fill(NONE)
      : new Uint32Array(length)) as Column;
  wider.set(column);
  return wider;
}
