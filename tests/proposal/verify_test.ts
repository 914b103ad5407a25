import assert from "node:assert/strict";
import { CarError } from "../../src/base/errors.ts";
import type { VerifyReport } from "../../src/proposal/verify_report.ts";
import { VerifyReportSchema } from "../../src/proposal/verify_report.ts";
import { check, needs, write } from "./_plan.ts";
import { verifyPlan } from "./_verify_plan.ts";

function call(id: string, tool: string | undefined, more: Record<string, unknown> = {}): unknown {
  return { id, type: "tool_call", tool, ...more };
}

// [action, severity, tier, message] of each issue.
function found(report: VerifyReport): readonly (readonly unknown[])[] {
  assert.deepEqual(VerifyReportSchema.parse(report), report);
  return report.issues.map((issue) => [
    issue.action_id,
    issue.severity,
    issue.tier,
    issue.message,
  ]);
}

function errorOf(report: VerifyReport): string {
  const [issue, ...more] = found(report);
  assert.deepEqual([issue?.[1], issue?.[2], more], ["error", "decision_procedure", []]);
  assert.ok(!report.valid);
  return `${issue?.[0]}: ${issue?.[3]}`;
}

Deno.test("verify() accepts an empty plan", () => {
  assert.deepEqual(verifyPlan([]), {
    valid: true,
    issues: [],
    simulated_state: {},
    execution_levels: [],
    conflicts: [],
  });
});

Deno.test("verify() reports a plan that is right without issues", () => {
  const report = verifyPlan([
    call("build", "make", { expected_effects: { "build.ok": true } }),
    call("ship", "deploy", {
      preconditions: [{ key: "build.ok", value: true }],
      state_dependencies: ["build.ok"],
      expected_effects: { shipped: true },
    }),
  ], { tools: ["make", "deploy"], initialState: { who: "ada" } });
  assert.deepEqual(report, {
    valid: true,
    issues: [],
    simulated_state: { who: "ada", "build.ok": true, shipped: true },
    execution_levels: [["build"], ["ship"]],
    conflicts: [],
  });
});

Deno.test("verify() warns of more than max_actions, 30 by default", () => {
  const actions = (count: number) => Array.from({ length: count }, () => ({ type: "assertion" }));
  assert.deepEqual(found(verifyPlan(actions(30))), []);
  const report = verifyPlan(actions(31));
  assert.deepEqual(found(report), [[
    null,
    "warning",
    "decision_procedure",
    "The plan has 31 actions, more than max_actions 30",
  ]]);
  assert.ok(report.valid);
  assert.deepEqual(found(verifyPlan(actions(2), { maxActions: 1 })).length, 1);
});

Deno.test("verify() refuses a plan with more actions than the limit", () => {
  const two = [{ type: "assertion" }, { type: "assertion" }];
  assert.ok(verifyPlan(two, { actionsMax: 2 }).valid);
  assert.throws(
    () => verifyPlan(two, { actionsMax: 1 }),
    (thrown) =>
      thrown instanceof CarError && thrown.code === "limit_reached" &&
      /it has 2 actions, at most 1 are allowed/.test(thrown.message),
  );
});

Deno.test("verify() warns of the same call twice", () => {
  const report = verifyPlan([
    call("a", "get", { parameters: { x: 1, y: [2] } }),
    call("b", "get", { parameters: { y: [2], x: 1 } }),
    call("c", "get", { parameters: { x: "1", y: [2] } }),
    call("d", "put", { parameters: { x: 1, y: [2] } }),
  ]);
  assert.deepEqual(found(report), [[
    "b",
    "warning",
    "heuristic",
    `Tool "get" is called twice with the same parameters ("a", "b")`,
  ]]);
  assert.ok(report.valid);
});

