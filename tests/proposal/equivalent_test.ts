import assert from "node:assert/strict";
import { CarError } from "../../src/base/errors.ts";
import { equivalent, TEST_STATES_MAX } from "../../src/proposal/equivalent.ts";
import { plan, write } from "./_plan.ts";

/** An action that writes `out` when a condition holds. */
function when(key: string, operator: string, value?: unknown): unknown {
  return {
    type: "tool_call",
    tool: "t",
    preconditions: [{ key, operator, value }],
    expected_effects: { out: 1 },
  };
}

Deno.test("equivalent() finds a plan equal to itself and to one in another order", () => {
  const a = plan(write("a", "x", 1), write("b", "y", 2));
  const b = plan(write("b", "y", 2), write("a", "x", 1));
  for (const other of [a, b]) {
    const report = equivalent(a, other);
    assert.equal(report.equivalent, true);
    assert.equal(report.tier, "sampled");
    assert.equal(report.used_default_states, true);
    assert.equal(report.states_tested, 2);
    assert.equal("counterexample" in report, false);
  }
});

Deno.test("equivalent() shows the state on which plans differ", () => {
  const report = equivalent(plan(write("a", "x", 1)), plan(write("a", "x", 2)));
  assert.deepEqual(report, {
    equivalent: false,
    tier: "sampled",
    states_tested: 1,
    used_default_states: true,
    counterexample: { initial_state: {}, final_state_a: { x: 1 }, final_state_b: { x: 2 } },
  });
});

// Each pair is equal on {} and on {"x":1,"y":2}; only a state made from its conditions tells.
const TOLD_APART: readonly (readonly [string, unknown, unknown])[] = [
  ["gt from gte", when("n", "gt", 10), when("n", "gte", 10)],
  ["lt from lte", when("n", "lt", 10), when("n", "lte", 10)],
  ["a bound from the next", when("n", "gt", 10), when("n", "gt", 11)],
  ["eq from neq", when("s", "eq", "a"), when("s", "eq", "b")],
  ["exists from eq", when("s", "exists"), when("s", "eq", "a")],
  ["contains from eq", when("s", "contains", "a"), when("s", "eq", "a")],
  ["contains in a list from in a text", when("s", "contains", 1), when("s", "eq", [])],
  ["a dotted key from its root", when("u.name", "exists"), when("u", "exists")],
];

for (const [name, a, b] of TOLD_APART) {
  Deno.test(`equivalent() tells ${name}`, () => {
    const report = equivalent(plan(a), plan(b));
    assert.equal(report.equivalent, false);
    assert.ok(report.states_tested > 2);
    assert.deepEqual(equivalent(plan(b), plan(a)).states_tested, report.states_tested);
  });
}

Deno.test("equivalent() finds a state in which several conditions hold at once", () => {
  const conditions = [
    { key: "a", operator: "gte", value: 3 },
    { key: "b", operator: "contains", value: "x" },
    { key: "c", operator: "not_exists" },
  ];
  const guarded = { type: "assertion", preconditions: conditions, expected_effects: { out: 1 } };
  assert.equal(equivalent(plan(guarded), plan()).equivalent, false);
});

Deno.test("equivalent() tests the states it is given and no others", () => {
  const [a, b] = [plan(when("n", "gt", 1)), plan(when("n", "gt", 2))];
  const same = equivalent(a, b, { testStates: [{ n: 1 }, { n: 3 }] });
  assert.deepEqual([same.equivalent, same.states_tested, same.used_default_states], [
    true,
    2,
    false,
  ]);
  const told = equivalent(a, b, { testStates: [{ n: 1 }, { n: 2 }, { n: 3 }] });
  assert.deepEqual(told.counterexample?.initial_state, { n: 2 });
  assert.equal(told.states_tested, 2);
  assert.equal(equivalent(a, b, { testStates: [] }).used_default_states, true);
});

Deno.test("equivalent() tests at most its number of states, however many conditions there are", () => {
  const many = Array.from({ length: 400 }, (_, at) => when(`k${at}`, "gt", at));
  const report = equivalent(plan(...many), plan(...many));
  assert.ok(report.equivalent);
  assert.ok(report.states_tested > 20 && report.states_tested <= TEST_STATES_MAX);
});

Deno.test("equivalent() ends its own sample where comparing becomes too much, and refuses a given one", () => {
  const actions = Array.from({ length: 200 }, (_, at) => ({
    type: "assertion",
    preconditions: [{ key: `k${at}`, operator: "contains", value: `${"x".repeat(500)}${at}` }],
  }));
  const report = equivalent(plan(...actions), plan(...actions));
  assert.ok(report.equivalent && report.states_tested > 2);
  const holding = Object.fromEntries(actions.map((_, at) => [`k${at}`, "x".repeat(50_000)]));
  assert.throws(
    () => equivalent(plan(...actions), plan(...actions), { testStates: [holding] }),
    (thrown) => thrown instanceof CarError && /compare too much/.test(thrown.message),
  );
});

Deno.test("equivalent() refuses more states than plans of that size can be played through on", () => {
  const long = plan(write("w", "x", "y".repeat(1_000_000)));
  const testStates = Array.from({ length: 17 }, (_, at) => ({ at }));
  assert.throws(
    () => equivalent(long, long, { testStates }),
    (thrown) =>
      thrown instanceof CarError && thrown.code === "limit_reached" &&
      /on 17 states: .* at most 16;/.test(thrown.message),
  );
  assert.equal(equivalent(long, long, { testStates: testStates.slice(1) }).states_tested, 16);
});
