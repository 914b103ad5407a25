// What is sealed opens for whom it was meant and for nothing else, whatever was done to it on the way.

import assert from "node:assert/strict";
import { Sealer, type SealingKey } from "../../src/auth/sealer.ts";
import { seededRandom, testSeed } from "../helpers/seeded_random.ts";

const CHARS_MAX = 2_000;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

function keyOf(id: string, byte: number): SealingKey {
  return { id, secret: new Uint8Array(32).fill(byte) };
}

/** A sealer with these keys, the first of which seals. */
function sealerWith(first: SealingKey, ...others: readonly SealingKey[]): Sealer {
  return new Sealer({
    keys: {
      current: () => first,
      find: (id) => [first, ...others].find((key) => key.id === id),
    },
    sealedCharsMax: CHARS_MAX,
  });
}

const sealer = sealerWith(keyOf("k1", 1));

Deno.test("open() gives back what seal() was given", () => {
  for (const value of [null, false, 0, "", "schön 🌍", [], [1, [2]], {}, { a: { b: null } }]) {
    const sealed = sealer.seal("state", value, "alice");
    assert.deepEqual(sealer.open("state", sealed, "alice"), value);
  }
});

Deno.test("seal() makes another text each time, of characters that need no quoting", () => {
  const texts = Array.from({ length: 100 }, () => sealer.seal("state", { secret: "word" }, "a"));
  assert.equal(new Set(texts).size, 100);
  for (const text of texts) assert.match(text, /^k1\.[0-9A-Za-z_-]+$/);
});

Deno.test("seal() hides what it was given", () => {
  const sealed = sealer.seal("state", "deploy-key", "alice");
  const bytes = Buffer.from(sealed.slice("k1.".length), "base64url").toString("latin1");
  assert.ok(!bytes.includes("deploy-key"));
  assert.ok(!bytes.includes("alice"));
});

Deno.test("open() refuses another purpose and another binding", () => {
  const sealed = sealer.seal("state", 1, "alice");
  assert.equal(sealer.open("cursor", sealed, "alice"), undefined);
  assert.equal(sealer.open("state", sealed, "bob"), undefined);
  assert.equal(sealer.open("state", sealed, ""), undefined);
});

Deno.test("open() does not take the end of a purpose for the start of a binding", () => {
  const sealed = sealer.seal("a", 1, "bc");
  assert.equal(sealer.open("ab", sealed, "c"), undefined);
  const quoted = sealer.seal('a","', 1, "b");
  assert.equal(sealer.open("a", quoted, '","b'), undefined);
});

Deno.test("open() refuses a text that differs in one character, wherever and however", () => {
  const sealed = sealer.seal("state", { step: 1, answers: ["yes"] }, "alice");
  for (let at = 0; at < sealed.length; at++) {
    for (const char of `${ALPHABET}.=+/ \u0000é`) {
      if (char === sealed[at]) continue;
      const changed = sealed.slice(0, at) + char + sealed.slice(at + 1);
      assert.equal(sealer.open("state", changed, "alice"), undefined, changed);
    }
  }
});

Deno.test("open() refuses a text with a character more or less, wherever", () => {
  const sealed = sealer.seal("state", { step: 1 }, "alice");
  for (let at = 0; at <= sealed.length; at++) {
    const longer = `${sealed.slice(0, at)}A${sealed.slice(at)}`;
    const shorter = sealed.slice(0, at) + sealed.slice(at + 1);
    assert.equal(sealer.open("state", longer, "alice"), undefined, longer);
    if (at === sealed.length) continue;
    assert.equal(sealer.open("state", shorter, "alice"), undefined, shorter);
  }
});

Deno.test("open() refuses what another installation sealed under a key of the same name", () => {
  const sealed = sealerWith(keyOf("k1", 2)).seal("state", 1, "alice");
  assert.equal(sealer.open("state", sealed, "alice"), undefined);
});

Deno.test("open() takes what an older key sealed as long as it is found", () => {
  const sealed = sealer.seal("state", 1, "alice");
  assert.equal(sealerWith(keyOf("k2", 2), keyOf("k1", 1)).open("state", sealed, "alice"), 1);
  assert.equal(sealerWith(keyOf("k2", 2)).open("state", sealed, "alice"), undefined);
});

Deno.test("seal() refuses what is too long, and open() does not look at it", () => {
  const fits = "x".repeat(CHARS_MAX * 3 / 4 - 40);
  const sealed = sealer.seal("state", fits, "alice");
  assert.equal(sealer.open("state", sealed, "alice"), fits);
  assert.throws(() => sealer.seal("state", "x".repeat(CHARS_MAX), "alice"), {
    code: "limit_reached",
    message: /at most 2000$/,
  });
  const roomy = new Sealer({
    keys: { current: () => keyOf("k1", 1), find: () => keyOf("k1", 1) },
    sealedCharsMax: 10 * CHARS_MAX,
  });
  const long = roomy.seal("state", "x".repeat(CHARS_MAX), "alice");
  assert.equal(sealer.open("state", long, "alice"), undefined);
});

Deno.test("open() never throws and opens nothing it did not seal: ten thousand random texts", () => {
  const seed = testSeed();
  const random = seededRandom(seed);
  const sealed = sealer.seal("state", { step: 1 }, "alice");
  for (let round = 0; round < 10_000; round++) {
    const text = mangled(sealed, random);
    if (text === sealed) continue;
    assert.equal(sealer.open("state", text, "alice"), undefined, `seed ${seed}: ${text}`);
  }
});

/** A text that has something of the sealed one, or nothing. */
function mangled(sealed: string, random: (below: number) => number): string {
  const chars = `${ALPHABET}.=`;
  const noise = (length: number) =>
    Array.from({ length }, () => chars[random(chars.length)] ?? "").join("");
  const from = random(sealed.length);
  const to = from + random(sealed.length - from + 1);
  switch (random(5)) {
    case 0:
      return noise(random(120));
    case 1:
      return `k1.${noise(random(120))}`;
    case 2:
      return sealed.slice(from, to);
    case 3:
      return sealed.slice(0, from) + noise(to - from) + sealed.slice(to);
    default:
      return sealed.slice(0, to) + sealed.slice(from);
  }
}
