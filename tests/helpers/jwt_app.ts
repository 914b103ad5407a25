// A server that takes tokens of a fake identity provider, whose keys are fetched from a socket.

import { FakeClock } from "./fake_clock.ts";
import {
  AUDIENCE,
  ISSUER,
  type IssuerKey,
  issuerKey,
  keySetOf,
  signToken,
  type TokenOptions,
} from "./fake_issuer.ts";
import { jsonAnswer, type KeyServer, keyServer } from "./key_server.ts";
import { type TestApp, testApp, type TestAppOptions } from "./test_app.ts";

/** A server, its provider and its time. */
export interface JwtApp extends TestApp {
  readonly clock: FakeClock;
  /** Where its keys come from. */
  readonly keys: KeyServer;
  /** The key that is published at the start. */
  readonly key: IssuerKey;
  /** A token that is good now, changed as the options say; of that key, if it is given. */
  sign(options?: TokenOptions, key?: IssuerKey): Promise<string>;
  /** The header that shows a token with these permissions. */
  shows(scope: string): Promise<Record<string, string>>;
}

/** Starts a server with `auth.jwt`. */
export async function jwtApp(options: TestAppOptions = {}): Promise<JwtApp> {
  const key = await issuerKey("ES256", "first");
  const keys = await keyServer(jsonAnswer(keySetOf(key)));
  const clock = new FakeClock();
  const server = await testApp({
    clock,
    authenticates: true,
    ...options,
    environment: {
      CAR_AUTH_JWT_ISSUER: ISSUER,
      CAR_AUTH_JWT_JWKS: keys.url,
      CAR_AUTH_JWT_AUDIENCE: AUDIENCE,
      ...options.environment,
    },
  });
  const sign = (token: TokenOptions = {}, by = key) => signToken(by, clock.now(), token);
  return {
    ...server,
    clock,
    keys,
    key,
    sign,
    shows: async (scope) => ({ authorization: `Bearer ${await sign({ claims: { scope } })}` }),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await keys[Symbol.asyncDispose]();
    },
  };
}
