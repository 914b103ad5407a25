// How many requests a second are taken: from one address, before it is known who asks, and from one
// principal, once it is. Whoever sends more is answered 429 and told when to come back.

import type { Principal } from "../auth/principal.ts";
import type { Clock } from "../base/clock.ts";
import type { Limits } from "../base/limits.ts";
import { TokenBuckets } from "../base/token_buckets.ts";
import { tooManyResponse } from "./_error_response.ts";

/** What rates are kept with. */
export interface RatesOptions {
  readonly limits: Limits;
  readonly clock: Clock;
  /** Whether callers are told apart; otherwise all are one principal, that has no rate. */
  readonly tellsPrincipals: boolean;
  /** Is told which limit a request met. */
  readonly onLimitMet: (limit: keyof Limits) => void;
}

// A client begins with a handful of requests at once; so many seconds' worth may come together.
const BURST_SECONDS = 5;

/** The rates of one app. */
export class Rates {
  readonly #options: RatesOptions;
  readonly #addresses: TokenBuckets;
  readonly #principals: TokenBuckets | undefined;

  constructor(options: RatesOptions) {
    const { addressRequestsPerSecond, principalRequestsPerSecond } = options.limits;
    this.#options = options;
    this.#addresses = bucketsFor(addressRequestsPerSecond);
    this.#principals = options.tellsPrincipals ? bucketsFor(principalRequestsPerSecond) : undefined;
  }

  /** How many addresses and principals are remembered. */
  get size(): number {
    return this.#addresses.size + (this.#principals?.size ?? 0);
  }

  /** Counts a request from there; the refusal where it is one too many. */
  refuseAddress(address: string): Response | undefined {
    const waitMs = this.#addresses.take(address, this.#options.clock.monotonicMs());
    if (waitMs === 0) return undefined;
    this.#options.onLimitMet("addressRequestsPerSecond");
    return tooManyResponse("Too many requests from this address", waitMs);
  }

  /** Counts a request of somebody; the refusal where it is one too many. */
  refusePrincipal({ id }: Principal): Response | undefined {
    const waitMs = this.#principals?.take(id, this.#options.clock.monotonicMs()) ?? 0;
    if (waitMs === 0) return undefined;
    this.#options.onLimitMet("principalRequestsPerSecond");
    return tooManyResponse("Too many requests of this principal", waitMs);
  }

  /** Counts the messages of a batch, of which the first was counted with its request. */
  chargeBatch({ id }: Principal, messages: number): void {
    this.#principals?.charge(id, this.#options.clock.monotonicMs(), messages - 1);
  }
}

function bucketsFor(perSecond: number): TokenBuckets {
  return new TokenBuckets({ perSecond, burst: perSecond * BURST_SECONDS });
}
