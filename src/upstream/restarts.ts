// When a mounted server that ended, or could not be started, is started again: at once after a steady
// run, then later and later, and after too many failures in a row not at all.

import type { Clock } from "../base/clock.ts";

/** How long a server has to run before its earlier failures are forgotten. */
export const STEADY_MS = 60_000;

const FIRST_DELAY_MS = 500;
const DELAY_MS_MAX = 60_000;

/** Counts the failures of one server. */
export class Restarts {
  readonly #clock: Clock;
  readonly #failuresMax: number;
  #failures = 0;
  #total = 0;
  #startedMs: number | undefined;

  constructor(clock: Clock, failuresMax: number) {
    this.#clock = clock;
    this.#failuresMax = failuresMax;
  }

  /** Starts after the first one. */
  get total(): number {
    return this.#total;
  }

  /** It runs. */
  started(): void {
    this.#startedMs = this.#clock.monotonicMs();
  }

  /** It ended or could not be started; how long to wait, undefined: it is given up. */
  next(): number | undefined {
    const ranMs = this.#startedMs === undefined ? 0 : this.#clock.monotonicMs() - this.#startedMs;
    const hasRun = this.#startedMs !== undefined;
    this.#startedMs = undefined;
    if (ranMs >= STEADY_MS) this.#failures = 0;
    if (this.#failures >= this.#failuresMax) return undefined;
    const failures = this.#failures++;
    this.#total++;
    // What has run is missed by whoever works with it, and gets one chance at once.
    if (failures === 0 && hasRun) return 0;
    return Math.min(DELAY_MS_MAX, FIRST_DELAY_MS * 2 ** Math.min(failures, 20));
  }
}
