import assert from "node:assert/strict";
import { isProof, proofOf } from "../../src/auth/local_proof.ts";

const REQUEST = { token: "car_token", challenge: "abcdefghijklmnop", port: 9102 };

Deno.test("isProof() takes the proof of that token, challenge and port alone", () => {
  const proof = proofOf(REQUEST);
  assert.ok(isProof(proof, REQUEST));
  assert.ok(!isProof(proof, { ...REQUEST, token: "another" }));
  assert.ok(!isProof(proof, { ...REQUEST, challenge: "ponmlkjihgfedcba" }));
  assert.ok(!isProof(proof, { ...REQUEST, port: 9103 }));
  for (const wrong of [undefined, null, "", 1, {}, `${proof}x`]) {
    assert.ok(!isProof(wrong, REQUEST));
  }
});

Deno.test("proofOf() proves nothing for what is no challenge", () => {
  for (
    const challenge of ["", "short", "x".repeat(129), "with space in it..", "üüüüüüüüüüüüüüüü"]
  ) {
    assert.equal(proofOf({ ...REQUEST, challenge }), undefined);
    assert.ok(!isProof(undefined, { ...REQUEST, challenge }));
    assert.ok(!isProof("", { ...REQUEST, challenge }));
  }
});
