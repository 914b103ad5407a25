// Which era a posted message belongs to: the revisions with a handshake, or the stateless ones. The
// body decides and not the header, because clients send a version header in both (2026-07-28,
// "Versioning"); a header that claims what the body does not is an error.

import { HEADER_MISMATCH, INVALID_PARAMS, INVALID_REQUEST } from "./error_codes.ts";
import { errorResponse, type RpcError, type RpcRequest, type ValidEnvelope } from "./json_rpc.ts";
import { claimsVersion, VERSION_KEY } from "./version_claim.ts";

/** What becomes of a posted message. */
export type Era =
  | { readonly kind: "legacy" }
  | { readonly kind: "modern"; readonly request: RpcRequest }
  /** A notification of a stateless client: taken and forgotten. */
  | { readonly kind: "modern_notification"; readonly method: string }
  | { readonly kind: "refused"; readonly error: RpcError };

const LEGACY: Era = { kind: "legacy" };

/** The era of a batch; `isModernHeader` where the version header names a stateless revision. */
export function eraOfBatch(messages: readonly unknown[], isModernHeader: boolean): Era {
  if (!isModernHeader && messages.length > 0 && !messages.some(claimsVersion)) return LEGACY;
  return refused(INVALID_REQUEST, messages.length === 0 ? "An empty batch" : "No batches here");
}

/** The era of a single message that passed the envelope check. */
export function eraOf(
  envelope: ValidEnvelope,
  isModernHeader: boolean,
): Era {
  const { message } = envelope;
  const claims = claimsVersion(message);
  if (!claims && !isModernHeader) return LEGACY;
  switch (envelope.kind) {
    case "notification":
      return { kind: "modern_notification", method: envelope.message.method };
    case "response":
      return refused(INVALID_REQUEST, "A stateless server asks nothing, so nothing is answered");
    case "request":
      return claims ? { kind: "modern", request: envelope.message } : unclaimed(envelope.message);
  }
}

function unclaimed({ id, method }: RpcRequest): Era {
  if (method === "initialize") {
    const message = "Header MCP-Protocol-Version names a revision without initialize";
    return { kind: "refused", error: errorResponse(id, { code: HEADER_MISMATCH, message }) };
  }
  const message = `Missing "params._meta.${VERSION_KEY}"`;
  return { kind: "refused", error: errorResponse(id, { code: INVALID_PARAMS, message }) };
}

function refused(code: number, message: string): Era {
  return { kind: "refused", error: errorResponse(null, { code, message }) };
}
