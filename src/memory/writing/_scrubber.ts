// Sees an erasure through to its end: all holders of copies forget, the store empties its log, and only
// then is it noted as done. What was held up is tried again: with the next erasure, after a while, when
// the memory is closed, or when it is opened again after its process was killed.

import type { CancelTimer, Clock } from "../../base/clock.ts";
import type { CopyHolder, ErasedFact } from "../copy_holder.ts";
import type { MemoryStore } from "../store.ts";

/** Options of a Scrubber. */
export interface ScrubberOptions {
  readonly store: MemoryStore;
  readonly holders: readonly CopyHolder[];
  readonly clock: Clock;
  /** Notes in the store that everything up to a revision is gone. */
  readonly settle: (revision: number) => Promise<void>;
  /** Is told when a try in the background fails. */
  readonly onFault: (thrown: unknown) => void;
}

// A reader that held up one try is mostly gone at the next; one that stays costs a try a minute.
const FIRST_RETRY_MS = 1_000;
const RETRY_MS_MAX = 60_000;

/** The one place from which a memory is scrubbed; its tries never overlap. */
export class Scrubber {
  readonly #options: ScrubberOptions;
  // Facts of erasures that no try has taken up; undefined when some of them are not known.
  #erased: readonly ErasedFact[] | undefined = [];
  #running: Promise<unknown> = Promise.resolve();
  #next: Promise<boolean> | undefined;
  #retryMs = FIRST_RETRY_MS;
  #cancelRetry: CancelTimer | undefined;
  #isClosed = false;

  constructor(options: ScrubberOptions) {
    this.#options = options;
  }

  /**
   * Removes what these facts left behind, or whatever is pending. Calls that wait at the same time
   * share one try. False when something is left; it is tried again without being asked.
   */
  scrub(erased: readonly ErasedFact[] | undefined): Promise<boolean> {
    this.#erased = erased === undefined ? undefined : this.#erased?.concat(erased);
    if (this.#next !== undefined) return this.#next;
    const next = this.#running.then(() => {
      this.#next = undefined;
      return this.#try();
    });
    this.#next = next;
    // The caller has the outcome; the next try only waits for the end of this one.
    this.#running = next.then(() => {}, () => {});
    return next;
  }

  /** As `scrub`, for nobody who waits; a fault goes to `onFault`. */
  scrubBehind(erased: readonly ErasedFact[] | undefined): void {
    this.scrub(erased).catch(this.#options.onFault);
  }

  /** Tries what is pending a last time; resolves when nothing runs any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const isWaiting = this.#cancelRetry !== undefined;
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
    if (isWaiting) this.scrubBehind([]);
    await this.#running;
  }

  async #try(): Promise<boolean> {
    const erased = this.#erased;
    this.#erased = [];
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
    let areCopiesGone = false;
    let isDone = false;
    try {
      const revision = this.#options.store.scrubPending();
      areCopiesGone = await this.#isForgotten(erased);
      isDone = await this.#isScrubbed(revision) && areCopiesGone;
      if (isDone && revision > 0) await this.#options.settle(revision);
      return isDone;
    } finally {
      if (isDone) this.#retryMs = FIRST_RETRY_MS;
      else this.#retryLater(areCopiesGone);
    }
  }

  /** Has all holders forget; false when a copy is left. */
  async #isForgotten(erased: readonly ErasedFact[] | undefined): Promise<boolean> {
    if (erased?.length === 0) return true;
    const answers: boolean[] = [];
    for (const holder of this.#options.holders) answers.push(await holder.forget(erased));
    return !answers.includes(false);
  }

  // What another process erased may be settled by now; then only the holders here are left.
  async #isScrubbed(revision: number): Promise<boolean> {
    return revision === 0 || await this.#options.store.scrub();
  }

  /**
   * Holders that have forgotten are not asked again: who must forget what nobody knows any more forgets
   * everything, of all clients, and a reader that holds up the log is no reason for that.
   */
  #retryLater(areCopiesGone: boolean): void {
    if (!areCopiesGone) this.#erased = undefined;
    if (this.#isClosed) return;
    this.#cancelRetry = this.#options.clock.after(this.#retryMs, () => this.scrubBehind([]));
    this.#retryMs = Math.min(2 * this.#retryMs, RETRY_MS_MAX);
  }
}
