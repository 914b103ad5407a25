// Names in order, for whoever browses: pages, and names that begin alike. Looked up by halving; a new
// name moves those behind it, which for some thousands is a matter of microseconds.

import type { SkillNames } from "./skill.ts";

/** Text in the order of its UTF-16 units, the same on every runtime. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Distinct names in order. */
export class SortedNames {
  readonly #names: string[];

  constructor(names: readonly string[]) {
    this.#names = names.toSorted(compareText);
  }

  /** Adds a name that is not there yet. */
  add(name: string): void {
    this.#names.splice(this.#firstPlace((other) => other > name), 0, name);
  }

  /** The first `limit` names after one, which need not be there; from the start without one. */
  after(name: string | undefined, limit: number): readonly string[] {
    const start = name === undefined ? 0 : this.#firstPlace((other) => other > name);
    return this.#names.slice(start, start + limit);
  }

  /** The first `limit` names that begin so. */
  startingWith(prefix: string, limit: number): SkillNames {
    const start = this.#firstPlace((name) => name >= prefix);
    const end = this.#firstPlace((name) => name.slice(0, prefix.length) > prefix);
    const total = end - start;
    return {
      values: this.#names.slice(start, Math.min(end, start + limit)),
      total,
      hasMore: total > limit,
    };
  }

  /** The first place from which on a condition holds; it must hold for all behind. */
  #firstPlace(holds: (name: string) => boolean): number {
    let [low, high] = [0, this.#names.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (holds(this.#names[middle] ?? "")) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
