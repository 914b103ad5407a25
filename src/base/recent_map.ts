// A map of bounded size that keeps what was written lately. It is two maps: when the newer one is full,
// it becomes the older one, and what that held is forgotten at once. To take out the oldest entry of one
// map instead would cost more the more were taken out, which whoever makes up names could use.

/** Keeps the entries that were written last, at least half of its size of them. */
export class RecentMap<Value> {
  readonly #halfMax: number;
  #newer = new Map<string, Value>();
  #older = new Map<string, Value>();

  constructor(entriesMax: number) {
    this.#halfMax = Math.ceil(entriesMax / 2);
  }

  /** How many entries are kept; one that was written anew may count twice. */
  get size(): number {
    return this.#newer.size + this.#older.size;
  }

  /** The value of a name; undefined where there is none, or it was forgotten. */
  get(name: string): Value | undefined {
    return this.#newer.get(name) ?? this.#older.get(name);
  }

  /** Keeps a value. */
  set(name: string, value: Value): void {
    if (this.#newer.size >= this.#halfMax && !this.#newer.has(name)) {
      this.#older = this.#newer;
      this.#newer = new Map();
    }
    this.#newer.set(name, value);
  }
}
