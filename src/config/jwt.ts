// The identity provider whose tokens are taken (`auth.jwt`): its issuer, its keys and what its tokens are
// for make one setting together, so that none of them is forgotten.

import { z } from "zod";
import { CarError } from "../base/errors.ts";
import { isLoopback } from "./bind.ts";

/** Which tokens of which identity provider are taken, and what is read out of them. */
export interface JwtConfig {
  /** As it stands in the tokens, to the last character. */
  readonly issuer: string;
  /** Where its key set is. */
  readonly jwks: string;
  /** The URI of this server's endpoint, for which tokens must have been issued. */
  readonly audience: string;
  /** The claim, or the path with dots, that holds roles; undefined: tokens give none. */
  readonly rolesClaim: string | undefined;
  /** The same for namespaces; undefined: tokens open all. */
  readonly namespacesClaim: string | undefined;
}

const URL_CHARS_MAX = 2_048;
const CLAIM_CHARS_MAX = 256;

const URL_TEXT = z.string().max(URL_CHARS_MAX).refine(
  isSecure,
  "must be an https URL (http on a loopback address alone), without user, query or fragment",
);

/** The form of an issuer (RFC 8414, section 2). */
export const ISSUER = URL_TEXT;

/** The form of the address of a key set. */
export const KEY_SET_URL = URL_TEXT;

/** The form of the audience (RFC 9728, section 1.2; "Canonical Server URI" of the specification). */
export const AUDIENCE = URL_TEXT.refine(
  isCanonical,
  "must be written plainly: in lower case, without the standard port or a slash at its end",
);

/** The form of the name of a claim. */
export const CLAIM = z.string().max(CLAIM_CHARS_MAX).regex(
  /^[^\s.]+(\.[^\s.]+)*$/,
  "must be the name of a claim, or a path like realm_access.roles",
);

const NEEDED = ["issuer", "jwks", "audience"] as const;

/**
 * The setting as a whole; undefined where none of its keys is set. Throws CarError `config_invalid` that
 * names the key that is missing.
 */
export function readJwt(
  of: (name: string) => string | undefined,
): JwtConfig | undefined {
  const [issuer, jwks, audience] = NEEDED.map((name) => of(`auth.jwt.${name}`));
  const rolesClaim = of("auth.jwt.rolesClaim");
  const namespacesClaim = of("auth.jwt.namespacesClaim");
  const all = [issuer, jwks, audience, rolesClaim, namespacesClaim];
  if (all.every((each) => each === undefined)) return undefined;
  if (issuer === undefined) throw missing("issuer");
  if (jwks === undefined) throw missing("jwks");
  if (audience === undefined) throw missing("audience");
  return { issuer, jwks, audience, rolesClaim, namespacesClaim };
}

function missing(name: typeof NEEDED[number]): CarError {
  const key = `auth.jwt.${name}`;
  const message = `Configuration key "${key}": is needed where another of "auth.jwt" is set`;
  return new CarError("config_invalid", message, { data: { key } });
}

// Tokens and keys over a plain connection are anybody's, except where it does not leave the machine.
function isSecure(text: string): boolean {
  if (/[?#\s]/.test(text) || !URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  if (username !== "" || password !== "") return false;
  return protocol === "https:" ||
    (protocol === "http:" && isLoopback(hostname.replace(/^\[|\]$/g, "")));
}

function isCanonical(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { href, pathname } = new URL(text);
  return pathname === "/" ? `${text}/` === href : text === href && !text.endsWith("/");
}
