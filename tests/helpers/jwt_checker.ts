// A checker of tokens over a fake identity provider and a fake clock.

import { JwtTokens, type JwtTokensOptions } from "../../src/auth/jwt_tokens.ts";
import { FakeClock } from "./fake_clock.ts";
import { AUDIENCE, ISSUER, type IssuerKey, signToken, type TokenOptions } from "./fake_issuer.ts";
import { keySource, type TestKeySource } from "./key_source.ts";

/** A checker, and what it stands on. */
export interface JwtChecker {
  readonly tokens: JwtTokens;
  readonly clock: FakeClock;
  readonly source: TestKeySource;
  /** The outcome for a token, in a word: the id of its principal, or the reason of the refusal. */
  judge(token: string): Promise<string>;
  /** Signs a token that is good now, changed as the options say. */
  sign(key: IssuerKey, options?: TokenOptions): Promise<string>;
}

/** Builds a checker that knows those keys. */
export function jwtChecker(
  keys: readonly IssuerKey[],
  options: Partial<JwtTokensOptions> = {},
): JwtChecker {
  const clock = new FakeClock();
  const source = keySource(...keys);
  const tokens = new JwtTokens({
    source,
    clock,
    onFetched: () => {},
    issuer: ISSUER,
    audience: AUDIENCE,
    claimNames: { roles: undefined, namespaces: undefined },
    verifiedTokensMax: 100,
    ...options,
  });
  return {
    tokens,
    clock,
    source,
    async judge(token) {
      const outcome = await tokens.authenticate(token);
      return outcome.kind === "known" ? outcome.principal.id : outcome.reason;
    },
    sign: (key, tokenOptions) => signToken(key, clock.now(), tokenOptions),
  };
}
