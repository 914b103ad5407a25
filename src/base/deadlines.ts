// One sweeper for many waits of one concern: calls, questions to a client, body reads. A wait costs
// an entry in a ring and no look at the clock: it is counted in ticks of a single timer, which runs only
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

const TICK_MS = 250;

/** Runs a callback for each wait that outlives its time, with one timer for all. */
export class Deadlines {
  readonly #clock: Clock;
  readonly #tickMs: number;
  /** The ring of waits: this entry is none of them, its neighbours are the first and the last. */
  readonly #ring = new Wait(this, 0, () => {});
  #size = 0;
  #cancelTick: CancelTimer | undefined;
  #tick = 0;

  constructor(options: DeadlinesOptions) {
    this.#clock = options.clock;
    this.#tickMs = options.tickMs ?? TICK_MS;
  }

  /** How many waits run. */
  get size(): number {
    return this.#size;
  }

  /** Starts a wait; `expire` runs once, unless it is cancelled first. */
  add(delayMs: number, expire: () => void): Deadline {
    // One more tick, because the current one may be almost over.
    const dueTick = this.#tick + 1 + Math.ceil(delayMs / this.#tickMs);
    const wait = new Wait(this, dueTick, expire);
    wait.insertBefore(this.#ring);
    this.#size++;
    if (this.#cancelTick === undefined) this.#arm();
    return wait;
  }

  /** Forgets all waits without running them. */
  close(): void {
    for (let wait = this.#ring.next; wait !== this.#ring; wait = this.#ring.next) wait.cancel();
    this.#cancelTick?.();
    this.#cancelTick = undefined;
  }

  /** Called by a wait that left the ring. */
  left(): void {
    this.#size--;
  }

  #arm(): void {
    this.#cancelTick = this.#clock.after(this.#tickMs, () => this.#sweep());
  }

  #sweep(): void {
    this.#cancelTick = undefined;
    this.#tick++;
    const due: Wait[] = [];
    for (let wait = this.#ring.next; wait !== this.#ring; wait = wait.next) {
      if (wait.dueTick <= this.#tick) due.push(wait);
    }
    for (const wait of due) wait.fire();
    // One that fired may have begun another wait, and with it the next tick.
    if (this.#size > 0 && this.#cancelTick === undefined) this.#arm();
  }
}

/** An entry of the ring; out of it, it is its own neighbour. */
class Wait implements Deadline {
  next: Wait = this;
  readonly dueTick: number;
  readonly #owner: Deadlines;
  readonly #expire: () => void;
  #previous: Wait = this;

  constructor(owner: Deadlines, dueTick: number, expire: () => void) {
    this.#owner = owner;
    this.dueTick = dueTick;
    this.#expire = expire;
  }

  insertBefore(other: Wait): void {
    this.next = other;
    this.#previous = other.#previous;
    other.#previous.next = this;
    other.#previous = this;
  }

  cancel(): void {
    if (this.next === this) return;
    this.next.#previous = this.#previous;
    this.#previous.next = this.next;
    this.next = this;
    this.#previous = this;
    this.#owner.left();
  }

  fire(): void {
    if (this.next === this) return;
    this.cancel();
    this.#expire();
  }
}
