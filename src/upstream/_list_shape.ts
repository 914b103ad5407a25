// Notices that a list is another one than before.

/** A list, as far as its changes are told. */
export class ListShape {
  readonly #listeners = new Set<() => void>();
  #shape = "[]";

  /** Has a listener told of changes, until the returned function is called. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Tells listeners if the list is not the one before. */
  tellIfNew(list: readonly unknown[]): void {
    const shape = JSON.stringify(list);
    if (shape === this.#shape) return;
    this.#shape = shape;
    for (const listener of this.#listeners) listener();
  }

  /** Forgets who listens. */
  clear(): void {
    this.#listeners.clear();
  }
}