Deno.test("verify() calls three equal calls a likely loop, once", () => {
  const report = verifyPlan(["a", "b", "c", "d", "e", "f"].map((id) => call(id, "get")));
  assert.deepEqual(found(report), [[
    "c",
    "error",
    "heuristic",
    `Likely loop: tool "get" is called 6 times with the same parameters ` +
    `("a", "b", "c", "d", "e" and 1 more)`,
  ]]);
  assert.ok(!report.valid);
});

Deno.test("verify() does not take equal actions that call no tool for a loop", () => {
  assert.deepEqual(found(verifyPlan([1, 2, 3].map((n) => write(`w${n}`, "a", 1)))), []);
});

Deno.test("verify() reports a precondition that fails on the forward state", () => {
  const report = verifyPlan([write("w", "n", 1), check("c", "n", "gt", 1)]);
  assert.equal(
    errorOf(report),
    `c: Precondition fails: "n" gt 1 does not hold: the key is 1 at this point`,
  );
});

Deno.test("verify() checks preconditions on the state as it is at that point", () => {
  const report = verifyPlan([
    check("before", "n", "eq", 0),
    write("w", "n", 1),
    check("after", "n", "eq", 1),
  ], { initialState: { n: 0 } });
  assert.deepEqual(found(report), []);
});

Deno.test("verify() reports an unknown operator as a failed check", () => {
  assert.match(
    errorOf(verifyPlan([check("c", "n", "like", 1)], { initialState: { n: 1 } })),
    /^c: Precondition fails: unknown operator "like"/,
  );
});

Deno.test("verify() applies the effects of a blocked action, so that nothing follows from it", () => {
  const report = verifyPlan([
    call("blocked", undefined, {
      preconditions: [{ key: "key", operator: "exists" }],
      expected_effects: { door: "open" },
    }),
    check("next", "door", "eq", "open"),
    needs("last", "door"),
  ]);
  assert.deepEqual(report.issues.map((issue) => issue.action_id), ["blocked", "blocked"]);
  assert.deepEqual(report.simulated_state, { door: "open" });
});

Deno.test("verify() reports a state dependency that nothing provides", () => {
  assert.equal(
    errorOf(verifyPlan([needs("a", "token", "token")])),
    `a: State dependency "token" is provided by nothing before this action`,
  );
});

Deno.test("verify() says so when a dependency is provided too late or only announced", () => {
  assert.match(
    errorOf(verifyPlan([needs("a", "token"), write("b", "token", 1)])),
    /; "b" provides it too late$/,
  );
  assert.match(
    errorOf(verifyPlan([{
      id: "a",
      type: "assertion",
      state_dependencies: ["x"],
      expected_effects: { x: 1 },
    }])),
    /; the action itself provides it too late$/,
  );
  assert.match(
    errorOf(verifyPlan([call("a", "get", { write_set: ["token"] }), needs("b", "token")])),
    /; "a" has it in write_set, but only expected_effects provide a value$/,
  );
});

Deno.test("verify() accepts a dependency from the initial state, a write, an effect or a path", () => {
  const report = verifyPlan([
    write("w", "b", null),
    call("t", "get", { expected_effects: { c: { d: 1 } } }),
    needs("n", "a", "b", "c", "c.d"),
  ], { initialState: { a: 0 } });
  assert.deepEqual(found(report), []);
});

Deno.test("verify() reports a tool_call without tool", () => {
  for (const tool of [undefined, ""]) {
    assert.equal(
      errorOf(verifyPlan([call("a", tool)])),
      "a: A tool_call needs tool, the name of the tool to call",
    );
  }
});

Deno.test("verify() reports a tool that is not among those that exist", () => {
  assert.equal(
    errorOf(verifyPlan([call("a", "get"), call("b", "constructor")], { tools: ["get"] })),
    `b: Tool "constructor" does not exist here`,
  );
  assert.deepEqual(found(verifyPlan([call("a", "anything")])), []);
  assert.ok(!verifyPlan([call("a", "get")], { tools: [] }).valid);
});

