// A token that this server gave out, as it is kept: everything but the token. Owns the port behind
// which the records lie.

import type { Grants, Principal } from "./principal.ts";

/** What is kept of a token. */
export interface TokenRecord {
  /** Also the public part of the token: shown in lists, named to revoke it. */
  readonly id: string;
  /** SHA-256 of the token's secret part, in hexadecimal digits. */
  readonly hash: string;
  /** Whom it stands for; several tokens may stand for the same. */
  readonly principal: string;
  readonly roles: readonly string[];
  readonly permissions: readonly string[];
  /** Where it may work, at home in the first plain name; undefined: everywhere, at home in `default`. */
  readonly namespaces: readonly string[] | undefined;
  readonly createdMs: number;
  /** Undefined: until it is revoked. */
  readonly expiresMs: number | undefined;
}

/** The records, by the id of the token. */
export type TokenRecords = ReadonlyMap<string, TokenRecord>;

/** Where the records are; several processes may write them. */
export interface TokenRecordSource {
  /**
   * What is written there now, the same map as long as nothing changes. Throws CarError
   * `config_invalid` or `home_unusable`: then nobody is let in by a token.
   */
  read(): TokenRecords;
}

/** Begins the credential of whoever showed one of these tokens. */
export const CREDENTIAL_PREFIX = "token:";

/** Whom a record stands for. */
export function principalOf(record: TokenRecord): Principal {
  const { id, principal, namespaces, expiresMs } = record;
  // Nobody is at home in all namespaces below one.
  const namespace = namespaces?.find((name) => !name.endsWith("*"));
  const grants: Grants = {
    roles: new Set(record.roles),
    permissions: new Set(record.permissions),
    namespaces,
    canStepUp: false,
  };
  return {
    id: principal,
    grants,
    credential: `${CREDENTIAL_PREFIX}${id}`,
    ...(namespace !== undefined && { namespace }),
    ...(expiresMs !== undefined && { expiresMs }),
  };
}
