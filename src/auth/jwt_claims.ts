// From the claims of a token that was checked to the principal it stands for. What cannot be read as it is
// meant gives nothing; who is meant must be plain.

import { GRANT_NAME, NAMESPACE_GRANT } from "./grant_names.ts";
import type { Principal } from "./principal.ts";

/** The claims of a token. */
export type Claims = Readonly<Record<string, unknown>>;

/** Which claims say what; each a name, or a path of names with dots between. */
export interface ClaimNames {
  /** Roles; undefined: a token gives none. */
  readonly roles: string | undefined;
  /** Namespaces; undefined: a token opens all of them. */
  readonly namespaces: string | undefined;
}

/** What else is said of whoever showed a token. */
export interface PrincipalOfClaimsOptions {
  readonly names: ClaimNames;
  readonly credential: string;
  readonly expiresMs: number;
}

/** Begins the id of a principal that an identity provider vouches for. */
export const JWT_PREFIX = "jwt:";

// OpenID Connect Core 1.0, section 2: a subject has at most 255 characters.
const SUBJECT_CHARS_MAX = 255;
// Neither in a log line nor in a list may a name look like something else.
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
// A claim of more names than a token of any identity provider has; then it gives none.
const NAMES_MAX = 1_000;

/** Whom a token stands for; undefined where its subject is none. */
export function principalOfClaims(
  claims: Claims,
  { names, credential, expiresMs }: PrincipalOfClaimsOptions,
): Principal | undefined {
  const { sub: subject } = claims;
  if (!isPlain(subject)) return undefined;
  const namespaces = names.namespaces === undefined
    ? undefined
    : namesIn(claimAt(claims, names.namespaces), NAMESPACE_GRANT);
  const own = namespaces?.find((name) => !name.endsWith("*"));
  return {
    id: `${JWT_PREFIX}${subject}`,
    ...(own !== undefined && { namespace: own }),
    grants: {
      roles: new Set(rolesIn(claims, names)),
      permissions: new Set(permissionsIn(claims)),
      // A token without the claim opens none: a provider that forgets it hands out nothing.
      namespaces,
      canStepUp: true,
    },
    credential,
    expiresMs,
  };
}

/** Whether a value names somebody or something, in characters that can be shown. */
export function isPlain(value: unknown): value is string {
  return typeof value === "string" && value !== "" && value.length <= SUBJECT_CHARS_MAX &&
    !UNPRINTABLE.test(value);
}

// RFC 8693, section 4.2: `scope` is one text with blanks; some providers write `scp`, or a list.
function permissionsIn({ scope, scp }: Claims): readonly string[] {
  const value = scope ?? scp;
  return namesIn(typeof value === "string" ? value.split(" ") : value, GRANT_NAME);
}

function rolesIn(claims: Claims, { roles }: ClaimNames): readonly string[] {
  return roles === undefined ? [] : namesIn(claimAt(claims, roles), GRANT_NAME);
}

/** The names in a claim, be it one or a list; what has another form is no name that is used here. */
function namesIn(claim: unknown, form: RegExp): readonly string[] {
  const values = Array.isArray(claim) ? claim : [claim];
  if (values.length > NAMES_MAX) return [];
  return values.filter((value) => typeof value === "string" && form.test(value));
}

/** The claim of that name, or at that path; names that are URLs have dots, too. */
function claimAt(claims: Claims, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path];
  let value: unknown = claims;
  for (const name of path.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) {
      return undefined;
    }
    value = (value as Claims)[name];
  }
  return value;
}
