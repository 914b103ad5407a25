// How much the namespaces hold that were written to last. Every add asks, and where nothing has
// ended it need not be looked for. As with the newest facts of a subject, what is not certain is forgotten.

import type { FactCounts } from "../memory/store.ts";

// Some 100 bytes each; then all are forgotten at once.
const NAMESPACES_MAX = 4_096;

/** For the transactions of one store, one after the other; its owner clears it between two of them. */
export class NamespaceCounts {
  readonly #counts = new Map<string, FactCounts>();

  /** The counts of a namespace; `read` looks them up when they are not known. */
  of(namespace: string, read: () => FactCounts): FactCounts {
    const known = this.#counts.get(namespace);
    if (known !== undefined) return known;
    const counts = read();
    if (this.#counts.size >= NAMESPACES_MAX) this.#counts.clear();
    this.#counts.set(namespace, counts);
    return counts;
  }

  /** A write has counted so many more. */
  add(namespace: string, { facts, live, bytes }: FactCounts): void {
    const known = this.#counts.get(namespace);
    if (known === undefined) return;
    this.#counts.set(namespace, {
      facts: known.facts + facts,
      live: known.live + live,
      bytes: known.bytes + bytes,
    });
  }

  /** Forgets all. */
  clear(): void {
    this.#counts.clear();
  }
}
