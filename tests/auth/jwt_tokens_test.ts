import assert from "node:assert/strict";
import type { Principal } from "../../src/auth/principal.ts";
import { AUDIENCE, ISSUER, issuerKey } from "../helpers/fake_issuer.ts";
import { jwtChecker } from "../helpers/jwt_checker.ts";

const RSA = await issuerKey("RS256", "rsa");
const EC = await issuerKey("ES256", "ec");
const ED = await issuerKey("EdDSA", "ed");
const OTHER = await issuerKey("ES256", "other");

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

async function principalOf(
  checker: ReturnType<typeof jwtChecker>,
  token: string,
): Promise<Principal> {
  const outcome = await checker.tokens.authenticate(token);
  assert.ok(outcome.kind === "known", JSON.stringify(outcome));
  return outcome.principal;
}

Deno.test("JwtTokens takes what has three parts, and no token of our own", () => {
  const { tokens } = jwtChecker([EC]);
  assert.deepEqual(["a.b.c", "a.b.", "a-_.b.c"].map((each) => tokens.takes(each)), [
    true,
    true,
    true,
  ]);
  const others = ["", "a", "a.b", ".b.c", "a..c", "a.b.c.d", "a.b.c.d.e", "a.b.c=", "a.b.c d"];
  assert.deepEqual(others.filter((each) => tokens.takes(each)), []);
  assert.equal(tokens.takes(`car_0123456789ab_${"a".repeat(43)}`), false);
});

Deno.test("JwtTokens.authenticate() lets in who shows a good token of each kind of key", async () => {
  const { judge, sign } = jwtChecker([RSA, EC, ED]);
  for (const key of [RSA, EC, ED]) assert.equal(await judge(await sign(key)), "jwt:alice");
});

Deno.test("JwtTokens.authenticate() takes the audience among several, and no typ or another", async () => {
  const { judge, sign } = jwtChecker([EC]);
  const audiences = { claims: { aud: ["https://other.example", AUDIENCE] } };
  assert.equal(await judge(await sign(EC, audiences)), "jwt:alice");
  for (const typ of [undefined, "at+jwt", "application/at+jwt"]) {
    assert.equal(await judge(await sign(EC, { header: { typ } })), "jwt:alice");
  }
});

Deno.test("JwtTokens.authenticate() says why it refuses mcp:165", async () => {
  const { judge, sign, clock } = jwtChecker([EC]);
  const now = Math.floor(clock.now() / SECOND_MS);
  const refusals: [string, Record<string, unknown>][] = [
    ["wrong_issuer", { iss: "https://id.example" }],
    ["wrong_issuer", { iss: undefined }],
    ["wrong_issuer", { iss: [ISSUER] }],
    ["wrong_audience", { aud: "https://car.example" }],
    ["wrong_audience", { aud: `${AUDIENCE}/` }],
    ["wrong_audience", { aud: [] }],
    ["wrong_audience", { aud: undefined }],
    ["wrong_audience", { aud: { 0: AUDIENCE } }],
    ["expired", { exp: now - 61 }],
    ["not_yet_valid", { nbf: now + 61 }],
    ["malformed", { exp: undefined }],
    ["malformed", { sub: undefined }],
    ["malformed", { sub: "a\nb" }],
    ["malformed", { nbf: "soon" }],
  ];
  for (const [reason, claims] of refusals) {
    assert.equal(await judge(await sign(EC, { claims })), reason, JSON.stringify(claims));
  }
  assert.equal(await judge(await sign(OTHER)), "unknown");
  assert.equal(await judge(await sign(OTHER, { header: { kid: "ec" } })), "bad_signature");
});

Deno.test("JwtTokens.authenticate() allows for a minute between two clocks, both ways", async () => {
  const { judge, sign, clock } = jwtChecker([EC]);
  const now = Math.floor(clock.now() / SECOND_MS);
  assert.equal(await judge(await sign(EC, { claims: { exp: now - 59 } })), "jwt:alice");
  assert.equal(await judge(await sign(EC, { claims: { exp: now - 60 } })), "expired");
  assert.equal(await judge(await sign(EC, { claims: { nbf: now + 60 } })), "jwt:alice");
});

Deno.test("JwtTokens.authenticate() answers at once for a token that it has checked", async () => {
  const { tokens, sign } = jwtChecker([EC]);
  const token = await sign(EC);
  assert.ok(tokens.authenticate(token) instanceof Promise);
  await tokens.authenticate(token);
  const again = tokens.authenticate(token);
  assert.ok(!(again instanceof Promise));
  assert.equal(again.kind, "known");
});

Deno.test("JwtTokens.authenticate() refuses a token that it has checked once that is over", async () => {
  const { judge, sign, clock } = jwtChecker([EC]);
  const token = await sign(EC);
  assert.equal(await judge(token), "jwt:alice");
  clock.advance(6 * MINUTE_MS - SECOND_MS);
  assert.equal(await judge(token), "jwt:alice");
  clock.advance(SECOND_MS);
  assert.equal(await judge(token), "expired");
});