Deno.test("verify() reports parameters that break the schema of a known tool", () => {
  const checkParameters = (tool: string, parameters: unknown) =>
    tool === "get" ? `url is missing, given ${JSON.stringify(parameters)}` : undefined;
  const report = verifyPlan([call("a", "get"), call("b", "put")], { checkParameters });
  assert.equal(
    errorOf(report),
    `a: Parameters do not fit tool "get": url is missing, given {}`,
  );
});

Deno.test("verify() asks nothing about parameters of a tool that does not exist", () => {
  const checkParameters = () => "never";
  assert.match(
    errorOf(verifyPlan([call("a", "get")], { tools: ["put"], checkParameters })),
    /does not exist/,
  );
});

Deno.test("verify() reports a state_write without key", () => {
  assert.match(errorOf(verifyPlan([{ id: "a", type: "state_write" }])), /^a: A state_write needs/);
});

Deno.test("verify() reports an action id that is used twice, at the second use", () => {
  assert.equal(
    errorOf(verifyPlan([needs("a"), needs("b"), needs("a")])),
    `a: Action id "a" is used more than once; ids must be unique`,
  );
});

Deno.test("verify() reports a compensation that names no action, in either direction", () => {
  const compensated = (by: string) => ({ id: "a", type: "assertion", compensation: by });
  assert.deepEqual(found(verifyPlan([compensated("undo"), needs("undo")])), []);
  assert.deepEqual(found(verifyPlan([needs("undo"), compensated("undo")])), []);
  assert.equal(
    errorOf(verifyPlan([compensated("undo")])),
    `a: Compensation "undo" names no action of this plan`,
  );
});

Deno.test("verify() warns of two unordered writes to one key and lists them", () => {
  const report = verifyPlan([
    call("a", "get", { write_set: ["x"] }),
    call("b", "put", { write_set: ["x", "x"] }),
  ]);
  assert.deepEqual(found(report).map((issue) => issue.slice(0, 3)), [
    ["b", "warning", "decision_procedure"],
  ]);
  assert.deepEqual(report.conflicts, [{ key: "x", actions: ["a", "b"] }]);
  assert.ok(report.valid);
});

Deno.test("verify() sees a conflict between a known and an announced write, and along a path", () => {
  const report = verifyPlan([
    write("a", "user", {}),
    call("b", "put", { write_set: ["user.name"] }),
  ]);
  assert.deepEqual(report.conflicts, [{ key: "user.name", actions: ["a", "b"] }]);
});

Deno.test("verify() has no conflict when writes are chained or ordered by something else", () => {
  assert.deepEqual(verifyPlan([write("a", "x", 1), write("b", "x", 2)]).conflicts, []);
  const ordered = verifyPlan([
    call("a", "get", { write_set: ["x"], expected_effects: { done: true } }),
    needs("between", "done"),
    call("b", "put", { write_set: ["x"], preconditions: [{ key: "done", value: true }] }),
  ]);
  assert.deepEqual(ordered.conflicts, []);
});

Deno.test("verify() keeps keys of prototypes as data in state, ids and tools", () => {
  const initialState = JSON.parse(`{"__proto__":{"x":1}}`);
  const report = verifyPlan([
    check("__proto__", "__proto__.x", "eq", 1),
    write("constructor", "constructor", 2),
    call("toString", "hasOwnProperty", { expected_effects: JSON.parse(`{"__proto__":3}`) }),
  ], { initialState });
  assert.deepEqual(found(report), []);
  assert.equal(JSON.stringify(report.simulated_state), `{"__proto__":3,"constructor":2}`);
  assert.deepEqual(report.execution_levels.flat(), ["__proto__", "constructor", "toString"]);
});

Deno.test("verify() gives the same report for the same plan", () => {
  const actions = [{ type: "assertion", state_dependencies: ["a"] }, { type: "assertion" }];
  assert.deepEqual(verifyPlan(actions), verifyPlan(actions));
});
