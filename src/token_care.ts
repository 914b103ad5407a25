// The part of the composition root that gives out tokens and takes them back, without serving. A daemon
// that runs looks at what is written before each request, so that it need not be told.

import type { TokenRecord } from "./auth/token_record.ts";
import { createToken, hashOf, writeToken } from "./auth/token_text.ts";
import type { Clock } from "./base/clock.ts";
import { CarError } from "./base/errors.ts";
import type { Config } from "./config/config.ts";
import { homePaths, openHome } from "./storage/home.ts";
import { createTokenFile, type TokenFile } from "./storage/token_file.ts";

/** What a token is to say of its owner. */
export type TokenGrant = Pick<
  TokenRecord,
  "principal" | "roles" | "permissions" | "namespaces" | "expiresMs"
>;

/** A token that was given out. */
export interface GivenToken {
  /** To be shown once; it is kept nowhere. */
  readonly token: string;
  readonly record: TokenRecord;
}

/**
 * Gives out a token. Throws CarError `invalid_argument` for one that would be over at once,
 * `limit_reached`, `config_invalid` for a file that is not in order, `home_unusable`, `storage_failed`.
 */
export function giveToken(
  config: Config,
  grant: TokenGrant,
  clock: Pick<Clock, "now">,
): GivenToken {
  const nowMs = clock.now();
  if (grant.expiresMs !== undefined && grant.expiresMs <= nowMs) {
    throw new CarError("invalid_argument", "The token would have expired already");
  }
  openHome(config.home);
  const parts = createToken();
  const record = { ...grant, id: parts.id, hash: hashOf(parts.secret), createdMs: nowMs };
  fileOf(config).update((records) => [...records.values(), record]);
  return { token: writeToken(parts), record };
}

/** The tokens that are out, the oldest first; throws CarError `config_invalid`. */
export function listTokens(config: Config): readonly TokenRecord[] {
  return [...fileOf(config).read().values()];
}

/** Takes a token back by its id; throws CarError `not_found`, and as `giveToken()`. */
export function revokeToken(config: Config, id: string): TokenRecord {
  const file = fileOf(config);
  const record = file.read().get(id);
  if (record === undefined) throw new CarError("not_found", `There is no token "${id}"`);
  file.update((records) => [...records.values()].filter((each) => each.id !== id));
  return record;
}

function fileOf({ home, limits }: Config): TokenFile {
  return createTokenFile({ path: homePaths(home).tokens, tokensMax: limits.tokensMax });
}
