// Used states as they would be kept in memory: the model of those in a file.

import type { UsedStates } from "../../src/auth/used_states.ts";
import type { Clock } from "../../src/base/clock.ts";

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
