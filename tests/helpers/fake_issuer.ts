// An identity provider for tests: keys, the set of their public halves, and tokens signed with them that
// say whatever a test wishes.

import { Buffer } from "node:buffer";
import { exportJWK, generateKeyPair, type JWK } from "jose";

/** Where the tokens of the fake provider come from. */
export const ISSUER = "https://id.example/";
/** What they are for. */
export const AUDIENCE = "https://car.example/mcp";

/** A key of the provider. */
export interface IssuerKey {
  readonly alg: string;
  readonly kid: string;
  readonly publicJwk: JWK;
  readonly privateKey: CryptoKey;
}

/** What a token is signed for, over what a good one has. */
export interface TokenOptions {
  /** Over `alg`, `kid` and `typ`; undefined takes a member away. */
  readonly header?: Readonly<Record<string, unknown>>;
  /** Over the claims of a good token; undefined takes a claim away. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** The claims as JSON text, in place of all others. */
  readonly claimsText?: string;
}

/** Makes a key. */
export async function issuerKey(alg: string, kid: string): Promise<IssuerKey> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  const publicJwk = { ...await exportJWK(publicKey), kid, alg, use: "sig" };
  return { alg, kid, publicJwk, privateKey };
}

/** The set of public keys as a provider publishes it. */
export function keySetOf(...keys: readonly IssuerKey[]): { readonly keys: readonly JWK[] } {
  return { keys: keys.map(({ publicJwk }) => publicJwk) };
}

/** The claims of a token that is good for five minutes from then on. */
export function goodClaims(nowMs: number): Record<string, unknown> {
  const now = Math.floor(nowMs / 1000);
  return { iss: ISSUER, aud: AUDIENCE, sub: "alice", iat: now, exp: now + 300 };
}

/** Signs a token, or what only looks like one. */
export async function signToken(
  key: IssuerKey,
  nowMs: number,
  { header = {}, claims = {}, claimsText }: TokenOptions = {},
): Promise<string> {
  const head = encoded({ alg: key.alg, kid: key.kid, typ: "JWT", ...header });
  const body = claimsText === undefined
    ? encoded({ ...goodClaims(nowMs), ...claims })
    : Buffer.from(claimsText).toString("base64url");
  const signed = `${head}.${body}`;
  return `${signed}.${await signatureOf(signed, key)}`;
}

/** A part of a token. */
export function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

async function signatureOf(text: string, { alg, privateKey }: IssuerKey): Promise<string> {
  const how = SIGNATURES[alg];
  if (how === undefined) throw new Error(`No signature of this kind here: ${alg}`);
  const bytes = await crypto.subtle.sign(how, privateKey, new TextEncoder().encode(text));
  return Buffer.from(bytes).toString("base64url");
}

const SIGNATURES: Readonly<Record<string, EcdsaParams | Algorithm>> = {
  RS256: { name: "RSASSA-PKCS1-v1_5" },
  RS512: { name: "RSASSA-PKCS1-v1_5" },
  ES256: { name: "ECDSA", hash: "SHA-256" },
  EdDSA: { name: "Ed25519" },
};
