// A server that asks who is there, and tokens for it.

import { type Config, loadConfig } from "../../src/config/config.ts";
import { SYSTEM_CLOCK } from "../../src/base/clock.ts";
import { giveToken, type TokenGrant } from "../../src/token_care.ts";
import { type TestApp, testApp, type TestAppOptions } from "./test_app.ts";

/** A server that lets in who has a token. */
export interface GuardedApp extends TestApp {
  readonly config: Config;
  /** Gives out a token; by default one that may do everything that needs no role. */
  give(principal: string, grant?: Partial<TokenGrant>): { token: string; id: string };
}

/** Rules as `[[auth.access]]` has them. */
export type Rules = readonly Readonly<Record<string, readonly string[]>>[];

/** Starts a server with `auth.tokens`. */
export async function guardedApp(
  options: TestAppOptions & { readonly rules?: Rules } = {},
): Promise<GuardedApp> {
  const { rules = [], environment = {}, ...rest } = options;
  const server = await testApp({
    ...rest,
    authenticates: true,
    environment: {
      CAR_AUTH_TOKENS: "true",
      CAR_AUTH_ACCESS: JSON.stringify(rules),
      ...environment,
    },
  });
  const config = loadConfig({ environment: { CAR_HOME: server.home } });
  return {
    ...server,
    config,
    give(principal, grant = {}) {
      const { token, record } = giveToken(config, {
        principal,
        roles: [],
        permissions: ["tools:call", "resources:read"],
        namespaces: undefined,
        expiresMs: undefined,
        ...grant,
      }, options.clock ?? SYSTEM_CLOCK);
      return { token, id: record.id };
    },
  };
}

/** The header that shows a token. */
export function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}
