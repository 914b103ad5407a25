// The port behind which it is found out who is asking. It alone sees the `Authorization` header; what
// leaves it is a principal or a reason, never a token.

import type { Eventually } from "../base/eventually.ts";
import type { Principal } from "./principal.ts";

/** Finds out who is asking. */
export interface Authenticator {
  /** Whom that token stands for; never throws or rejects. */
  authenticate(token: string): Eventually<Authentication>;
  /** How it stands with what a principal showed; asked of what lives on without a request. */
  standingOf(principal: Principal): Standing;
}

/**
 * Whether a credential still lets its owner in. One that expired is followed by the next one, and what
 * its owner began goes on with that; one that was revoked takes everything with it.
 */
export type Standing = "valid" | "expired" | "revoked";

/** The outcome. The words of a refusal are for the log: the caller learns only that it was refused. */
export type Authentication =
  | { readonly kind: "known"; readonly principal: Principal }
  | { readonly kind: "refused"; readonly reason: RefusalReason };

/** Why a token was refused; also the label of a metric. */
export type RefusalReason =
  | "unknown"
  | "expired"
  | "not_yet_valid"
  | "wrong_issuer"
  | "wrong_audience"
  | "bad_signature"
  | "malformed"
  | "unavailable";
