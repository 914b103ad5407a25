import assert from "node:assert/strict";
import { PreconditionSchema } from "../../src/proposal/action_proposal.ts";
import { ForwardState } from "../../src/proposal/forward_state.ts";
import { precheck } from "../../src/proposal/precondition.ts";

const STATE = {
  n: 5,
  text: "blue sky",
  nothing: null,
  list: [1, { a: [2] }],
  user: { name: "Ada", tags: ["x"] },
  "dotted.key": true,
};

function failure(key: string, operator?: string, value?: unknown): string | undefined {
  const precondition = PreconditionSchema.parse({ key, operator, value });
  return precheck(precondition, new ForwardState(STATE));
}

const HOLDS: readonly (readonly [string, string | undefined, unknown?])[] = [
  ["n", undefined, 5],
  ["n", "eq", 5],
  ["user", "eq", { tags: ["x"], name: "Ada" }],
  ["nothing", "eq", null],
  ["nothing", "eq"],
  ["n", "neq", "5"],
  ["absent", "neq", 5],
  ["n", "gt", 4],
  ["n", "lt", 5.5],
  ["n", "gte", 5],
  ["n", "lte", 5],
  ["nothing", "exists"],
  ["dotted.key", "exists"],
  ["user.name", "exists"],
  ["list.1.a.0", "eq", 2],
  ["absent", "not_exists"],
  ["user.age", "not_exists"],
  ["user.constructor", "not_exists"],
  ["__proto__", "not_exists"],
  ["list.length", "not_exists"],
  ["list.01", "not_exists"],
  ["text", "contains", "sky"],
  ["text", "contains", ""],
  ["list", "contains", 1],
  ["list", "contains", { a: [2] }],
];

for (const [key, operator, value] of HOLDS) {
  const shown = JSON.stringify(value ?? null);
  Deno.test(`precheck() holds for ${key} ${operator ?? "(default)"} ${shown}`, () => {
    assert.equal(failure(key, operator, value), undefined);
  });
}

const FAILS: readonly (readonly [string, string | undefined, unknown?])[] = [
  ["n", undefined, 6],
  ["n", "eq", "5"],
  ["absent", "eq", null],
  ["user", "eq", { name: "Ada" }],
  ["list", "eq", [1]],
  ["list", "eq", { 0: 1 }],
  ["n", "neq", 5],
  ["n", "gt", 5],
  ["n", "gt", "4"],
  ["text", "gt", 1],
  ["absent", "gt", 1],
  ["n", "lt", 5],
  ["absent", "lt", 5],
  ["n", "gte", 5.1],
  ["n", "lte", 4.9],
  ["nothing", "lte", 1],
  ["absent", "exists"],
  ["n", "not_exists"],
  ["text", "contains", "Sky"],
  ["text", "contains", 1],
  ["list", "contains", "1"],
  ["user", "contains", "name"],
  ["n", "contains", 5],
  ["absent", "contains", ""],
  ["n", "EQ", 5],
  ["n", "constructor", 5],
];

for (const [key, operator, value] of FAILS) {
  const shown = JSON.stringify(value ?? null);
  Deno.test(`precheck() fails for ${key} ${operator ?? "(default)"} ${shown}`, () => {
    assert.equal(typeof failure(key, operator, value), "string");
  });
}

Deno.test("precheck() says what was asked and what is there", () => {
  assert.equal(
    failure("n", "gt", 9),
    `"n" gt 9 does not hold: the key is 5 at this point`,
  );
  assert.equal(
    failure("text", "gt", 9),
    `"text" gt 9 does not hold: the key is "blue sky" at this point; gt compares numbers only`,
  );
  assert.equal(
    failure("user.age", "exists"),
    `"user.age" exists does not hold: the key has no value at this point`,
  );
  assert.match(failure("n", "almost", 5) ?? "", /^unknown operator "almost"; use one of eq, neq/);
});

Deno.test("precheck() describes long values by their size", () => {
  const state = new ForwardState({ long: "x".repeat(61), list: [1, 2], map: {} });
  const message = (key: string) =>
    precheck(PreconditionSchema.parse({ key, value: "y".repeat(100) }), state) ?? "";
  assert.match(message("long"), /eq a string of 100 characters .* is a string of 61 characters/);
  assert.match(message("list"), /is an array of 2 /);
  assert.match(message("map"), /is an object /);
});
