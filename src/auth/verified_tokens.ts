// Tokens whose signature was checked, so that a client that sends the same one with each request has it
// checked once. Known by their hash: the tokens themselves are kept nowhere.

import { createHash } from "node:crypto";
import type { Principal } from "./principal.ts";
import type { VerifyingKey } from "./verifying_keys.ts";

/** What is known of a token. */
export interface VerifiedToken {
  readonly principal: Principal;
  /** The key that it was checked with. */
  readonly key: VerifyingKey;
  /** From then on it is worth nothing, in epoch milliseconds. */
  readonly expiresMs: number;
}

/** The tokens that were checked, up to a number; beyond, the one that was used longest ago is forgotten. */
export class VerifiedTokens {
  readonly #most: number;
  /** The one that was used longest ago first. */
  readonly #tokens = new Map<string, VerifiedToken>();

  constructor(most: number) {
    this.#most = most;
  }

  /** How many are remembered. */
  get size(): number {
    return this.#tokens.size;
  }

  /** What is known of the token with that hash. */
  get(hash: string): VerifiedToken | undefined {
    const token = this.#tokens.get(hash);
    if (token === undefined) return undefined;
    this.#tokens.delete(hash);
    this.#tokens.set(hash, token);
    return token;
  }

  /** Remembers a token. */
  add(hash: string, token: VerifiedToken): void {
    this.#tokens.delete(hash);
    this.#tokens.set(hash, token);
    if (this.#tokens.size <= this.#most) return;
    for (const oldest of this.#tokens.keys()) {
      this.#tokens.delete(oldest);
      return;
    }
  }

  /** Forgets a token. */
  delete(hash: string): void {
    this.#tokens.delete(hash);
  }
}

/** What a token is known by; whoever learns it learns nothing that lets anybody in. */
export function tokenHash(token: string): string {
  // Deno writes a digest as hexadecimal digits four times as fast as in any other form.
  return createHash("sha256").update(token).digest("hex");
}
