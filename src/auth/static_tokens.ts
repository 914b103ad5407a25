// Lets in whoever shows a token that this server gave out. A token that was revoked lets nobody in from
// the next request on, since every request looks at what is written now.

import type { Clock } from "../base/clock.ts";
import type { Authentication, RefusalReason, Standing } from "./authenticator.ts";
import type { TokenAuthenticator } from "./authenticators.ts";
import type { Principal } from "./principal.ts";
import {
  CREDENTIAL_PREFIX,
  principalOf,
  type TokenRecord,
  type TokenRecordSource,
} from "./token_record.ts";
import { hasHash, hashOf, readToken, TOKEN_PREFIX } from "./token_text.ts";

/** What static tokens are checked with. */
export interface StaticTokensOptions {
  readonly source: TokenRecordSource;
  readonly clock: Clock;
  /** Is told why the records cannot be read; once for each new reason. */
  readonly onFault: (thrown: unknown) => void;
}

// Compared with where there is no record of that id, so that an unknown id takes as long as a known one.
const NOBODYS_HASH = hashOf("");

/** Checks tokens against their records. */
export class StaticTokens implements TokenAuthenticator {
  readonly #options: StaticTokensOptions;
  /** The principals of records that were seen, so that a request makes none. */
  readonly #principals = new WeakMap<TokenRecord, Principal>();
  #lastFault: string | undefined;

  constructor(options: StaticTokensOptions) {
    this.#options = options;
  }

  takes(token: string): boolean {
    return token.startsWith(TOKEN_PREFIX);
  }

  knows({ credential }: Principal): boolean {
    return credential?.startsWith(CREDENTIAL_PREFIX) === true;
  }

  authenticate(token: string): Authentication {
    const parts = readToken(token);
    if (parts === undefined) return refused("malformed");
    const record = this.#find(parts.id);
    if (record === "unreadable") return refused("unavailable");
    const isRight = hasHash(parts.secret, record?.hash ?? NOBODYS_HASH);
    if (record === undefined || !isRight) return refused("unknown");
    if (this.#isOver(record)) return refused("expired");
    return { kind: "known", principal: this.#principalOf(record) };
  }

  standingOf({ credential = "" }: Principal): Standing {
    const record = this.#find(credential.slice(CREDENTIAL_PREFIX.length));
    if (record === undefined) return "revoked";
    // Nobody is let in while the file cannot be read, but what began is there when it can be.
    return record === "unreadable" || this.#isOver(record) ? "expired" : "valid";
  }

  #find(id: string): TokenRecord | "unreadable" | undefined {
    try {
      const record = this.#options.source.read().get(id);
      this.#lastFault = undefined;
      return record;
    } catch (thrown) {
      const fault = String(thrown);
      if (fault !== this.#lastFault) this.#options.onFault(thrown);
      this.#lastFault = fault;
      return "unreadable";
    }
  }

  #isOver({ expiresMs = Infinity }: TokenRecord): boolean {
    return this.#options.clock.now() >= expiresMs;
  }

  #principalOf(record: TokenRecord): Principal {
    const known = this.#principals.get(record);
    if (known !== undefined) return known;
    const principal = principalOf(record);
    this.#principals.set(record, principal);
    return principal;
  }
}

function refused(reason: RefusalReason): Authentication {
  return { kind: "refused", reason };
}
