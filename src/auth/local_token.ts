// Lets in the user of this machine, who shows what only that user can read. Everything is allowed, as
// where no authentication is configured.

import type { Buffer } from "node:buffer";
import { createHash, timingSafeEqual } from "node:crypto";
import type { Authentication, Standing } from "./authenticator.ts";
import type { TokenAuthenticator } from "./authenticators.ts";
import { LOCAL_PRINCIPAL, type Principal } from "./principal.ts";

const CREDENTIAL = "local";

/** Checks the token of the installation. */
export class LocalToken implements TokenAuthenticator {
  readonly #chars: number;
  readonly #hash: Buffer;
  readonly #known: Authentication = {
    kind: "known",
    principal: Object.freeze({ ...LOCAL_PRINCIPAL, credential: CREDENTIAL }),
  };

  constructor(token: string) {
    this.#chars = token.length;
    this.#hash = hashOf(token);
  }

  takes(token: string): boolean {
    // How long the token is is no secret, and those of identity providers are longer.
    return token.length === this.#chars && timingSafeEqual(hashOf(token), this.#hash);
  }

  knows({ credential }: Principal): boolean {
    return credential === CREDENTIAL;
  }

  authenticate(token: string): Authentication {
    return this.takes(token) ? this.#known : { kind: "refused", reason: "unknown" };
  }

  standingOf(): Standing {
    return "valid";
  }
}

function hashOf(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
