// Which request states were used: each may be used once, so that a person's yes to one call is not a
// yes to two. A state that has expired is refused anyway and need not be remembered.

import type { Clock } from "../base/clock.ts";

/** Remembers the states that were used. */
export interface UsedStates {
  /**
   * Marks a state as used, until the time (milliseconds since 1970) from which it is refused anyway.
   * `used` if it had been used before; `full` if no further one can be remembered now, which is a
   * refusal, too: a state that is forgotten could be used twice.
   */
  use(id: string, expiresMs: number): "first" | "used" | "full";
}

/** Remembers them in this process, up to a number. */
export class UsedStateMap implements UsedStates {
  readonly #clock: Clock;
  readonly #most: number;
  /** When each expires, in the order of use. */
  readonly #expiries = new Map<string, number>();

  constructor(clock: Clock, most: number) {
    this.#clock = clock;
    this.#most = most;
  }

  use(id: string, expiresMs: number): "first" | "used" | "full" {
    if (this.#expiries.has(id)) return "used";
    if (this.#expiries.size >= this.#most) this.#forgetExpired();
    if (this.#expiries.size >= this.#most) return "full";
    this.#expiries.set(id, expiresMs);
    return "first";
  }

  #forgetExpired(): void {
    const now = this.#clock.now();
    for (const [id, expiresMs] of this.#expiries) if (expiresMs <= now) this.#expiries.delete(id);
  }
}
