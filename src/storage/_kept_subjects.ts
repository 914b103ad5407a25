// What is kept of the subjects that were written to last, within a bound on all of it together.

import type { FactRow } from "../memory/store.ts";

/** What tells a subject from others. */
export type Subject = Pick<FactRow, "namespace" | "subject">;

/** What is kept of one subject; `size` is in units of the owner, who says by `grow` how it changes. */
export interface Kept {
  size: number;
}

/** One thing of each subject, as long as there is room. */
export class KeptSubjects<One extends Kept> {
  readonly #sizeMax: number;
  // The one used longest ago first.
  readonly #kept = new Map<string, One>();
  #size = 0;

  constructor(sizeMax: number) {
    this.#sizeMax = sizeMax;
  }

  /** What is kept of a subject; looking counts as using it. */
  get(subject: Subject): One | undefined {
    const key = keyOf(subject);
    const one = this.#kept.get(key);
    // While there is room, nothing is forgotten, and the order need not be kept.
    if (one === undefined || 2 * this.#size < this.#sizeMax) return one;
    this.#kept.delete(key);
    this.#kept.set(key, one);
    return one;
  }

  /** Keeps `one` in place of what was kept. */
  set(subject: Subject, one: One): void {
    this.forget(subject);
    this.#kept.set(keyOf(subject), one);
    this.#size += one.size;
    this.#makeRoom();
  }

  /** Something that is kept has become larger, or smaller. */
  grow(one: One, by: number): void {
    one.size += by;
    this.#size += by;
    this.#makeRoom();
  }

  forget(subject: Subject): void {
    const key = keyOf(subject);
    const one = this.#kept.get(key);
    if (one !== undefined) this.#drop(key, one);
  }

  /** Forgets all. */
  clear(): void {
    this.#kept.clear();
    this.#size = 0;
  }

  #makeRoom(): void {
    if (this.#size <= this.#sizeMax) return;
    for (const [key, one] of this.#kept) {
      this.#drop(key, one);
      if (this.#size <= this.#sizeMax) return;
    }
  }

  #drop(key: string, one: One): void {
    this.#kept.delete(key);
    this.#size -= one.size;
  }
}

// The name of a namespace holds no line break.
function keyOf({ namespace, subject }: Subject): string {
  return `${namespace}\n${subject}`;
}
