import assert from "node:assert/strict";
import { tokenHash, type VerifiedToken, VerifiedTokens } from "../../src/auth/verified_tokens.ts";
import { readKeySet } from "../../src/auth/verifying_keys.ts";
import { issuerKey, keySetOf } from "../helpers/fake_issuer.ts";

const KEYS = await readKeySet(keySetOf(await issuerKey("ES256", "a")), 1);

function token(id: string): VerifiedToken {
  const key = KEYS?.keys[0];
  assert.ok(key);
  return { principal: { id }, key, expiresMs: 1 };
}

Deno.test("VerifiedTokens forgets the one that was used longest ago", () => {
  const tokens = new VerifiedTokens(2);
  tokens.add("a", token("a"));
  tokens.add("b", token("b"));
  assert.equal(tokens.get("a")?.principal.id, "a");
  tokens.add("c", token("c"));
  assert.equal(tokens.get("b"), undefined);
  assert.deepEqual(["a", "c"].map((hash) => tokens.get(hash)?.principal.id), ["a", "c"]);
  assert.equal(tokens.size, 2);
});

Deno.test("VerifiedTokens takes a token twice as one, and forgets what it is told to", () => {
  const tokens = new VerifiedTokens(2);
  tokens.add("a", token("a"));
  tokens.add("a", token("again"));
  assert.equal(tokens.size, 1);
  assert.equal(tokens.get("a")?.principal.id, "again");
  tokens.delete("a");
  tokens.delete("a");
  assert.equal(tokens.size, 0);
});

Deno.test("VerifiedTokens of none remembers none", () => {
  const tokens = new VerifiedTokens(0);
  tokens.add("a", token("a"));
  assert.equal(tokens.get("a"), undefined);
});

Deno.test("tokenHash() differs for every token and holds nothing of it", () => {
  assert.notEqual(tokenHash("a.b.c"), tokenHash("a.b.d"));
  assert.match(tokenHash("secret"), /^[0-9a-f]{64}$/);
});
