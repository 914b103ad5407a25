// Which digests the live facts have of the subjects that were written to last. Every add asks whether the
// same fact is there already, and mostly it is not. An index in order of digests would say so, too, but
// then each add writes a page of it, another one each time: those pages were a third of the log. As with
// the newest facts of a subject, what is not certain is forgotten and read again.

import type { FactRow } from "../memory/store.ts";
import { DigestSet } from "./_digest_set.ts";
import { type Kept, KeptSubjects, type Subject } from "./_kept_subjects.ts";

/** Places of all digests together, of eight bytes each: 16 MB. */
const PLACES_MAX = 1 << 21;
/** Of a subject with more of them, each add looks through its part of the index: some milliseconds. */
const PLACES_OF_SUBJECT_MAX = PLACES_MAX / 4;
// A subject takes some hundred bytes besides its digests.
const PLACES_OF_SUBJECT = 16;

interface Entry extends Kept {
  /** Of all its live facts; absent: there are too many. */
  readonly digests?: DigestSet;
}

/** For the transactions of one store, one after the other; its owner clears it between two of them. */
export class SubjectDigests {
  readonly #kept = new KeptSubjects<Entry>(PLACES_MAX);

  /**
   * False when no live fact of the subject has the digest; `read` looks up those of all of them when they
   * are not known.
   */
  mayHold(subject: Subject, digest: number, read: () => Iterable<number>): boolean {
    const { digests } = this.#kept.get(subject) ?? this.#keep(subject, read());
    return digests === undefined || digests.has(digest);
  }

  /** A row was added. */
  added(row: FactRow, digest: number): void {
    const entry = this.#kept.get(row);
    if (entry?.digests === undefined || row.state !== "live") return;
    const { digests } = entry;
    const before = digests.places;
    digests.add(digest);
    if (digests.places > PLACES_OF_SUBJECT_MAX) this.#kept.set(row, { size: PLACES_OF_SUBJECT });
    else if (digests.places > before) this.#kept.grow(entry, digests.places - before);
  }

  /** Something else happened to facts of this subject. */
  changed(subject: Subject): void {
    this.#kept.forget(subject);
  }

  /** Forgets all. */
  clear(): void {
    this.#kept.clear();
  }

  #keep(subject: Subject, found: Iterable<number>): Entry {
    const digests = new DigestSet();
    for (const digest of found) {
      digests.add(digest);
      if (digests.places <= PLACES_OF_SUBJECT_MAX) continue;
      const entry = { size: PLACES_OF_SUBJECT };
      this.#kept.set(subject, entry);
      return entry;
    }
    const entry = { digests, size: PLACES_OF_SUBJECT + digests.places };
    this.#kept.set(subject, entry);
    return entry;
  }
}
