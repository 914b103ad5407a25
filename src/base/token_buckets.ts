// How often each of many may do something: a bucket of tokens for every name, which fills steadily and
// from which each use takes one. A bucket is kept as one number, the time at which it is full again, so
// it needs no timer, and one that was never used or is full again looks the same.

import { RecentMap } from "./recent_map.ts";

/** How a bucket fills, and how many are kept. */
export interface TokenBucketsOptions {
  /** Tokens that come back in a second. */
  readonly perSecond: number;
  /** Tokens of a full bucket: so many uses may come at once. */
  readonly burst: number;
  /** Buckets that are kept; those used longest ago, which are the fullest, are forgotten beyond that. */
  readonly bucketsMax?: number;
}

// Some 100 bytes each. Whoever can come under more names than that has a bucket for each anyway.
const BUCKETS_MAX = 20_000;
// Fractions of a token that are lost in the arithmetic are not waited for.
const LOST_TOKEN_MAX = 1e-6;

/** Buckets by name. Times are milliseconds of a steady clock. */
export class TokenBuckets {
  readonly #tokenMs: number;
  readonly #fullMs: number;
  /** When the bucket of a name is full again. */
  readonly #fullAtMs: RecentMap<number>;

  constructor({ perSecond, burst, bucketsMax = BUCKETS_MAX }: TokenBucketsOptions) {
    this.#tokenMs = 1_000 / perSecond;
    this.#fullMs = burst * this.#tokenMs;
    this.#fullAtMs = new RecentMap(bucketsMax);
  }

  /** How many buckets are kept. */
  get size(): number {
    return this.#fullAtMs.size;
  }

  /** How long until there is a token for that name; 0: there is one. Takes none. */
  waitMs(name: string, nowMs: number): number {
    const fullAtMs = this.#fullAtMs.get(name) ?? nowMs;
    const waitMs = fullAtMs + this.#tokenMs - this.#fullMs - nowMs;
    return waitMs < this.#tokenMs * LOST_TOKEN_MAX ? 0 : waitMs;
  }

  /** Takes a token and gives 0, or how long until there is one. */
  take(name: string, nowMs: number): number {
    const waitMs = this.waitMs(name, nowMs);
    if (waitMs === 0) this.charge(name, nowMs);
    return waitMs;
  }

  /**
   * Takes tokens whether they are there or not, for what has happened already. An empty bucket then owes
   * some, but never more than it holds: whoever did too much at once is let in again in twice its time.
   */
  charge(name: string, nowMs: number, tokens = 1): void {
    const fromMs = Math.max(this.#fullAtMs.get(name) ?? nowMs, nowMs);
    this.#fullAtMs.set(name, Math.min(fromMs + tokens * this.#tokenMs, nowMs + 2 * this.#fullMs));
  }
}
