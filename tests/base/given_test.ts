import assert from "node:assert/strict";
import { given } from "../../src/base/given.ts";

Deno.test("given() is a member for every value but undefined", () => {
  assert.deepEqual({ ...given("a", 0), ...given("b", null) }, { a: 0, b: null });
  assert.deepEqual(Object.keys(given("a", undefined)), []);
});
