// Reads the session header. An id is visible ASCII (2025-11-25, "Session Management") and short; what
// is not could never have been given out, so it is refused before any look-up or log line.

import { SESSION_ID_HEADER } from "../../protocol/headers.ts";

/** The session a request names. */
export type SessionIdReading =
  | { readonly kind: "none" }
  | { readonly kind: "id"; readonly id: string }
  | { readonly kind: "malformed" };

const NONE: SessionIdReading = { kind: "none" };
const SESSION_ID = /^[\x21-\x7e]{1,128}$/;

/** Reads which session a request names. */
export function readSessionId(headers: Headers): SessionIdReading {
  const id = headers.get(SESSION_ID_HEADER);
  if (id === null) return NONE;
  return SESSION_ID.test(id) ? { kind: "id", id } : { kind: "malformed" };
}
