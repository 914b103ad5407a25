// How a daemon shows that it is the one of this installation before it is sent the installation's token:
// after a crash, somebody else on the machine may listen where it did. It answers a challenge with what
// only a reader of the token's file can compute (RFC 2104, HMAC), bound to the port, so that an answer
// cannot be passed on from another one.

import { Buffer } from "node:buffer";
import { createHmac, timingSafeEqual } from "node:crypto";

/** The request header that carries the challenge. */
export const CHALLENGE_HEADER = "car-challenge";

const CHALLENGE = /^[A-Za-z0-9_-]{16,128}$/;
const PURPOSE = "car-mcp daemon";

/** What is proved. */
export interface ProofRequest {
  readonly token: string;
  readonly challenge: string;
  readonly port: number;
}

/** The proof; undefined for what is no challenge. */
export function proofOf({ token, challenge, port }: ProofRequest): string | undefined {
  if (!CHALLENGE.test(challenge)) return undefined;
  return createHmac("sha256", token).update(JSON.stringify([PURPOSE, challenge, port]))
    .digest("base64url");
}

/** Whether that is the proof. */
export function isProof(proof: unknown, request: ProofRequest): boolean {
  const expected = Buffer.from(proofOf(request) ?? "");
  const given = Buffer.from(typeof proof === "string" ? proof : "");
  return expected.length > 0 && given.length === expected.length &&
    timingSafeEqual(given, expected);
}
