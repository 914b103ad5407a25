import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { readKeySet } from "../../src/auth/verifying_keys.ts";
import { type IssuerKey, issuerKey } from "../helpers/fake_issuer.ts";

const RSA = await issuerKey("RS256", "rsa");
const EC = await issuerKey("ES256", "ec");
const ED = await issuerKey("EdDSA", "ed");

async function idsIn(keys: readonly unknown[], keysMax = 100): Promise<readonly unknown[]> {
  return (await readKeySet({ keys }, keysMax))?.keys.map(({ id }) => id) ?? ["no key set"];
}

/** Another key than the one it is made of, by its name; undefined takes a member away. */
function changed({ publicJwk }: IssuerKey, changes: Record<string, unknown>): unknown {
  return JSON.parse(JSON.stringify({ ...publicJwk, kid: "changed", ...changes }));
}

Deno.test("readKeySet() reads a key of each kind, with and without what it says of itself", async () => {
  const reading = await readKeySet({ keys: [RSA, EC, ED].map(({ publicJwk }) => publicJwk) }, 100);
  assert.deepEqual(reading?.keys.map(({ algorithm }) => algorithm), ["RS256", "ES256", "EdDSA"]);
  assert.equal(reading?.ignored, 0);
  const bare = { alg: undefined, use: undefined, kid: undefined };
  assert.deepEqual(await idsIn([changed(EC, bare), changed(RSA, bare)]), [undefined, undefined]);
  assert.deepEqual(await idsIn([changed(EC, { key_ops: ["verify"] })]), ["changed"]);
});

Deno.test("readKeySet() says that something is no key set", async () => {
  for (const document of [undefined, null, 7, "keys", [], {}, { keys: {} }, { keys: null }]) {
    assert.equal(await readKeySet(document, 100), undefined, JSON.stringify(document));
  }
  assert.deepEqual(await readKeySet({ keys: [] }, 100), { keys: [], ignored: 0 });
});

Deno.test("readKeySet() ignores keys for another use, one by one", async () => {
  const others = [
    changed(EC, { use: "enc" }),
    changed(EC, { alg: "ES384" }),
    changed(EC, { alg: "RS256" }),
    changed(EC, { alg: "ECDH-ES" }),
    changed(EC, { crv: "P-384" }),
    changed(EC, { crv: undefined }),
    changed(EC, { key_ops: ["sign"] }),
    changed(EC, { key_ops: "verify" }),
    changed(RSA, { alg: "PS256" }),
    changed(RSA, { alg: "HS256" }),
    changed(ED, { crv: "X25519" }),
  ];
  assert.deepEqual(await idsIn([...others, EC.publicJwk]), ["ec"]);
  const reading = await readKeySet({ keys: [...others, EC.publicJwk] }, 100);
  assert.equal(reading?.ignored, others.length);
});

Deno.test("readKeySet() ignores what is broken, secret or no key at all", async () => {
  const broken = [
    ...[null, 7, "ec", [], {}, { kty: "oct", k: "AAAA", alg: "HS256", kid: "s" }],
    ...[{ kty: "constructor" }, { kty: "__proto__" }, { kty: ["EC"] }, { kty: "EC" }],
    changed(EC, { d: "AAAA" }),
    changed(EC, { x: "AAAA" }),
    changed(EC, { x: "!".repeat(43) }),
    changed(EC, { x: 7 }),
    changed(EC, { kid: 7 }),
    changed(EC, { kid: "k".repeat(257) }),
    changed(ED, { x: "AAAA" }),
    changed(RSA, { n: "AAAA" }),
    changed(RSA, { e: undefined }),
  ];
  assert.deepEqual(await idsIn([...broken, ED.publicJwk]), ["ed"]);
});

Deno.test("readKeySet() ignores RSA keys that are too weak or too long to check with", async () => {
  const weak = await crypto.subtle.generateKey(
    {
      name: "RSASSA-PKCS1-v1_5",
      modulusLength: 1024,
      publicExponent: new Uint8Array([1, 0, 1]),
      hash: "SHA-256",
    },
    true,
    ["sign", "verify"],
  );
  const { kty, n = "", e } = await crypto.subtle.exportKey("jwk", weak.publicKey);
  const zeros = Buffer.alloc(128);
  const padded = Buffer.concat([zeros, Buffer.from(n, "base64url")]).toString("base64url");
  const { n: modulus = "" } = RSA.publicJwk;
  const others = [
    { kty, n, e, kid: "weak" },
    { kty, n: padded, e, kid: "weak, and written longer" },
    changed(RSA, { n: modulus.repeat(5) }),
    changed(RSA, { e: modulus }),
  ];
  assert.deepEqual(await idsIn([...others, RSA.publicJwk]), ["rsa"]);
});

Deno.test("readKeySet() ignores keys beyond the limit, and the second one of a name", async () => {
  const many = Array.from({ length: 5 }, (_, at) => changed(EC, { kid: `k${at}` }));
  assert.deepEqual(await idsIn(many, 3), ["k0", "k1", "k2"]);
  assert.equal((await readKeySet({ keys: many }, 3))?.ignored, 2);
  const second = await issuerKey("ES256", "ec");
  const reading = await readKeySet({ keys: [EC.publicJwk, second.publicJwk] }, 100);
  assert.equal(reading?.keys.length, 1);
  assert.ok(reading?.keys[0]?.text.includes(String(EC.publicJwk.x)));
  // Another kind of key under the same name is another key.
  assert.deepEqual(await idsIn([EC.publicJwk, changed(ED, { kid: "ec" })]), ["ec", "ec"]);
});
