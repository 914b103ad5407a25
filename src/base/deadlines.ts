// One sweeper for many waits of one concern: calls, questions to a client, body reads. A wait costs
// an entry in a set and no look at the clock: it is counted in ticks of a single timer, which runs only
// while there are waits. A deadline is met up to two ticks late, which is fine for bounds in seconds.

import type { CancelTimer, Clock } from "./clock.ts";

/** A wait that can be called off; safe to call twice and after it expired. */
export interface Deadline {
  cancel(): void;
}

/** Options of Deadlines. */
export interface DeadlinesOptions {
  readonly clock: Clock;
  /** How often the sweeper looks. */
  readonly tickMs?: number;
}

interface Wait {
  readonly dueTick: number;
  readonly expire: () => void;
}

const TICK_MS = 250;

/** Runs a callback for each wait that outlives its time, with one timer for all. */
export class Deadlines {
  readonly #clock: Clock;
  readonly #tickMs: number;
  readonly #waits = new Set<Wait>();
  #cancelTick: CancelTimer | undefined;
  #tick = 0;

  constructor(options: DeadlinesOptions) {
    this.#clock = options.clock;
    this.#tickMs = options.tickMs ?? TICK_MS;
  }

  /** How many waits run. */
  get size(): number {
    return this.#waits.size;
  }

  /** Starts a wait; `expire` runs once, unless it is cancelled first. */
  add(delayMs: number, expire: () => void): Deadline {
    // One more tick, because the current one may be almost over.
    const wait = { dueTick: this.#tick + 1 + Math.ceil(delayMs / this.#tickMs), expire };
    this.#waits.add(wait);
    if (this.#cancelTick === undefined) this.#arm();
    return { cancel: () => void this.#waits.delete(wait) };
  }

  /** Forgets all waits without running them. */
  close(): void {
    this.#waits.clear();
    this.#cancelTick?.();
    this.#cancelTick = undefined;
  }

  #arm(): void {
    this.#cancelTick = this.#clock.after(this.#tickMs, () => this.#sweep());
  }

  #sweep(): void {
    this.#cancelTick = undefined;
    this.#tick++;
    for (const wait of this.#waits) {
      if (wait.dueTick > this.#tick) continue;
      this.#waits.delete(wait);
      wait.expire();
    }
    if (this.#waits.size > 0) this.#arm();
  }
}
