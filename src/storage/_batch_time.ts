// How long a batch of writes may hold up the event loop. Queries wait for milliseconds even behind a crowd
// of writers; while nobody reads, more writes share a transaction, and with it the pages that it writes.

import type { Clock } from "../base/clock.ts";

// Four milliseconds stored no more facts a second beside queries and kept these waiting a fifth longer;
// one stored a tenth less for little.
const BATCH_MS = 2;
// With 256 writers, a tenth less CPU time a write; longer ones gain little.
const LONG_BATCH_MS = 5;
// After the last read.
const QUIET_MS = 1_000;

/** Of one writer: when the next batch ends. */
export class BatchTime {
  readonly #clock: Clock;
  #hasReaders = false;
  // When that was noticed last.
  #readMs = -Infinity;
  #commitMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Somebody reads. */
  noteReader(): void {
    this.#hasReaders = true;
  }

  /** Until when, on the monotonic clock, a batch that begins now takes in writes. */
  endMs(): number {
    const nowMs = this.#clock.monotonicMs();
    if (this.#hasReaders) this.#readMs = nowMs;
    this.#hasReaders = false;
    const isQuiet = nowMs - this.#readMs > QUIET_MS;
    // As long as a commit takes where that is longer: else most of the time would go to the disk, or to
    // other processes. Beside readers within bounds.
    if (isQuiet) return nowMs + Math.max(LONG_BATCH_MS, this.#commitMs);
    return nowMs + Math.min(LONG_BATCH_MS, Math.max(BATCH_MS, this.#commitMs));
  }

  /** Runs a commit and keeps how long it took. */
  time(commit: () => void): void {
    const startMs = this.#clock.monotonicMs();
    commit();
    this.#commitMs = this.#clock.monotonicMs() - startMs;
  }
}
