import assert from "node:assert/strict";
import { CarError } from "../../src/base/errors.ts";
import {
  BoundedComparison,
  COMPARISON_UNITS_MAX,
  UNITS_PER_VALUE,
} from "../../src/proposal/bounded_comparison.ts";
import { check } from "./_plan.ts";
import { verifyPlan } from "./_verify_plan.ts";

function assertLimit(run: () => unknown) {
  assert.throws(run, (thrown) =>
    thrown instanceof CarError && thrown.code === "limit_reached" &&
    /preconditions compare too much/.test(thrown.message));
}

/** How many times a step can be taken on one budget, at most `stepsMax`. */
function stepsOf(step: (comparison: BoundedComparison) => unknown, stepsMax: number): number {
  const comparison = new BoundedComparison();
  for (let steps = 0; steps < stepsMax; steps++) {
    try {
      step(comparison);
    } catch {
      return steps;
    }
  }
  return stepsMax;
}

Deno.test("contains() looks for texts in strings and for members in arrays", () => {
  const comparison = new BoundedComparison();
  assert.ok(comparison.contains("ababac", "abac"));
  assert.ok(comparison.contains("abc", ""));
  assert.ok(comparison.contains("", ""));
  assert.ok(!comparison.contains("ababab", "abac"));
  assert.ok(!comparison.contains("a", "aa"));
  assert.ok(!comparison.contains("1", 1));
  assert.ok(comparison.contains([{ a: 1, b: [2] }], { b: [2], a: 1 }));
  assert.ok(!comparison.contains([{ a: 1, b: 2 }], { a: 1 }));
  assert.ok(!comparison.contains({ a: 1 }, "a"));
});

Deno.test("isSame() compares own keys only", () => {
  const comparison = new BoundedComparison();
  assert.ok(!comparison.isSame(JSON.parse(`{"__proto__":{}}`), { a: {} }));
  assert.ok(comparison.isSame(JSON.parse(`{"__proto__":1}`), JSON.parse(`{"__proto__":1}`)));
});

// A naive search needs some 10^11 steps here.
Deno.test("contains() takes linear time whatever it looks for", () => {
  const half = "x".repeat(500_000);
  assert.ok(!new BoundedComparison().contains("x".repeat(2_000_000), `${half}y${half}`));
});

Deno.test("contains() pays for the haystack and for what it looks for", () => {
  const haystack = "a".repeat(1_000_000);
  const steps = stepsOf((it) => it.contains(haystack, `${"a".repeat(500_000)}b`), 100);
  assert.equal(steps, Math.floor(COMPARISON_UNITS_MAX / 1_500_001));
});

Deno.test("contains() pays for every value that it compares in an array", () => {
  const wanted = [[1, 2, 3, 5]];
  const members = Array.from({ length: 1_000 }, () => [[1, 2, 3, 4]]);
  const steps = stepsOf((it) => it.contains(members, wanted), 10_000);
  assert.equal(steps, Math.floor(COMPARISON_UNITS_MAX / (1_000 * 6 * UNITS_PER_VALUE)));
});

Deno.test("isSame() pays for the keys it lists, also when their numbers differ", () => {
  const large = Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`k${at}`, 1]));
  assert.ok(stepsOf((it) => it.isSame(large, {}), 1_000) < 100);
  assert.ok(stepsOf((it) => it.isSame({}, large), 1_000) < 100);
});

Deno.test("all preconditions of a plan share one budget", () => {
  const initialState = {
    text: "x".repeat(3_000_000),
    list: Array.from({ length: 30_000 }, () => ({ a: 1, b: 2 })),
    large: Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`k${at}`, 1])),
  };
  const many = (count: number, key: string, operator: string, value: unknown) =>
    Array.from({ length: count }, (_, at) => check(`a${at}`, key, operator, value));
  assertLimit(() => verifyPlan(many(5, "text", "contains", "xy"), { initialState }));
  assertLimit(() => verifyPlan(many(200, "list", "contains", { a: 1, b: 3 }), { initialState }));
  assertLimit(() => verifyPlan(many(1_000, "large", "eq", {}), { initialState }));
  assert.ok(!verifyPlan(many(1, "text", "contains", "xy"), { initialState }).valid);
});
