// Lets in whoever shows a token that the configured identity provider signed for this server (RFC 9068,
// RFC 8725). The token names its key and no more: which signatures, which issuer and which audience are
// good is not for the token to say.

import { decodeProtectedHeader } from "jose/decode/protected_header";
import { JOSEError, JWTClaimValidationFailed } from "jose/errors";
import { jwtVerify } from "jose/jwt/verify";
import type { Eventually } from "../base/eventually.ts";
import type { Authentication, RefusalReason, Standing } from "./authenticator.ts";
import type { TokenAuthenticator } from "./authenticators.ts";
import {
  type ClaimNames,
  type Claims,
  isPlain,
  JWT_PREFIX,
  principalOfClaims,
} from "./jwt_claims.ts";
import { KeySet, type KeySetOptions, type WantedKey } from "./key_set.ts";
import type { Principal } from "./principal.ts";
import { tokenHash, type VerifiedToken, VerifiedTokens } from "./verified_tokens.ts";
import { ALGORITHMS, type VerifyingKey } from "./verifying_keys.ts";

/** What tokens are checked against. */
export interface JwtTokensOptions extends KeySetOptions {
  /** The only `iss` that is good. */
  readonly issuer: string;
  /** What `aud` must be or contain. */
  readonly audience: string;
  readonly claimNames: ClaimNames;
  readonly verifiedTokensMax: number;
}

// How far the clocks of two machines may be apart.
const LEEWAY_SECONDS = 60;
const FORM = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*$/;

/** Checks tokens of an identity provider. */
export class JwtTokens implements TokenAuthenticator {
  readonly #options: JwtTokensOptions;
  readonly #keys: KeySet;
  readonly #verified: VerifiedTokens;

  constructor(options: JwtTokensOptions) {
    this.#options = options;
    this.#keys = new KeySet(options);
    this.#verified = new VerifiedTokens(options.verifiedTokensMax);
  }

  takes(token: string): boolean {
    return FORM.test(token);
  }

  knows({ credential }: Principal): boolean {
    return credential?.startsWith(JWT_PREFIX) === true;
  }

  authenticate(token: string): Eventually<Authentication> {
    const hash = tokenHash(token);
    const verified = this.#verified.get(hash);
    if (verified === undefined) return this.#check(token, hash);
    if (!this.#isOver(verified.expiresMs) && this.#hasKey(verified)) {
      return { kind: "known", principal: verified.principal };
    }
    this.#verified.delete(hash);
    return this.#check(token, hash);
  }

  // A token that is withdrawn before its time is so by its key, and then it is refused at the next request.
  standingOf({ expiresMs = -Infinity }: Principal): Standing {
    return this.#isOver(expiresMs) ? "expired" : "valid";
  }

  /** Ends what is under way; safe to call twice. */
  close(): void {
    this.#keys.close();
  }

  async #check(token: string, hash: string): Promise<Authentication> {
    const wanted = wantedKeyOf(token);
    if (wanted === undefined) return refused("malformed");
    const found = await this.#keys.find(wanted);
    if (found.kind !== "key") return refused(found.kind);
    const { key } = found;
    const claims = await this.#verify(token, key);
    if (typeof claims === "string") return refused(claims);
    const expiresMs = expiryOf(claims);
    if (expiresMs === undefined) return refused("malformed");
    const { jti } = claims;
    const credential = `${JWT_PREFIX}${isPlain(jti) ? jti : hash}`;
    const { claimNames: names } = this.#options;
    const principal = principalOfClaims(claims, { names, credential, expiresMs });
    if (principal === undefined) return refused("malformed");
    this.#verified.add(hash, { principal, key, expiresMs });
    return { kind: "known", principal };
  }

  async #verify(token: string, key: VerifyingKey): Promise<Claims | RefusalReason> {
    const { issuer, audience, clock } = this.#options;
    try {
      const { payload } = await jwtVerify(token, key.material, {
        algorithms: [key.algorithm],
        issuer,
        audience,
        requiredClaims: ["exp", "sub"],
        clockTolerance: LEEWAY_SECONDS,
        currentDate: new Date(clock.now()),
      });
      return payload;
    } catch (thrown) {
      if (thrown instanceof JOSEError) return reasonOf(thrown);
      throw thrown;
    }
  }

  /** Whether the key of a token that was checked is still one: not withdrawn, and not too old. */
  #hasKey({ key }: VerifiedToken): boolean {
    const found = this.#keys.find(key);
    return !(found instanceof Promise) && found.kind === "key" && found.key === key;
  }

  #isOver(expiresMs: number): boolean {
    return this.#options.clock.now() >= expiresMs;
  }
}

/** Which key a token says it was signed with; undefined for a token that is none of ours. */
function wantedKeyOf(token: string): WantedKey | undefined {
  try {
    const { alg, kid: id } = decodeProtectedHeader(token);
    const algorithm = ALGORITHMS.find((each) => each === alg);
    if (algorithm === undefined || (id !== undefined && typeof id !== "string")) return undefined;
    return { algorithm, id };
  } catch {
    // The library throws for whatever is no header.
    return undefined;
  }
}

// The library takes any number for a time, also one that is none.
function expiryOf({ exp }: Claims): number | undefined {
  const expiresMs = (Number(exp) + LEEWAY_SECONDS) * 1000;
  return Number.isSafeInteger(Math.ceil(expiresMs)) ? expiresMs : undefined;
}

const REASONS: Readonly<Record<string, RefusalReason>> = {
  ERR_JWT_EXPIRED: "expired",
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: "bad_signature",
};
const REASONS_OF_CLAIMS: Readonly<Record<string, RefusalReason>> = {
  iss: "wrong_issuer",
  aud: "wrong_audience",
};

function reasonOf(fault: JOSEError): RefusalReason {
  if (!(fault instanceof JWTClaimValidationFailed)) return REASONS[fault.code] ?? "malformed";
  const { claim, reason } = fault;
  if (claim === "nbf" && reason === "check_failed") return "not_yet_valid";
  return REASONS_OF_CLAIMS[claim] ?? "malformed";
}

function refused(reason: RefusalReason): Authentication {
  return { kind: "refused", reason };
}
