// The keys of an identity provider, read from its key set (RFC 7517). Whatever a key says of itself
// that does not fit the signatures that are taken here makes it no key of ours; it does not make the
// others worthless.

import { importJWK } from "jose/key/import";
import { canonicalJson } from "../base/canonical_json.ts";

/** The signatures that are taken: none of a shared secret, and never none (RFC 8725, section 3.1). */
export const ALGORITHMS = ["RS256", "ES256", "EdDSA"] as const;

/** How a token is signed. */
export type Algorithm = typeof ALGORITHMS[number];

/** A public key. */
export interface VerifyingKey {
  /** Its `kid`; undefined: it has none. */
  readonly id: string | undefined;
  readonly algorithm: Algorithm;
  readonly material: CryptoKey;
  /** Two keys with the same text are the same key. */
  readonly text: string;
}

/** What is in a key set. */
export interface KeySetReading {
  readonly keys: readonly VerifyingKey[];
  /** How many of its keys are none of ours. */
  readonly ignored: number;
}

/** What makes up a public key, by its type (RFC 7518, section 6; RFC 8037, section 2). */
interface KeyForm {
  readonly algorithm: Algorithm;
  readonly curve?: string;
  /** Its numbers, as they are written. */
  readonly numbers: Readonly<Record<string, RegExp>>;
}

// 2,048 to 8,192 bits: below, a key is weak, above, a check takes as long as anybody wishes. An exponent is
// 65537 nearly always, and never more than 64 bits.
const MODULUS = /^[A-Za-z0-9_-]{342,1366}$/;
const EXPONENT = /^[A-Za-z0-9_-]{1,11}$/;
const NUMBER_OF_256_BITS = /^[A-Za-z0-9_-]{43}$/;

const KEY_FORMS: Readonly<Record<string, KeyForm>> = {
  RSA: { algorithm: "RS256", numbers: { n: MODULUS, e: EXPONENT } },
  EC: {
    algorithm: "ES256",
    curve: "P-256",
    numbers: { x: NUMBER_OF_256_BITS, y: NUMBER_OF_256_BITS },
  },
  OKP: { algorithm: "EdDSA", curve: "Ed25519", numbers: { x: NUMBER_OF_256_BITS } },
};

// RFC 7518, section 3.3.
const RSA_BITS_MIN = 2_048;
const ID_CHARS_MAX = 256;

/**
 * Reads a key set; undefined for what is none. Keys beyond `keysMax` are ignored, and of two with the same
 * id and algorithm the second.
 */
export async function readKeySet(
  document: unknown,
  keysMax: number,
): Promise<KeySetReading | undefined> {
  const entries = membersOf(document)?.keys;
  if (!Array.isArray(entries)) return undefined;
  const keys = new Map<string, VerifyingKey>();
  for (const entry of entries.slice(0, keysMax)) {
    const key = await readKey(entry);
    if (key === undefined) continue;
    const name = JSON.stringify([key.algorithm, key.id ?? key.text]);
    if (!keys.has(name)) keys.set(name, key);
  }
  return { keys: [...keys.values()], ignored: entries.length - keys.size };
}

async function readKey(entry: unknown): Promise<VerifyingKey | undefined> {
  const jwk = membersOf(entry);
  if (jwk === undefined || typeof jwk.kty !== "string") return undefined;
  const form = Object.hasOwn(KEY_FORMS, jwk.kty) ? KEY_FORMS[jwk.kty] : undefined;
  if (form === undefined || !isForChecking(jwk, form)) return undefined;
  const { kid: id } = jwk;
  if (id !== undefined && (typeof id !== "string" || id.length > ID_CHARS_MAX)) return undefined;
  const numbers: Record<string, string> = {};
  for (const [name, written] of Object.entries(form.numbers)) {
    const number = jwk[name];
    if (typeof number !== "string" || !written.test(number)) return undefined;
    numbers[name] = number;
  }
  const publicPart = { kty: jwk.kty, ...(form.curve && { crv: form.curve }), ...numbers };
  const material = await importedKey(publicPart, form.algorithm);
  if (material === undefined) return undefined;
  return { id, algorithm: form.algorithm, material, text: canonicalJson(publicPart) };
}

/** Whether a key is for checking signatures of its kind, and public. */
function isForChecking(jwk: Readonly<Record<string, unknown>>, form: KeyForm): boolean {
  const { alg, use, key_ops: operations, crv, d } = jwk;
  // A private key that stands in a public place belongs to everybody by now.
  if (d !== undefined) return false;
  if (alg !== undefined && alg !== form.algorithm) return false;
  if (use !== undefined && use !== "sig") return false;
  if (form.curve !== undefined && crv !== form.curve) return false;
  return operations === undefined || (Array.isArray(operations) && operations.includes("verify"));
}

async function importedKey(
  publicPart: { readonly kty: string },
  algorithm: Algorithm,
): Promise<CryptoKey | undefined> {
  try {
    const material = await importJWK(publicPart, algorithm);
    if (!(material instanceof CryptoKey)) return undefined;
    const { modulusLength = Infinity } = material.algorithm as { readonly modulusLength?: number };
    return modulusLength < RSA_BITS_MIN ? undefined : material;
  } catch {
    // Its numbers make no key.
    return undefined;
  }
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? value as Readonly<Record<string, unknown>>
    : undefined;
}
