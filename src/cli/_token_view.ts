// How what is kept of a token is shown: everything but its hash.

import type { TokenRecord } from "../auth/token_record.ts";
import { given } from "../base/given.ts";

/** The record as JSON shows it. */
export function tokenView({ id, principal, roles, permissions, ...rest }: TokenRecord) {
  const { namespaces, createdMs, expiresMs } = rest;
  return {
    ...{ id, principal, roles, permissions },
    ...given("namespaces", namespaces),
    created: new Date(createdMs).toISOString(),
    ...given("expires", expiresMs === undefined ? undefined : new Date(expiresMs).toISOString()),
  };
}
