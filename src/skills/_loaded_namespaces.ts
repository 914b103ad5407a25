// The namespaces that are in RAM, up to date with whatever any process has committed. Nothing here is
// worth keeping: a namespace that was dropped is read again from the store when it is used.

import { createTokenizer } from "../memory/tokenizer.ts";
import { SkillIndex } from "./_skill_index.ts";
import type { SkillWatcher } from "./skill_watcher.ts";
import type { SkillRow, SkillStore } from "./store.ts";

// Namespaces in RAM: at a few kB a skill, some MB in the common case.
const LOADED_NAMESPACES_MAX = 256;

/** Indexes by namespace, the most recently used ones. */
export class LoadedNamespaces {
  readonly #store: SkillStore;
  readonly #tokenizer = createTokenizer();
  // In order of use, the latest last.
  readonly #indexes = new Map<string, SkillIndex>();
  #revision = 0;
  #dataVersion: number | undefined;
  /** Is told of every change; absent: nobody wants to know. */
  watcher: SkillWatcher | undefined;

  constructor(store: SkillStore) {
    this.#store = store;
  }

  /** Says that this process has committed, which the store's data version does not show. */
  markStale(): void {
    this.#dataVersion = undefined;
  }

  /** The index of a namespace with everything that is committed by now. */
  index(namespace: string): SkillIndex {
    this.#catchUp();
    const index = this.#indexes.get(namespace) ??
      new SkillIndex(this.#tokenizer, this.#store.newestOf(namespace));
    this.#indexes.delete(namespace);
    this.#indexes.set(namespace, index);
    for (const name of this.#indexes.keys()) {
      if (this.#indexes.size <= LOADED_NAMESPACES_MAX) break;
      this.#indexes.delete(name);
    }
    return index;
  }

  /** Takes in what is committed by now, and tells of it. */
  follow(): void {
    this.#catchUp();
  }

  clear(): void {
    this.#indexes.clear();
  }

  // Both numbers are read before the rows: what is committed in between is read again next time.
  #catchUp(): void {
    const dataVersion = this.#store.dataVersion();
    if (dataVersion === this.#dataVersion) return;
    const revision = this.#store.revision();
    if (this.#indexes.size > 0 || this.watcher !== undefined) {
      for (const row of this.#store.changesSince(this.#revision)) this.#put(row);
    }
    this.#revision = revision;
    this.#dataVersion = dataVersion;
  }

  #put(row: SkillRow): void {
    const index = this.#indexes.get(row.namespace);
    const isNew = index?.has(row.name) !== true;
    index?.put(row);
    this.watcher?.({ namespace: row.namespace, name: row.name, isListChange: isNew });
  }
}
