// Tells whoever watches what happens to facts: what was written, and what begins or ends by the passing of
// time.

import type { FactWatcher } from "../fact_watcher.ts";
import type { ErasedFact } from "../copy_holder.ts";
import type { FactRow } from "../store.ts";
import { Moments, type MomentsOptions } from "./_moments.ts";

/** The facts of all namespaces, as somebody sees them who watches. */
export class WatchedFacts {
  readonly #moments: Moments;
  #watcher: FactWatcher | undefined;

  constructor(options: Omit<MomentsOptions, "tell">) {
    this.#moments = new Moments({
      ...options,
      tell: (namespace, id) =>
        this.#watcher?.({ namespace, id, isListChange: true, isErased: false }),
    });
  }

  /** Has `watcher` told from now on, in place of the one before; undefined: nobody. */
  watch(watcher: FactWatcher | undefined): void {
    this.#watcher = watcher;
    if (watcher !== undefined) this.#moments.start();
    // It tells nothing any more; only what ends it waits for it.
    else void this.#moments.stop();
  }

  /** To be called when a namespace has come into RAM. */
  loaded(namespace: string): void {
    this.#moments.loaded(namespace);
  }

  /** To be called after a row was put. */
  put(row: FactRow, { isNew }: { readonly isNew: boolean }): void {
    if (this.#watcher === undefined) return;
    const { namespace, id, state } = row;
    this.#moments.put(row);
    this.#watcher({ namespace, id, isListChange: isNew || state !== "live", isErased: false });
  }

  /** To be called after a fact was erased. */
  erased({ namespace, id }: ErasedFact): void {
    this.#watcher?.({ namespace, id, isListChange: true, isErased: true });
  }

  /** Tells nothing more; resolves when nothing is looked through any more. */
  async close(): Promise<void> {
    this.#watcher = undefined;
    await this.#moments.stop();
  }
}
