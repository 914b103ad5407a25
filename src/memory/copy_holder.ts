// The port of whatever keeps copies of facts outside the store: a snapshot of the index on disk, the
// events of sessions that outlive the process. Forgetting is real only when all of them forget, so
// each is registered with the engine where the program is composed (`MemoryEngineOptions.copyHolders`).

/**
 * A fact that was erased, as far as this process still knows it. What another process erased has no body,
 * for that was gone before anybody could look; and where the namespace is not in RAM, nothing but that.
 */
export interface ErasedFact {
  readonly namespace: string;
  readonly id?: string;
  readonly subject?: string;
  readonly body?: string;
}

/** Something that may hold copies of facts. */
export interface CopyHolder {
  /**
   * Removes every copy of these facts, or, when they are not known any more (undefined: a process
   * ended before its copies were removed), everything that may hold one. Called after the erasure is
   * on disk, once for many, never twice at a time; the same facts may come again. True when no copy is
   * left; after false or a rejection it is called again later, then without knowing the facts.
   */
  forget(erased: readonly ErasedFact[] | undefined): boolean | Promise<boolean>;
}
