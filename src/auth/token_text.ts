// The tokens that this server gives out: `car_`, the id of the record, and 256 random bits. The id says
// which hash to compare with, so that a token is looked up without a search that tells by its time
// how much of a guess was right.

import { Buffer } from "node:buffer";
import { createHash, timingSafeEqual } from "node:crypto";
import type { FillRandom } from "../base/ids.ts";

/** A token in its parts. */
export interface TokenParts {
  readonly id: string;
  readonly secret: string;
}

/** What begins every token, so that a person and a scanner of secrets know it. */
export const TOKEN_PREFIX = "car_";

const ID_CHARS = 12;
const SECRET_BYTES = 32;
// 32 bytes in base64url, without padding.
const SECRET_CHARS = 43;
const FORM = new RegExp(
  `^${TOKEN_PREFIX}([0-9a-f]{${ID_CHARS}})_([A-Za-z0-9_-]{${SECRET_CHARS}})$`,
);

/** Makes a token. */
export function createToken(
  fillRandom: FillRandom = (bytes) => crypto.getRandomValues(bytes),
): TokenParts {
  return {
    id: Buffer.from(fillRandom(new Uint8Array(ID_CHARS / 2))).toString("hex"),
    secret: Buffer.from(fillRandom(new Uint8Array(SECRET_BYTES))).toString("base64url"),
  };
}

/** The token as it is shown once and sent ever after. */
export function writeToken({ id, secret }: TokenParts): string {
  return `${TOKEN_PREFIX}${id}_${secret}`;
}

/** The parts of what may be a token; undefined for anything of another form. */
export function readToken(text: string): TokenParts | undefined {
  const [, id, secret] = FORM.exec(text) ?? [];
  return id === undefined || secret === undefined ? undefined : { id, secret };
}

/** What is kept in place of the secret: it is random, so one round of SHA-256 is enough. */
export function hashOf(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

/** Whether a secret has that hash, in a time that does not depend on either. */
export function hasHash(secret: string, hash: string): boolean {
  const actual = createHash("sha256").update(secret).digest();
  const kept = Buffer.from(hash, "hex");
  return kept.length === actual.length && timingSafeEqual(kept, actual);
}
