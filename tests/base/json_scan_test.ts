import assert from "node:assert/strict";
import { checkJsonBounds } from "../../src/base/json_bounds.ts";
import { scanJson } from "../../src/base/json_scan.ts";

const bounds = { depthMax: 4, valuesMax: 8 };

Deno.test("scanJson() takes nesting up to the bound and refuses one level more", () => {
  assert.equal(scanJson("[[[[]]]]", bounds), undefined);
  assert.equal(scanJson('{"a":[[[[', bounds), "too_deep");
});

Deno.test("scanJson() takes values up to the bound and refuses more", () => {
  assert.equal(scanJson("[1,2,3,4,5,6,7]", bounds), undefined);
  assert.equal(scanJson("[1,2,3,4,5,6,7,8,9]", bounds), "too_many_values");
});

Deno.test("scanJson() counts nothing inside strings, whatever is escaped in them", () => {
  for (
    const text of [
      '"[[[[[[,,,,,,,,,,"',
      '["\\"[[[[[[,,,,,,,,,,"]',
      '["\\\\","[[[[[["]',
      '["\\\\\\"[[[[[[[",1]',
      '"never ends [[[[[[[',
    ]
  ) {
    assert.equal(scanJson(text, bounds), undefined, text);
  }
  assert.equal(scanJson('["\\\\",[[[[', bounds), "too_deep");
});

Deno.test("scanJson() never refuses what the check of the parsed value takes (seeded)", () => {
  const seed = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
  const random = randomFrom(seed);
  for (let round = 0; round < 2_000; round++) {
    const value = anyValue(random, 5);
    const text = JSON.stringify(value);
    if (checkJsonBounds(value, bounds) === undefined) {
      assert.equal(scanJson(text, bounds), undefined, `seed ${seed}: ${text}`);
    }
  }
});

function randomFrom(seed: number): () => number {
  // Mulberry32, which is enough to vary shapes.
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function anyValue(random: () => number, depth: number): unknown {
  const kind = Math.floor(random() * (depth > 0 ? 5 : 3));
  if (kind === 0) return Math.floor(random() * 100);
  if (kind === 1) return ["[", "{,", '"', "\\", "\\\\", 'a"],['][Math.floor(random() * 6)];
  if (kind === 2) return null;
  const entries = Array.from(
    { length: Math.floor(random() * 3) },
    () => anyValue(random, depth - 1),
  );
  return kind === 3 ? entries : Object.fromEntries(entries.map((entry, at) => [`k${at}[,`, entry]));
}
