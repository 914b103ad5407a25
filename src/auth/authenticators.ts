// Several ways to be let in, tried by the form of the token: each way takes what looks like its own.

import type { Eventually } from "../base/eventually.ts";
import type { Authentication, Authenticator, Standing } from "./authenticator.ts";
import type { Principal } from "./principal.ts";

/** An authenticator that knows its own tokens by their form. */
export interface TokenAuthenticator extends Authenticator {
  /** Whether a token has the form of those that are given out here; says nothing of its worth. */
  takes(token: string): boolean;
  /** Whether the principal was let in here. */
  knows(principal: Principal): boolean;
}

const UNKNOWN: Authentication = { kind: "refused", reason: "unknown" };

/** One authenticator of several. */
export class Authenticators implements Authenticator {
  readonly #ways: readonly TokenAuthenticator[];

  constructor(ways: readonly TokenAuthenticator[]) {
    this.#ways = ways;
  }

  authenticate(token: string): Eventually<Authentication> {
    const way = this.#ways.find((each) => each.takes(token));
    return way === undefined ? UNKNOWN : way.authenticate(token);
  }

  standingOf(principal: Principal): Standing {
    return this.#ways.find((each) => each.knows(principal))?.standingOf(principal) ?? "revoked";
  }
}
