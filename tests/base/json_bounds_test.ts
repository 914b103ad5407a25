import assert from "node:assert/strict";
import { checkJsonBounds } from "../../src/base/json_bounds.ts";

function nested(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = level % 2 === 0 ? [value] : { value };
  return value;
}

const bounds = { depthMax: 8, valuesMax: 100 };

Deno.test("checkJsonBounds() takes nesting up to the bound and refuses one level more", () => {
  assert.equal(checkJsonBounds(nested(8), bounds), undefined);
  assert.equal(checkJsonBounds(nested(9), bounds), "too_deep");
});

Deno.test("checkJsonBounds() takes values up to the bound and refuses one more", () => {
  assert.equal(checkJsonBounds(Array(99).fill(0), bounds), undefined);
  assert.equal(checkJsonBounds(Array(100).fill(0), bounds), "too_many_values");
  const object = Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`k${at}`, at]));
  assert.equal(checkJsonBounds(object, bounds), "too_many_values");
});

Deno.test("checkJsonBounds() reports depth although siblings are many", () => {
  assert.equal(checkJsonBounds([nested(20), 1], bounds), "too_deep");
});
