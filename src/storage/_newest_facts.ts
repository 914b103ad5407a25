// The newest facts that have not ended of the subjects that were written to last. Every add is told what else holds of
// its subject; a subject's facts lie scattered over the table, so asking SQLite costs more than storing
// the fact. Kept only while nobody else can have changed a row: whatever is not certain is forgotten and
// read again.

import type { FactConflict } from "../memory/fact.ts";
import type { FactRow, SubjectLookup } from "../memory/store.ts";
import { type Kept, KeptSubjects, type Subject } from "./_kept_subjects.ts";

/** A fact and its place among those of its subject. */
export interface DatedFact extends FactConflict {
  readonly validFromMs: number;
}

// Its size is in characters.
interface Entry extends Kept {
  /** Newest first; all of them when there are fewer than KEPT_MAX. */
  readonly newest: DatedFact[];
  /** When they were read: an earlier look may see what has ended by then. */
  readonly readMs: number;
  /** How many there are, no more than `countedTo`; undefined when nobody has asked. */
  count?: number;
  countedTo?: number;
}

/** What a look into the table found. */
export interface SubjectFacts {
  /** The first KEPT_MAX, newest first. */
  readonly newest: readonly DatedFact[];
  /** True when the end of one of them is known. */
  readonly mayEnd: boolean;
}

/** Facts that are kept of one subject; an add asks for ten others and itself. */
export const KEPT_MAX = 11;
// Of all texts together, 16 to 32 MB of RAM: the newest facts of some six thousand subjects; and of one subject, so that a few long ones do not push out
// all others.
const CHARS_MAX = 16_000_000;
const CHARS_OF_SUBJECT_MAX = 80_000;
// A fact is some objects besides its texts.
const CHARS_OF_FACT = 100;

/** For the transactions of one store, one after the other; its owner clears it between two of them. */
export class NewestFacts {
  readonly #kept = new KeptSubjects<Entry>(CHARS_MAX);

  /** The first KEPT_MAX facts of a subject; `read` looks them up when they are not known. */
  newest(lookup: SubjectLookup, read: () => SubjectFacts): readonly DatedFact[] {
    return (this.#entry(lookup) ?? this.#keep(lookup, read())).newest;
  }

  /** How many there are, counted to `max`; `read` also says whether any end is known. */
  count(
    lookup: SubjectLookup,
    max: number,
    read: () => { readonly count: number; readonly mayEnd: boolean },
  ): number {
    const entry = this.#entry(lookup);
    if (entry !== undefined && entry.newest.length < KEPT_MAX) {
      return Math.min(max, entry.newest.length);
    }
    if (entry?.count !== undefined && entry.countedTo === max) return entry.count;
    const { count, mayEnd } = read();
    if (entry !== undefined && !mayEnd) Object.assign(entry, { count, countedTo: max });
    return count;
  }

  /** A row was added; of all there are it stands last in the table. */
  added(row: FactRow): void {
    const entry = this.#kept.get(row);
    if (entry === undefined) return;
    if (row.state !== "live" || mayEnd(row)) return this.#kept.forget(row);
    const { id, subject, body, validFromMs } = row;
    const { newest } = entry;
    if (entry.count !== undefined) {
      entry.count = Math.min(entry.count + 1, entry.countedTo ?? entry.count);
    }
    const place = newest.findIndex((other) => other.validFromMs <= validFromMs);
    newest.splice(place === -1 ? newest.length : place, 0, { id, subject, body, validFromMs });
    const last = newest.length > KEPT_MAX ? newest.pop() : undefined;
    this.#kept.grow(entry, sizeOf(body) - (last === undefined ? 0 : sizeOf(last.body)));
    if (entry.size > CHARS_OF_SUBJECT_MAX) this.#kept.forget(row);
  }

  /** Something else happened to facts of this subject. */
  changed(subject: Subject): void {
    this.#kept.forget(subject);
  }

  /** Forgets all. */
  clear(): void {
    this.#kept.clear();
  }

  #entry(lookup: SubjectLookup): Entry | undefined {
    const entry = this.#kept.get(lookup);
    return entry === undefined || lookup.atMs < entry.readMs ? undefined : entry;
  }

  #keep(lookup: SubjectLookup, { newest, mayEnd }: SubjectFacts): Entry {
    const size = newest.reduce((sum, { body }) => sum + sizeOf(body), sizeOf(lookup.subject));
    const entry: Entry = { newest: [...newest], readMs: lookup.atMs, size };
    if (mayEnd || size > CHARS_OF_SUBJECT_MAX) this.#kept.forget(lookup);
    else this.#kept.set(lookup, entry);
    return entry;
  }
}

// True for a fact whose end is known, be it past or planned.
function mayEnd({ validToMs, expiresAtMs }: FactRow): boolean {
  return validToMs !== undefined || expiresAtMs !== undefined;
}

function sizeOf(text: string): number {
  return text.length + CHARS_OF_FACT;
}
