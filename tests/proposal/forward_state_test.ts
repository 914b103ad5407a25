import assert from "node:assert/strict";
import { canonicalJson } from "../../src/base/canonical_json.ts";
import { identifyActions } from "../../src/proposal/action_proposal.ts";
import { ForwardState } from "../../src/proposal/forward_state.ts";
import { plan } from "./_plan.ts";

function written(initial: Record<string, unknown>, key: string, value: unknown) {
  const state = new ForwardState(initial);
  state.write(key, value);
  assert.deepEqual(state.read(key), { found: true, value });
  return state.toJson();
}

Deno.test("write() reaches into an object that is there", () => {
  assert.deepEqual(written({ user: { name: "Ada" } }, "user.name", "Bo"), { user: { name: "Bo" } });
  assert.deepEqual(written({ user: {} }, "user.name", "Bo"), { user: { name: "Bo" } });
});

Deno.test("write() keeps a dotted key whole when nothing leads there", () => {
  assert.deepEqual(written({}, "user.name", 1), { "user.name": 1 });
  assert.deepEqual(written({ user: 5 }, "user.name", 1), { user: 5, "user.name": 1 });
});

Deno.test("write() prefers the key of exactly that name", () => {
  const initial = { "user.name": 1, user: { name: 2 } };
  assert.deepEqual(written(initial, "user.name", 3), { "user.name": 3, user: { name: 2 } });
});

Deno.test("write() replaces or appends an array member and leaves no gap", () => {
  assert.deepEqual(written({ list: [1] }, "list.0", 2), { list: [2] });
  assert.deepEqual(written({ list: [1] }, "list.1", 2), { list: [1, 2] });
  assert.deepEqual(written({ list: [1] }, "list.2", 2), { list: [1], "list.2": 2 });
  assert.deepEqual(written({ list: [1] }, "list.length", 9), { list: [1], "list.length": 9 });
});

Deno.test("write() treats the names of prototypes as data", () => {
  for (const key of ["__proto__", "constructor", "a.__proto__", "a.__proto__.x", "toString"]) {
    const state = new ForwardState({ a: {} });
    assert.deepEqual(state.read(key), { found: false });
    state.write(key, { polluted: true });
    assert.deepEqual(state.read(key), { found: true, value: { polluted: true } });
    assert.equal(({} as Record<string, unknown>).polluted, undefined);
  }
});

Deno.test("ForwardState never changes what it was given", () => {
  const initial = { user: { name: "Ada" } };
  const value = { deep: { n: 1 } };
  const state = new ForwardState(initial);
  state.write("user.name", "Bo");
  state.write("box", value);
  state.write("box.deep.n", 2);
  assert.deepEqual(initial, { user: { name: "Ada" } });
  assert.deepEqual(value, { deep: { n: 1 } });
  assert.deepEqual(state.toJson(), { user: { name: "Bo" }, box: { deep: { n: 2 } } });
});

Deno.test("ForwardState walks 64 parts of a key and takes a longer key as one name", () => {
  const nest = (depth: number): unknown => depth === 0 ? 1 : { k: nest(depth - 1) };
  const state = new ForwardState({ k: nest(64) });
  const key = (parts: number) => Array.from({ length: parts }, () => "k").join(".");
  assert.ok(state.read(key(64)).found);
  assert.ok(!state.read(key(65)).found);
  state.write(key(65), 2);
  assert.deepEqual(state.read(key(65)), { found: true, value: 2 });
});

Deno.test("apply() writes state_write first and expected_effects over it", () => {
  const state = new ForwardState();
  const actions = identifyActions(
    plan(
      { type: "state_write", parameters: { key: "a", value: 1 }, expected_effects: { b: 2 } },
      { type: "state_write", parameters: { key: "c", value: 1 }, expected_effects: { c: 3 } },
      { type: "state_write", parameters: { key: "d" } },
      { type: "tool_call", parameters: { key: "e", value: 1 } },
    ).actions,
  );
  for (const action of actions) state.apply(action);
  assert.deepEqual(state.toJson(), { a: 1, b: 2, c: 3, d: null });
});

Deno.test("canonicalJson() is equal for equal JSON only", () => {
  assert.equal(canonicalJson({ b: 1, a: [{ d: 1, c: 2 }] }), `{"a":[{"c":2,"d":1}],"b":1}`);
  assert.notEqual(canonicalJson({ a: 1 }), canonicalJson({ a: "1" }));
  assert.notEqual(canonicalJson([1, [2]]), canonicalJson([[1], 2]));
});
