// The part of the composition root that knows how callers are told apart: which ways to be let in are
// configured, and what they are kept in. Only `app.ts` calls it.

import { Access } from "./auth/access.ts";
import type { Authenticator } from "./auth/authenticator.ts";
import { Authenticators, type TokenAuthenticator } from "./auth/authenticators.ts";
import type { JwtTokens } from "./auth/jwt_tokens.ts";
import type { KeySetOptions } from "./auth/key_set.ts";
import { LocalToken } from "./auth/local_token.ts";
import { StaticTokens } from "./auth/static_tokens.ts";
import type { Clock } from "./base/clock.ts";
import { CarError, messageOf } from "./base/errors.ts";
import { isLoopback } from "./config/bind.ts";
import { type Config, isAuthenticated } from "./config/config.ts";
import type { JwtConfig } from "./config/jwt.ts";
import type { Log } from "./observe/log.ts";
import type { HomePaths } from "./storage/home.ts";
import { ensureLocalToken } from "./storage/local_token_made.ts";
import { createTokenFile } from "./storage/token_file.ts";

/** How callers are told apart. */
export interface Authentication {
  readonly authenticator: Authenticator;
  /** The token of the installation, with which the daemon proves itself to its own user. */
  readonly localToken: string;
}

/** What it is opened with. */
export interface AuthenticationOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * The ways to be let in that the configuration names; undefined: everybody is. The user of this machine
 * is let in by the token of the installation wherever somebody is, since whoever can read that file can
 * read the memory, too. `opened` ends what they began. Throws CarError `home_unusable` for a token that
 * others can read.
 */
export async function openAuthentication(
  paths: HomePaths,
  { config, clock, log }: AuthenticationOptions,
  opened: AsyncDisposableStack,
): Promise<Authentication | undefined> {
  if (!isAuthenticated(config)) return undefined;
  const localToken = ensureLocalToken(paths.localToken);
  const ways: TokenAuthenticator[] = [new LocalToken(localToken)];
  if (config.auth.tokens) {
    const source = createTokenFile({
      path: paths.tokens,
      tokensMax: config.limits.tokensMax,
    });
    const onFault = (thrown: unknown) =>
      log.error("tokens_unreadable", { complaint: messageOf(thrown) });
    ways.push(new StaticTokens({ source, clock, onFault }));
  }
  const { jwt } = config.auth;
  if (jwt !== undefined) {
    const tokens = await openJwtTokens(jwt, { config, clock, log });
    opened.defer(() => tokens.close());
    ways.push(tokens);
  }
  return { authenticator: new Authenticators(ways), localToken };
}

async function openJwtTokens(
  { issuer, audience, jwks, rolesClaim, namespacesClaim }: JwtConfig,
  { config: { limits }, clock, log }: AuthenticationOptions,
): Promise<JwtTokens> {
  // Who takes no such tokens does not wait until what checks them is loaded.
  const { JwtTokens } = await import("./auth/jwt_tokens.ts");
  const { createKeyDownload } = await import("./auth/key_download.ts");
  return new JwtTokens({
    source: createKeyDownload({ url: jwks, clock, limits }),
    clock,
    onFetched: keyFetchReporter(log),
    issuer,
    audience,
    claimNames: { roles: rolesClaim, namespaces: namespacesClaim },
    verifiedTokensMax: limits.verifiedTokensMax,
  });
}

/** Says of each fetch that failed why, and of one that did not when it brings something new. */
function keyFetchReporter(log: Log): KeySetOptions["onFetched"] {
  let told = "";
  return (fetched) => {
    if (fetched.kind === "failed") {
      log.warn("identity_keys_unavailable", { why: fetched.why });
      told = "";
      return;
    }
    const { keys: { length: keys }, ignored } = fetched;
    const news = `${keys} ${ignored}`;
    if (news !== told) log.info("identity_keys_fetched", { keys, ignored });
    told = news;
  };
}

/** Who may use what. */
export function accessOf({ auth }: Config): Access {
  return new Access(auth.access);
}

/**
 * Throws CarError `config_invalid` where strangers would be served whoever they are, and where rules of
 * access would hold nobody to anything.
 */
export function assertGuarded(config: Config): void {
  assertRulesHold(config);
  const { hostname } = config.bind;
  if (isLoopback(hostname)) return;
  if (config.compat === "car") {
    throw refusedBind(
      hostname,
      'with compat = "car", whose clients bring no tokens, none other is served',
    );
  }
  if (isAuthenticated(config) || config.auth.allowUnauthenticated) return;
  throw refusedBind(
    hostname,
    'without authentication (auth.tokens, auth.jwt, auth.local = "token") none other is served, ' +
      "unless --allow-unauthenticated says so",
  );
}

// Everybody would be the user of this machine, to whom everything is open.
function assertRulesHold({ auth: { access, tokens, jwt } }: Config): void {
  if (access.length === 0 || tokens || jwt !== undefined) return;
  const message =
    'Configuration key "auth.access": its rules are for callers who show who they are: ' +
    "auth.tokens or auth.jwt is needed";
  throw new CarError("config_invalid", message, { data: { key: "auth.access" } });
}

function refusedBind(hostname: string, why: string): CarError {
  const message = `Configuration key "http.bind": "${hostname}" is not a loopback address; ${why}`;
  return new CarError("config_invalid", message, { data: { key: "http.bind" } });
}
