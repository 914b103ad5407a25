// Which digests the live facts have of the subjects that were written to last, and where those facts
// stand. Every add asks whether the same fact is there already, and mostly it is not. An index in order
// of digests would say so, too, but then each add writes a page of it, another one each time: those pages
// were a third of the log. What is not certain is forgotten and read again; a change of one fact is not a
// reason for that, for a subject may have any number of others.

import type { FactRow } from "../memory/store.ts";
import { DigestRows, SOME_ROWS } from "./_digest_rows.ts";
import { type Kept, KeptSubjects, type Subject } from "./_kept_subjects.ts";

/** Places of all digests together, of twelve bytes each: 24 MB. */
const PLACES_MAX = 1 << 21;
/** Of a subject with more of them, each add looks through its part of the index: tens of milliseconds. */
const PLACES_OF_SUBJECT_MAX = PLACES_MAX / 4;
// A subject takes some hundred bytes besides its digests.
const PLACES_OF_SUBJECT = 16;

/** A live fact as it is looked up. */
export interface DigestedRow {
  readonly digest: number;
  /** Its place in the table. */
  readonly number: number;
}

// What is known of all live facts of a subject. Reading them takes ten times as long as looking through
// them, so that is done when somebody asks again: where others write, too, all is forgotten every time.
interface Entry extends Kept {
  readonly rows: DigestRows | "asked once" | "too many";
}

/** For the transactions of one store, one after the other; its owner clears it between two of them. */
export class SubjectDigests {
  readonly #kept = new KeptSubjects<Entry>(PLACES_MAX);

  /**
   * The number of the one live fact of the subject with that digest, NO_ROW, or SOME_ROWS where the table
   * has to be asked; `read` looks up all of the subject when they are asked for again and not known.
   */
  rowOf(subject: Subject, digest: number, read: () => Iterable<DigestedRow>): number {
    const entry = this.#kept.get(subject);
    const { rows } = entry === undefined
      ? this.#keep(subject, "asked once")
      : entry.rows === "asked once"
      ? this.#keepAll(subject, read())
      : entry;
    return typeof rows === "string" ? SOME_ROWS : rows.get(digest);
  }

  /** A row was added, at that place in the table. */
  added(row: FactRow, digest: number, number: number): void {
    const entry = this.#kept.get(row);
    if (entry === undefined || typeof entry.rows === "string" || row.state !== "live") return;
    const { rows } = entry;
    const before = rows.places;
    rows.add(digest, number);
    if (rows.places > PLACES_OF_SUBJECT_MAX) this.#keep(row, "too many");
    else if (rows.places > before) this.#kept.grow(entry, rows.places - before);
  }

  /** A fact that was live is so no more. */
  ended(subject: Subject, digest: number): void {
    const rows = this.#kept.get(subject)?.rows ?? "asked once";
    if (typeof rows !== "string") rows.remove(digest);
  }

  /** Something else happened to facts of this subject. */
  changed(subject: Subject): void {
    this.#kept.forget(subject);
  }

  /** Forgets all. */
  clear(): void {
    this.#kept.clear();
  }

  #keepAll(subject: Subject, found: Iterable<DigestedRow>): Entry {
    const rows = new DigestRows();
    for (const { digest, number } of found) {
      rows.add(digest, number);
      if (rows.places > PLACES_OF_SUBJECT_MAX) return this.#keep(subject, "too many");
    }
    return this.#keep(subject, rows);
  }

  #keep(subject: Subject, rows: Entry["rows"]): Entry {
    const places = typeof rows === "string" ? 0 : rows.places;
    const entry = { rows, size: PLACES_OF_SUBJECT + places };
    this.#kept.set(subject, entry);
    return entry;
  }
}
