// Addresses from which wrong tokens come. Each may show so many in a minute; what it shows beyond that
// is not looked at for a while, so that guessing, and checking signatures for whoever sends nonsense,
// has a price. Many people may share one address (a proxy, an office), and none of them shall lock the
// others out: a token that was let in before is looked at all the same.

import { createHash } from "node:crypto";
import type { Clock } from "../base/clock.ts";
import { RecentMap } from "../base/recent_map.ts";
import { TokenBuckets } from "../base/token_buckets.ts";
import type { RefusalReason } from "./authenticator.ts";
import type { Principal } from "./principal.ts";

/** What attempts are counted with. */
export interface FailedAttemptsOptions {
  readonly clock: Clock;
  /** Wrong tokens from one address in a minute; all of them may come at once. */
  readonly perMinute: number;
}

// Tokens remembered as good; those used longest ago are forgotten beyond that, which only matters where
// somebody guesses.
const KNOWN_TOKENS_MAX = 10_000;
const MINUTE_S = 60;

// Whoever shows nothing is about to ask for a token, an expired token was a right one, and that tokens
// cannot be checked is no fault of who shows one.
const NO_GUESSES: ReadonlySet<RefusalReason | "none"> = new Set(["none", "expired", "unavailable"]);

/** Counts wrong tokens by address. */
export class FailedAttempts {
  readonly #clock: Clock;
  readonly #failures: TokenBuckets;
  /** The digest of the token of each credential that was let in. */
  readonly #digests = new RecentMap<string>(KNOWN_TOKENS_MAX);
  readonly #known = new RecentMap<true>(KNOWN_TOKENS_MAX);

  constructor({ clock, perMinute }: FailedAttemptsOptions) {
    this.#clock = clock;
    this.#failures = new TokenBuckets({ perSecond: perMinute / MINUTE_S, burst: perMinute });
  }

  /** How many addresses and tokens are remembered. */
  get size(): number {
    return this.#failures.size + this.#known.size;
  }

  /** How long until a token from that address is looked at, in milliseconds; 0: now. */
  waitMs(address: string, token: string): number {
    const waitMs = this.#failures.waitMs(address, this.#clock.monotonicMs());
    return waitMs === 0 || this.#known.get(digestOf(token)) === true ? 0 : waitMs;
  }

  /** Notes that a request from there was not let in. */
  refused(address: string, reason: RefusalReason | "none"): void {
    if (!NO_GUESSES.has(reason)) this.#failures.charge(address, this.#clock.monotonicMs());
  }

  /** Notes that a token is good; one of a credential that is known is not digested again. */
  letIn({ credential }: Principal, token: string): void {
    if (credential === undefined) return;
    const digest = this.#digests.get(credential) ?? digestOf(token);
    this.#digests.set(credential, digest);
    this.#known.set(digest, true);
  }
}

// The token itself is kept nowhere.
function digestOf(token: string): string {
  return createHash("sha256").update(token).digest("base64");
}