Deno.test("JwtTokens.authenticate() refuses a checked token whose key was withdrawn", async () => {
  const { judge, sign, clock, source } = jwtChecker([EC, OTHER]);
  const now = Math.floor(clock.now() / SECOND_MS);
  const token = await sign(EC, { claims: { exp: now + 3_600 } });
  assert.equal(await judge(token), "jwt:alice");
  source.offer(OTHER);
  clock.advance(10 * MINUTE_MS);
  assert.equal(await judge(token), "jwt:alice");
  // The fetch that this has started ends before the next one is asked for.
  assert.equal(await judge(await sign(OTHER)), "jwt:alice");
  assert.equal(await judge(token), "unknown");
});

Deno.test("JwtTokens.authenticate() refuses a checked token whose key has another one in its place", async () => {
  const { judge, sign, clock, source } = jwtChecker([EC]);
  const now = Math.floor(clock.now() / SECOND_MS);
  const token = await sign(EC, { claims: { exp: now + 3_600 } });
  assert.equal(await judge(token), "jwt:alice");
  const second = await issuerKey("ES256", "ec");
  source.offer(second);
  clock.advance(MINUTE_MS);
  assert.equal(await judge(await sign(EC, { header: { kid: "nobody's" } })), "unknown");
  assert.equal(await judge(token), "bad_signature");
  assert.equal(await judge(await sign(second)), "jwt:alice");
});

Deno.test("JwtTokens.authenticate() refuses a checked token once the keys are too old", async () => {
  const { judge, sign, clock, source } = jwtChecker([EC]);
  const now = Math.floor(clock.now() / SECOND_MS);
  const token = await sign(EC, { claims: { exp: now + 86_400 } });
  assert.equal(await judge(token), "jwt:alice");
  source.fail();
  clock.advance(59 * MINUTE_MS);
  assert.equal(await judge(token), "jwt:alice");
  clock.advance(MINUTE_MS);
  assert.equal(await judge(token), "unavailable");
  source.offer(EC);
  clock.advance(MINUTE_MS);
  assert.equal(await judge(token), "jwt:alice");
});

Deno.test("JwtTokens.authenticate() is unavailable while the keys cannot be had mcp:174", async () => {
  const { judge, sign, clock, source } = jwtChecker([]);
  source.fail();
  assert.equal(await judge(await sign(EC)), "unavailable");
  source.offer(EC);
  assert.equal(await judge(await sign(EC)), "unavailable");
  clock.advance(MINUTE_MS);
  assert.equal(await judge(await sign(EC)), "jwt:alice");
  assert.equal(source.fetches, 2);
});

Deno.test("JwtTokens names what was shown by its jti, or by its hash", async () => {
  const checker = jwtChecker([EC]);
  const named = await principalOf(checker, await checker.sign(EC, { claims: { jti: "t-1" } }));
  assert.equal(named.credential, "jwt:t-1");
  const bare = [await checker.sign(EC), await checker.sign(EC, { claims: { jti: "a\nb" } })];
  const [first, second] = await Promise.all(bare.map((token) => principalOf(checker, token)));
  assert.match(first?.credential ?? "", /^jwt:[0-9a-f]{64}$/);
  assert.match(second?.credential ?? "", /^jwt:[0-9a-f]{64}$/);
  assert.notEqual(first?.credential, second?.credential);
  assert.ok(checker.tokens.knows(named));
  assert.equal(checker.tokens.knows({ id: "ci", credential: "token:1" }), false);
  assert.equal(checker.tokens.knows({ id: "local" }), false);
});

Deno.test("JwtTokens.standingOf() says when what was shown is over", async () => {
  const checker = jwtChecker([EC]);
  const principal = await principalOf(checker, await checker.sign(EC));
  assert.equal(checker.tokens.standingOf(principal), "valid");
  checker.clock.advance(6 * MINUTE_MS);
  assert.equal(checker.tokens.standingOf(principal), "expired");
  assert.equal(checker.tokens.standingOf({ id: "jwt:bob", credential: "jwt:x" }), "expired");
});

Deno.test("JwtTokens reads roles and namespaces where the configuration says", async () => {
  const checker = jwtChecker([EC], {
    claimNames: { roles: "realm_access.roles", namespaces: "namespaces" },
  });
  const claims = { realm_access: { roles: ["dev"] }, namespaces: ["team"], scope: "tools:call" };
  const { grants, namespace } = await principalOf(checker, await checker.sign(EC, { claims }));
  assert.deepEqual([...grants?.roles ?? []], ["dev"]);
  assert.deepEqual([...grants?.permissions ?? []], ["tools:call"]);
  assert.deepEqual([namespace, grants?.namespaces], ["team", ["team"]]);
});
