// The resources of which anybody wishes to hear, each watched once for all who do.

/** Begins to watch one resource, by its canonical URI; the returned function ends it. */
export type WatchResource = (uri: string) => () => void;

interface Watched {
  wishes: number;
  stop: (() => void) | undefined;
}

/** Counts wishes by resource. */
export class WatchedResources {
  readonly #onFault: (thrown: unknown) => void;
  readonly #watched = new Map<string, Watched>();
  #watch: WatchResource | undefined;

  /** `onFault` takes what a watcher throws. */
  constructor(onFault: (thrown: unknown) => void) {
    this.#onFault = onFault;
  }

  /** Says how a resource is watched. */
  watchBy(watch: WatchResource): void {
    this.#watch = watch;
    for (const [uri, watched] of this.#watched) watched.stop ??= this.#begin(uri);
  }

  /** Somebody wishes to hear of a resource. */
  add(uri: string): void {
    const watched = this.#watched.get(uri);
    if (watched !== undefined) watched.wishes++;
    else this.#watched.set(uri, { wishes: 1, stop: this.#begin(uri) });
  }

  /** Somebody no longer does; nothing happens for what is no resource. */
  remove(uri: string | undefined): void {
    const watched = uri === undefined ? undefined : this.#watched.get(uri);
    if (uri === undefined || watched === undefined || --watched.wishes > 0) return;
    this.#watched.delete(uri);
    this.#end(watched);
  }

  /** Watches nothing more; safe to call twice. */
  close(): void {
    for (const watched of this.#watched.values()) this.#end(watched);
    this.#watched.clear();
  }

  #begin(uri: string): (() => void) | undefined {
    try {
      return this.#watch?.(uri);
    } catch (thrown) {
      this.#onFault(thrown);
      return undefined;
    }
  }

  #end({ stop }: Watched): void {
    try {
      stop?.();
    } catch (thrown) {
      this.#onFault(thrown);
    }
  }
}
