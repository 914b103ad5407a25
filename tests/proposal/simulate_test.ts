import assert from "node:assert/strict";
import { CarError } from "../../src/base/errors.ts";
import { simulate, type SimulateOptions } from "../../src/proposal/simulate.ts";
import { check, needs, plan, write } from "./_plan.ts";

function played(actions: readonly unknown[], options: SimulateOptions = {}) {
  const { final_state, skipped } = simulate(plan(...actions), options);
  return [final_state, skipped];
}

Deno.test("simulate() gives the initial state back for an empty plan", () => {
  assert.deepEqual(played([]), [{}, []]);
  assert.deepEqual(played([], { initialState: { a: 1 } }), [{ a: 1 }, []]);
});

Deno.test("simulate() applies writes and effects in the order of the plan", () => {
  const effect = { id: "b", type: "tool_call", tool: "t", expected_effects: { x: 2, y: [1] } };
  assert.deepEqual(played([write("a", "x", 1), effect]), [{ x: 2, y: [1] }, []]);
});

Deno.test("simulate() skips what is blocked and everything that depends on it", () => {
  const blocked = {
    id: "b",
    type: "tool_call",
    tool: "build",
    preconditions: [{ key: "ready", value: true }],
    expected_effects: { artifact: "a.zip" },
  };
  const sign = {
    id: "s",
    type: "tool_call",
    tool: "sign",
    state_dependencies: ["artifact"],
    expected_effects: { signature: "s" },
  };
  const actions = [blocked, sign, needs("d", "signature"), write("other", "n", 1)];
  assert.deepEqual(played(actions), [{ n: 1 }, ["b", "s", "d"]]);
  const ready = played(actions, { initialState: { ready: true } });
  assert.deepEqual(ready, [{ ready: true, artifact: "a.zip", signature: "s", n: 1 }, []]);
});

Deno.test("simulate() skips what needs a skipped write, although an older value is there", () => {
  const blocked = {
    id: "b",
    type: "state_write",
    parameters: { key: "x", value: 2 },
    preconditions: [{ key: "never", operator: "exists" }],
  };
  const readers = [
    needs("by_dependency", "x"),
    { id: "by_read_set", type: "assertion", read_set: ["x.inner"] },
    { id: "by_state_read", type: "state_read", parameters: { key: "x" } },
  ];
  const skipped = ["b", "by_dependency", "by_read_set", "by_state_read"];
  assert.deepEqual(played([blocked, ...readers], { initialState: { x: 1 } }), [{ x: 1 }, skipped]);
  const renewed = played([blocked, write("again", "x", 3), ...readers]);
  assert.deepEqual(renewed, [{ x: 3 }, ["b"]]);
});

Deno.test("simulate() runs a fallback whose precondition asks for what was skipped", () => {
  const blocked = {
    id: "b",
    type: "tool_call",
    tool: "fast",
    preconditions: [{ key: "never", operator: "exists" }],
    expected_effects: { done: true },
  };
  const fallback = {
    id: "f",
    type: "tool_call",
    tool: "slow",
    preconditions: [{ key: "done", operator: "not_exists" }],
    expected_effects: { done: true },
  };
  assert.deepEqual(played([blocked, fallback]), [{ done: true }, ["b"]]);
});

Deno.test("simulate() blocks an action without a tool, and a write without a key", () => {
  const actions = [
    { id: "t", type: "tool_call", expected_effects: { a: 1 } },
    { id: "w", type: "state_write", parameters: { value: 1 }, expected_effects: { b: 1 } },
  ];
  assert.deepEqual(played(actions), [{}, ["t", "w"]]);
});

Deno.test("simulate() blocks a dependency that the plan writes too late, not one from outside", () => {
  assert.deepEqual(played([needs("early", "x"), write("w", "x", 1)]), [{ x: 1 }, ["early"]]);
  assert.deepEqual(played([needs("outside", "x")]), [{}, []]);
  assert.deepEqual(played([needs("inner", "x.y"), write("w", "x", {})]), [{ x: {} }, ["inner"]]);
});

Deno.test("simulate() leaves plan and initial state as they were", () => {
  const initialState = { user: { name: "Ada" } };
  const [finalState] = played([write("w", "user.name", "Bo")], { initialState });
  assert.deepEqual(finalState, { user: { name: "Bo" } });
  assert.deepEqual(initialState, { user: { name: "Ada" } });
});

Deno.test("simulate() refuses too many actions, and comparisons that are too large", () => {
  const limited = (thrown: unknown) =>
    thrown instanceof CarError && thrown.code === "limit_reached";
  assert.throws(() => played([needs("a"), needs("b")], { actionsMax: 1 }), limited);
  const long = "x".repeat(2_000_000);
  const searches = Array.from({ length: 5 }, (_, at) => check(`c${at}`, "t", "contains", "y"));
  assert.throws(() => played(searches, { initialState: { t: long } }), limited);
});
