// The one timer of all tasks: goes off when the first of them is due, and is set anew after each look.

import type { CancelTimer, Clock } from "../base/clock.ts";

// A timer that is set for longer than some weeks goes off at once; one that finds a fault of the storage
// each time must not do so at once.
const WAIT_MS_MAX = 3_600_000;
const WAIT_MS_MIN = 1_000;

/** Has `sweep` run when it is due. */
export class SweepTimer {
  readonly #clock: Clock;
  readonly #sweep: () => void;
  #cancel: CancelTimer = () => {};
  #isClosed = false;

  constructor(clock: Clock, sweep: () => void) {
    this.#clock = clock;
    this.#sweep = sweep;
  }

  /** Waits for that time, at most an hour and at least a second, in place of what it waited for. */
  set(dueMs: number | undefined): void {
    this.#cancel();
    if (dueMs === undefined || this.#isClosed) return;
    const waitMs = Math.min(Math.max(dueMs - this.#clock.now(), WAIT_MS_MIN), WAIT_MS_MAX);
    this.#cancel = this.#clock.after(waitMs, this.#sweep);
  }

  /** Safe to call twice. */
  close(): void {
    this.#isClosed = true;
    this.#cancel();
  }
}
