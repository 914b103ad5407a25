// Reads the token out of an `Authorization` header (RFC 6750, section 2.1).

/** What the header holds. */
export type BearerReading =
  | { readonly kind: "token"; readonly token: string }
  /** No header, or another scheme: nobody tried to be let in with a token. */
  | { readonly kind: "none" }
  | { readonly kind: "malformed" };

/** No token of ours or of an identity provider comes near it; runtimes refuse headers of 16 KiB. */
const TOKEN_CHARS_MAX = 8_192;

const SCHEME = /^bearer(?: |$)/i;
// RFC 6750: b64token. Two headers arrive as one, joined by a comma, which no token has.
const TOKEN = /^[A-Za-z0-9._~+\/-]+=*$/;

const NONE: BearerReading = { kind: "none" };
const MALFORMED: BearerReading = { kind: "malformed" };

/** Reads the header; the scheme is written in any case (RFC 9110, section 11.1). */
export function readBearer(authorization: string | null): BearerReading {
  if (authorization === null || !SCHEME.test(authorization)) return NONE;
  const token = authorization.slice("bearer".length).trim();
  if (token.length > TOKEN_CHARS_MAX || !TOKEN.test(token)) return MALFORMED;
  return { kind: "token", token };
}
