// The best few of many, by a heap whose root is the worst of those kept.

/** Keeps the `k` largest numbers offered. */
export class KthBest {
  readonly #heap: number[] = [];

  constructor(readonly k: number) {}

  /** The smallest of the `k` largest; 0 while fewer were offered. */
  get worst(): number {
    return this.#heap.length < this.k ? 0 : this.#heap[0] ?? 0;
  }

  offer(value: number): void {
    const heap = this.#heap;
    if (heap.length < this.k) {
      heap.push(value);
      for (let at = heap.length - 1; at > 0;) {
        const parent = (at - 1) >>> 1;
        if ((heap[parent] ?? 0) <= (heap[at] ?? 0)) return;
        swap(heap, at, parent);
        at = parent;
      }
    } else if (value > (heap[0] ?? 0)) {
      heap[0] = value;
      this.#sink();
    }
  }

  #sink(): void {
    const heap = this.#heap;
    for (let at = 0;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) return;
      if (child + 1 < heap.length && (heap[child + 1] ?? 0) < (heap[child] ?? 0)) child++;
      if ((heap[at] ?? 0) <= (heap[child] ?? 0)) return;
      swap(heap, at, child);
      at = child;
    }
  }
}

/** The first `k` of `values` in the order of `compare`, without sorting them all. */
export function firstOf<T>(values: Iterable<T>, k: number, compare: (a: T, b: T) => number): T[] {
  const kept: T[] = [];
  for (const value of values) {
    const last = kept.at(-1);
    if (kept.length >= k && last !== undefined && compare(value, last) >= 0) continue;
    let low = 0;
    let high = kept.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = kept[middle];
      if (other !== undefined && compare(other, value) <= 0) low = middle + 1;
      else high = middle;
    }
    kept.splice(low, 0, value);
    if (kept.length > k) kept.pop();
  }
  return kept;
}

/** Both lists in one, in order; each is in order, and they share no number. */
export function mergeSorted(a: readonly number[], b: readonly number[]): readonly number[] {
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  const merged: number[] = [];
  let other = 0;
  for (const number of a) {
    for (; other < b.length && (b[other] ?? 0) < number; other++) merged.push(b[other] ?? 0);
    merged.push(number);
  }
  for (; other < b.length; other++) merged.push(b[other] ?? 0);
  return merged;
}

function swap(heap: number[], a: number, b: number): void {
  const kept = heap[a] ?? 0;
  heap[a] = heap[b] ?? 0;
  heap[b] = kept;
}
