// Tokens made to be let in with, none of which may be.

import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createHmac } from "node:crypto";
import { exportSPKI, importJWK } from "jose";
import {
  encoded,
  goodClaims,
  type IssuerKey,
  issuerKey,
  signToken,
  type TokenOptions,
} from "../helpers/fake_issuer.ts";
import { type JwtChecker, jwtChecker } from "../helpers/jwt_checker.ts";
import { seededRandom, testSeed } from "../helpers/seeded_random.ts";

const RSA = await issuerKey("RS256", "rsa");
const EC = await issuerKey("ES256", "ec");
const ED = await issuerKey("EdDSA", "ed");
const KEYS = [RSA, EC, ED];
const MALLORY = await issuerKey("ES256", "mallory");

function unsigned({ clock }: JwtChecker, header: unknown, signature = ""): string {
  return `${encoded(header)}.${encoded(goodClaims(clock.now()))}.${signature}`;
}

Deno.test("a token that nobody signed lets nobody in mcp:165", async () => {
  const checker = jwtChecker(KEYS);
  for (const alg of ["none", "None", "NONE", "nOnE", "", null, undefined, ["none"], 0]) {
    for (const kid of ["ec", undefined]) {
      assert.equal(await checker.judge(unsigned(checker, { alg, kid })), "malformed", `${alg}`);
      assert.equal(await checker.judge(unsigned(checker, { alg, kid }, "AAAA")), "malformed");
    }
  }
  for (const { alg, kid } of KEYS) {
    assert.notEqual(await checker.judge(unsigned(checker, { alg, kid })), "jwt:alice");
    assert.equal(await checker.judge(unsigned(checker, { alg, kid }, "AAAA")), "bad_signature");
  }
});

Deno.test("a public key is no shared secret mcp:165", async () => {
  const checker = jwtChecker(KEYS);
  for (const { publicJwk, alg, kid } of KEYS) {
    const imported = await importJWK(publicJwk, alg, { extractable: true });
    assert.ok(imported instanceof CryptoKey);
    const pem = await exportSPKI(imported);
    const secrets = [pem, pem.trim(), JSON.stringify(publicJwk), publicJwk.x, publicJwk.n];
    for (const secret of secrets.filter((each) => each !== undefined)) {
      for (const [name, hash] of [["HS256", "sha256"], ["HS512", "sha512"]] as const) {
        const signed = unsigned(checker, { alg: name, kid }).slice(0, -1);
        const signature = createHmac(hash, secret).update(signed).digest("base64url");
        assert.equal(await checker.judge(`${signed}.${signature}`), "malformed");
      }
    }
  }
});

Deno.test("a key serves for its own kind of signature alone", async () => {
  const checker = jwtChecker(KEYS);
  for (const key of KEYS) {
    for (const { alg, kid } of KEYS.filter((other) => other !== key)) {
      assert.equal(await checker.judge(await checker.sign(key, { header: { kid } })), "unknown");
      const mixed = await checker.sign(key, { header: { alg, kid } });
      assert.equal(await checker.judge(mixed), "bad_signature", `${key.alg} as ${alg}`);
    }
  }
  const strong = await issuerKey("RS512", "rsa");
  assert.equal(await checker.judge(await checker.sign(strong)), "malformed");
});

Deno.test("a token cannot bring its own key, or say where to fetch it", async () => {
  const checker = jwtChecker(KEYS);
  const own = { jwk: MALLORY.publicJwk };
  const url = "http://127.0.0.1:1/keys";
  const headers: TokenOptions["header"][] = [
    { ...own, kid: "ec" },
    { jku: url, kid: "ec" },
    { x5u: url, kid: "ec" },
    { x5c: ["AAAA"], kid: "ec" },
  ];
  for (const header of headers) {
    assert.equal(
      await checker.judge(await checker.sign(MALLORY, { ...given(header) })),
      "bad_signature",
    );
  }
  assert.equal(await checker.judge(await checker.sign(MALLORY, { header: own })), "unknown");
  assert.equal(checker.source.fetches, 1);
});

function given(header: TokenOptions["header"]): TokenOptions {
  return header === undefined ? {} : { header };
}

Deno.test("a header that asks for more than is known here is refused", async () => {
  const checker = jwtChecker(KEYS);
  const headers = [
    { crit: ["exp"], exp: 1 },
    { crit: ["b64"], b64: false },
    { crit: ["unheard-of"], "unheard-of": true },
    { crit: [] },
    { crit: "b64" },
    { kid: 7 },
    { kid: ["ec"] },
    { kid: { toString: "ec" } },
  ];
  for (const header of headers) {
    assert.equal(await checker.judge(await checker.sign(EC, { header })), "malformed");
  }
  for (const kid of ["__proto__", "constructor", "../ec", "ec\u0000", "", "EC", "ec "]) {
    assert.equal(await checker.judge(await checker.sign(EC, { header: { kid } })), "unknown", kid);
  }
});

