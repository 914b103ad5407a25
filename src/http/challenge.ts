// The answers to whoever is not let in: 401 to a request that shows no good token, 403 to one whose
// token is good for less (RFC 6750, section 3; RFC 9728, section 5.1). Neither says more of the reason
// than a client can act on.

import { holds } from "../auth/access.ts";
import type { ChallengeOptions } from "./gate.ts";
import { refusedResponse } from "./_error_response.ts";
import type { RequestId } from "../protocol/json_rpc.ts";

/** 401: nothing in the request says who asks, or what says so is not valid. */
export function unauthorizedResponse(
  { resourceMetadata, permissions }: ChallengeOptions,
  hadToken: boolean,
): Response {
  const scope = resourceMetadata === undefined ? undefined : permissions.join(" ");
  // RFC 6750, section 3.1: who showed nothing is told of no error.
  const error = hadToken ? "invalid_token" : undefined;
  const response = refusedResponse(401, "Unauthorized: a valid token is needed");
  response.headers.set(
    "www-authenticate",
    challenge({ error, resource_metadata: resourceMetadata, scope }),
  );
  return response;
}

/** What a request was refused for. */
export interface ScopeRefusal {
  /** The permissions that the whole of it needs and its token lacks. */
  readonly lacking: readonly string[];
  /** Those that the token has. */
  readonly held: ReadonlySet<string>;
  /** Of the request, where it was a single one. */
  readonly id: RequestId | null;
}

/** 403: a wider token would do. */
export function insufficientScopeResponse(
  { resourceMetadata, permissions }: ChallengeOptions,
  { lacking, held, id }: ScopeRefusal,
): Response {
  const response = refusedResponse(403, `Forbidden: the token lacks ${lacking.join(", ")}`, id);
  // The next token shall not lose what this one is good for: clients ask for what is named, and no more.
  const kept = permissions.filter((permission) => holds(held, permission));
  response.headers.set(
    "www-authenticate",
    challenge({
      error: "insufficient_scope",
      scope: [...new Set([...kept, ...lacking])].join(" "),
      resource_metadata: resourceMetadata,
    }),
  );
  return response;
}

function challenge(parameters: Readonly<Record<string, string | undefined>>): string {
  const written = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}="${value.replaceAll(/["\\]/g, "\\$&")}"`]
  );
  return written.length === 0 ? "Bearer" : `Bearer ${written.join(", ")}`;
}
