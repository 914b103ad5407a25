import assert from "node:assert/strict";
import { createToken, hasHash, hashOf, readToken, writeToken } from "../../src/auth/token_text.ts";

Deno.test("readToken() reads what writeToken() wrote", () => {
  for (let round = 0; round < 100; round++) {
    const parts = createToken();
    const text = writeToken(parts);
    assert.deepEqual(readToken(text), parts);
    assert.match(text, /^car_[0-9a-f]{12}_[A-Za-z0-9_-]{43}$/);
  }
});

Deno.test("readToken() reads nothing of another form", () => {
  const text = writeToken(createToken());
  const wrong = [
    "",
    "car_",
    text.slice(0, -1),
    `${text}A`,
    ` ${text}`,
    `${text}\n`,
    text.toUpperCase(),
    text.replace("car_", "rac_"),
    "a.b.c",
  ];
  for (const each of wrong) assert.equal(readToken(each), undefined, each);
});

Deno.test("hasHash() knows a secret by its hash mcp:176", () => {
  const { secret } = createToken();
  assert.ok(hasHash(secret, hashOf(secret)));
  assert.ok(!hasHash(`${secret}x`, hashOf(secret)));
  assert.ok(!hasHash(secret, hashOf(`${secret}x`)));
  assert.ok(!hasHash(secret, ""));
  assert.ok(!hasHash(secret, "not hexadecimal"));
  assert.ok(!hashOf(secret).includes(secret));
});