Deno.test("a time that is no time makes no token that lasts", async () => {
  const checker = jwtChecker(KEYS);
  const texts = [
    '"9999999999"',
    "1e400",
    "1e300",
    "9007199254740993",
    "-1e400",
    "null",
    "true",
    "[]",
  ];
  for (const exp of texts) {
    const good = JSON.stringify({ ...goodClaims(checker.clock.now()), exp: undefined });
    const claimsText = `${good.slice(0, -1)},"exp":${exp}}`;
    const judged = await checker.judge(await checker.sign(EC, { claimsText }));
    assert.ok(["malformed", "expired"].includes(judged), `${exp}: ${judged}`);
  }
  for (const nbf of ["1e400", '"0"', "null"]) {
    const good = JSON.stringify(goodClaims(checker.clock.now()));
    const claimsText = `${good.slice(0, -1)},"nbf":${nbf}}`;
    const judged = await checker.judge(await checker.sign(EC, { claimsText }));
    assert.ok(["malformed", "not_yet_valid"].includes(judged), `${nbf}: ${judged}`);
  }
});

// RFC 7519, section 4: of claims with one name, the last one counts.
Deno.test("of a claim that stands twice the last one counts", async () => {
  const checker = jwtChecker(KEYS);
  const good = JSON.stringify(goodClaims(checker.clock.now())).slice(0, -1);
  const judge = async (more: string) =>
    await checker.judge(await checker.sign(EC, { claimsText: `${good},${more}}` }));
  assert.equal(await judge('"iss":"https://mallory.example"'), "wrong_issuer");
  assert.equal(await judge('"aud":"https://mallory.example"'), "wrong_audience");
  assert.equal(await judge('"exp":1'), "expired");
  assert.equal(await judge('"__proto__":{"sub":"root"}'), "jwt:alice");
});

Deno.test("claims that are no object make no token", async () => {
  const checker = jwtChecker(KEYS);
  const texts = ["", "null", "[]", '"alice"', "7", "{", "[".repeat(3_000)];
  for (const claimsText of texts) {
    assert.equal(
      await checker.judge(await checker.sign(EC, { claimsText })),
      "malformed",
      claimsText,
    );
  }
});

Deno.test("a token is worth nothing with any one of its characters changed", async () => {
  const checker = jwtChecker(KEYS);
  const seed = testSeed();
  const random = seededRandom(seed);
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";
  for (const key of KEYS) {
    const token = await checker.sign(key);
    assert.equal(await checker.judge(token), "jwt:alice");
    for (let round = 0; round < 200; round++) {
      const at = random(token.length);
      const character = alphabet[random(alphabet.length)] ?? "";
      const changed = `${token.slice(0, at)}${character}${token.slice(at + 1)}`;
      if (meansTheSame(changed, token)) continue;
      const why = `seed ${seed}, ${key.alg}, character ${at} as ${character}`;
      assert.notEqual(await checker.judge(changed), "jwt:alice", why);
    }
  }
});

// The last character of a part may have bits that mean nothing.
function meansTheSame(changed: string, token: string): boolean {
  const bytesOf = (text: string) => text.split(".").map((part) => Buffer.from(part, "base64url"));
  const [ours, theirs] = [bytesOf(token), bytesOf(changed)];
  return ours.length === theirs.length &&
    ours.every((part, at) => part.equals(theirs[at] ?? Buffer.of()));
}

Deno.test("authenticate() comes to an end for whatever looks like a token", async () => {
  const checker = jwtChecker(KEYS);
  const seed = testSeed();
  const random = seededRandom(seed);
  const pick = <T>(among: readonly T[]) => among[random(among.length)];
  const values = [null, 0, -1, 1e300, "", "ec", "ES256", [], {}, { a: 1 }, true, "\u0000", [
    "ES256",
  ]];
  for (let round = 0; round < 500; round++) {
    const header = { alg: pick(["ES256", "RS256", "EdDSA"]), kid: "ec", typ: "JWT" };
    const name = pick(["alg", "kid", "typ", "crit", "b64", "cty", "enc", "zip", "p2c", "epk"]) ??
      "";
    const damaged = { ...header, [name]: pick(values) };
    const claim = pick(["iss", "aud", "sub", "exp", "nbf", "iat", "jti", "scope", "scp"]) ?? "";
    const token = await checker.sign(EC, { header: damaged, claims: { [claim]: pick(values) } });
    const judged = await checker.judge(token);
    assert.equal(typeof judged, "string", `seed ${seed}, round ${round}`);
  }
});

Deno.test("a flood of tokens with keys of nobody's leads to one fetch a minute mcp:174", async () => {
  const checker = jwtChecker(KEYS);
  const flood = Array.from({ length: 200 }, (_, at) => floodToken(checker, MALLORY, at));
  const judged = await Promise.all(flood.map(async (token) => checker.judge(await token)));
  assert.deepEqual(new Set(judged), new Set(["unknown"]));
  assert.equal(checker.source.fetches, 1);
  assert.equal(await checker.judge(await checker.sign(EC)), "jwt:alice");
});

function floodToken({ clock }: JwtChecker, key: IssuerKey, at: number): Promise<string> {
  return signToken(key, clock.now(), { header: { kid: `nobody's ${at}` } });
}
