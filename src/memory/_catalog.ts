// The indexes of all namespaces in RAM, and how far they have followed the store. Rows reach an index
// in two ways that may overlap: handed over by the write that stored them, or read back because
// somebody else wrote. A row that is known in its revision is not applied twice.

import { CandidateSearch } from "./_candidates.ts";
import { TextIndex } from "./_text_index.ts";
import type { ErasedFact } from "./copy_holder.ts";
import type { Erasures, FactRow, MemoryStore } from "./store.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** One namespace in RAM. */
export interface IndexedNamespace {
  readonly index: TextIndex;
  readonly candidates: CandidateSearch;
}

/** What a write did to the facts. */
export interface AppliedWrite {
  /** Rows that were added or changed. */
  readonly rows: readonly FactRow[];
  /** The row that was erased, as it was. */
  readonly erased?: FactRow | undefined;
  /** Of the write. */
  readonly revision: number;
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

  /** Applies what other processes wrote since the last look; names what they erased. */
  follow(): readonly ErasedFact[] {
    const dataVersion = this.#store.dataVersion();
    if (dataVersion === this.#dataVersion) return [];
    const erased = this.#readChanges();
    this.#dataVersion = dataVersion;
    return erased;
  }

  /** Applies a write of ours that is on disk; names what others erased before it. */
  apply({ rows, erased, revision }: AppliedWrite): readonly ErasedFact[] {
    if (erased !== undefined) {
      this.#namespaces.get(erased.namespace)?.index.remove(erased.id, erased);
    }
    // A gap: somebody else wrote in between, or another kind of row took a revision.
    if (revision !== this.#revision + 1) {
      return revision > this.#revision ? this.#readChanges() : [];
    }
    for (const row of rows) this.#put(row);
    this.#revision = revision;
    return [];
  }

  // The revision is read first: what is committed after that is read again the next time.
  #readChanges(): readonly ErasedFact[] {
    const revision = this.#store.revision();
    const erased = this.#store.erasuresSince(this.#revision)
      .flatMap((erasures) => this.#removeErased(erasures));
    for (const row of this.#store.changesSince(this.#revision)) this.#put(row);
    this.#revision = revision;
    return erased;
  }

  // Only the store knows for certain: a digest may fit another id.
  #removeErased({ namespace, mayHold }: Erasures): readonly ErasedFact[] {
    const index = this.#namespaces.get(namespace)?.index;
    if (index === undefined) return [];
    const ids = [...index.table.ids()].filter(mayHold);
    const rows = this.#store.facts(namespace, ids);
    const erased = ids.filter((_, at) => rows[at] === undefined).map((id) => {
      const subject = index.table.subject(index.table.slotOf(id) ?? 0);
      return { namespace, id, subject };
    });
    for (const { id } of erased) index.remove(id);
    return erased;
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
