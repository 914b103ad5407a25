// The indexes of all namespaces in RAM, and how far they have followed the store. Rows reach an index
// in two ways that may overlap: handed over by the write that stored them, or read back because
// somebody else wrote. A row that is known in its revision is not applied twice.

import { CandidateSearch } from "./_candidates.ts";
import { TextIndex } from "./_text_index.ts";
import type { FactRow, MemoryStore } from "./store.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** One namespace in RAM. */
export interface IndexedNamespace {
  readonly index: TextIndex;
  readonly candidates: CandidateSearch;
}

/** Follows one store. */
export class Catalog {
  readonly #store: MemoryStore;
  readonly #tokenizer: Tokenizer;
  readonly #namespaces = new Map<string, IndexedNamespace>();
  // All rows up to this revision are in the indexes.
  #revision = 0;
  #dataVersion = -1;

  constructor(store: MemoryStore, tokenizer: Tokenizer) {
    this.#store = store;
    this.#tokenizer = tokenizer;
  }

  get revision(): number {
    return this.#revision;
  }

  get namespaces(): ReadonlyMap<string, IndexedNamespace> {
    return this.#namespaces;
  }

  /** Applies what other processes wrote since the last look. */
  follow(): void {
    const dataVersion = this.#store.dataVersion();
    if (dataVersion === this.#dataVersion) return;
    this.#readChanges();
    this.#dataVersion = dataVersion;
  }

  /** Applies the rows of a write of ours that is on disk; `revision` is that of the write. */
  apply(rows: readonly FactRow[], revision: number): void {
    // A gap: somebody else wrote in between, or another kind of row took a revision.
    if (revision !== this.#revision + 1) {
      if (revision > this.#revision) this.#readChanges();
      return;
    }
    for (const row of rows) this.#put(row);
    this.#revision = revision;
  }

  // The revision is read first: what is committed after that is read again the next time.
  #readChanges(): void {
    const revision = this.#store.revision();
    for (const row of this.#store.changesSince(this.#revision)) this.#put(row);
    this.#revision = revision;
  }

  #put(row: FactRow): void {
    let namespace = this.#namespaces.get(row.namespace);
    if (namespace === undefined) {
      const index = new TextIndex(this.#tokenizer);
      namespace = { index, candidates: new CandidateSearch(index) };
      this.#namespaces.set(row.namespace, namespace);
    }
    namespace.index.put(row);
  }
}
