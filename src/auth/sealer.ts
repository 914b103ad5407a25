// Sealed values: what this server gives to a client to bring back (the state of a call that asks, a
// page's cursor) and what nobody may read or change on the way. AES-256-GCM (NIST SP 800-38D); the
// purpose and whatever the value is bound to are authenticated with it, so that a value that was sealed
// for one call, principal or method opens for no other. When it expires is for its owner to write in.

import { Buffer } from "node:buffer";
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { CarError, invariant } from "../base/errors.ts";

/** A key of the installation. */
export interface SealingKey {
  /** Names it in front of what it sealed; letters and digits. */
  readonly id: string;
  /** 256 bits. */
  readonly secret: Uint8Array;
}

/** Where the keys come from; they change over time, and several processes may share them. */
export interface SealingKeys {
  /** The one that seals now. */
  current(): SealingKey;
  /** One that may still open; undefined for one that was retired too long ago or never was. */
  find(id: string): SealingKey | undefined;
}

/** What a sealer is made of. */
export interface SealerOptions {
  readonly keys: SealingKeys;
  /** The longest sealed text, in characters. */
  readonly sealedCharsMax: number;
}

const CIPHER = "aes-256-gcm";
const SECRET_BYTES = 32;
// Random nonces of this length are good for 2^32 texts of one key (SP 800-38D section 8.3): 1,600 a
// second for the thirty days that a key seals.
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const SEALED = /^([0-9a-z]{1,32})\.([0-9A-Za-z_-]+)$/;

/** Seals JSON values into text for a URL, a header or a JSON string, and opens it again. */
export class Sealer {
  readonly #keys: SealingKeys;
  readonly #sealedCharsMax: number;

  constructor({ keys, sealedCharsMax }: SealerOptions) {
    this.#keys = keys;
    this.#sealedCharsMax = sealedCharsMax;
  }

  /**
   * Seals a JSON value for a purpose; it opens only with the same `boundTo`, for which texts of several
   * parts are to be joined so that none can pass for another. Throws CarError `limit_reached` for a
   * value that is too long.
   */
  seal(purpose: string, value: unknown, boundTo: string): string {
    const text: string | undefined = JSON.stringify(value);
    invariant(text !== undefined, "what is sealed is a JSON value");
    const { id, secret } = this.#keys.current();
    invariant(secret.length === SECRET_BYTES, "a sealing key has 256 bits");
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, secret, nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(bindingOf(purpose, boundTo));
    const hidden = [cipher.update(text, "utf8"), cipher.final()];
    const bytes = Buffer.concat([nonce, ...hidden, cipher.getAuthTag()]);
    const sealed = `${id}.${bytes.toString("base64url")}`;
    if (sealed.length <= this.#sealedCharsMax) return sealed;
    const most = this.#sealedCharsMax;
    const message = `Cannot seal ${sealed.length} characters for "${purpose}", at most ${most}`;
    throw new CarError("limit_reached", message);
  }

  /**
   * Opens what was sealed for the same purpose and the same `boundTo`. Undefined for anything else:
   * changed by a bit, made by somebody else, too long, or sealed with a key that is no more.
   */
  open(purpose: string, text: string, boundTo: string): unknown | undefined {
    if (text.length > this.#sealedCharsMax) return undefined;
    const [, id, encoded] = SEALED.exec(text) ?? [];
    if (id === undefined || encoded === undefined) return undefined;
    const bytes = Buffer.from(encoded, "base64url");
    // The last character has bits that mean nothing; one text alone is the sealed one.
    if (bytes.toString("base64url") !== encoded) return undefined;
    if (bytes.length <= NONCE_BYTES + TAG_BYTES) return undefined;
    const key = this.#keys.find(id);
    if (key === undefined) return undefined;
    const json = decrypt(key.secret, bytes, bindingOf(purpose, boundTo));
    return json === undefined ? undefined : JSON.parse(json);
  }
}

function decrypt(secret: Uint8Array, bytes: Buffer, binding: Buffer): string | undefined {
  const nonce = bytes.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv(CIPHER, secret, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(binding);
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  const text = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES));
  try {
    return Buffer.concat([text, decipher.final()]).toString("utf8");
  } catch {
    // The only fault of `final()` here: the tag does not fit.
    return undefined;
  }
}

// As JSON, so that no purpose and binding together read as another two.
function bindingOf(purpose: string, boundTo: string): Buffer {
  return Buffer.from(JSON.stringify([purpose, boundTo]), "utf8");
}
