// Schemas and arguments made at random: the check that leaves out what has no bound refuses nothing that
// the whole schema allows, and still much of what the whole schema refuses.

import assert from "node:assert/strict";
import { type Schema, Validator } from "@cfworker/json-schema";
import type { JsonObject } from "../../src/protocol/json_rpc.ts";
import { defineJsonTool } from "../../src/tools/json_tool.ts";
import { eachInput, oneOf, type Random, randomJson } from "./random_inputs.ts";

// Fewer than elsewhere: one input is a whole schema, which is read twice.
const SCHEMAS = 3_000;
const NAMES = ["id", "name", "__proto__"] as const;
const ONE = [
  "additionalProperties",
  "contains",
  "else",
  "if",
  "items",
  "not",
  "propertyNames",
  "then",
  "unevaluatedProperties",
] as const;
const TWO = ["allOf", "anyOf", "oneOf", "prefixItems"] as const;

/** A schema that nests at most so deep, of keywords that are checked, left out or unknown. */
function randomSchema(random: Random, depth: number): JsonObject | boolean {
  if (random(12) === 0) return random(3) > 0;
  const members: [string, unknown][] = [];
  for (let more = random(4); more >= 0; more--) {
    members.push(depth === 0 ? plainKeyword(random) : keyword(random, depth));
  }
  return Object.fromEntries(members);
}

function plainKeyword(random: Random): [string, unknown] {
  return oneOf(random, [
    ["type", oneOf(random, ["string", "integer", "number", "object", "array", "boolean", "null"])],
    ["type", ["string", "object"]],
    ["enum", [1, "", null, randomJson(random, 1)]],
    ["const", randomJson(random, 1)],
    ["required", [oneOf(random, NAMES)]],
    ["minimum", 0],
    ["maxLength", 3],
    ["minProperties", 1],
    ["maxItems", 2],
    ["pattern", "^[a-z]*$"],
    ["uniqueItems", true],
    ["format", "date"],
    ["dependentRequired", { id: ["name"] }],
    ["description", "Says nothing"],
    ["x-more", { type: "string" }],
  ]);
}

function keyword(random: Random, depth: number): [string, unknown] {
  const part = () => randomSchema(random, depth - 1);
  switch (random(4)) {
    case 0:
      return plainKeyword(random);
    case 1:
      return [oneOf(random, ONE), part()];
    case 2:
      return [oneOf(random, TWO), [part(), part()]];
    default:
      return oneOf<() => [string, unknown]>(random, [
        () => ["properties", Object.fromEntries(NAMES.map((name) => [name, part()]))],
        () => ["properties", { name: part() }],
        () => ["patternProperties", { "^n": part() }],
        () => ["dependentSchemas", { id: part() }],
        () => ["minContains", random(3)],
        () => ["$ref", oneOf(random, ["#/$defs/a", "https://example.com/elsewhere"])],
        () => ["$defs", { a: part() }],
      ])();
  }
}

function randomArgs(random: Random): JsonObject {
  return Object.fromEntries(NAMES.slice(random(4)).map((name) => [name, randomJson(random, 2)]));
}

/** What the whole schema says; undefined where it cannot be checked as it is. */
function allows(schema: JsonObject, args: JsonObject): boolean | undefined {
  try {
    return new Validator(structuredClone(schema) as Schema, "2020-12").validate(args).valid;
  } catch {
    // It refers elsewhere, to nothing, or round in a circle.
    return undefined;
  }
}

Deno.test("the check of a schema refuses nothing that the whole schema allows mcp:147", async () => {
  const seen = { allowed: 0, refused: 0 };
  await eachInput((random) => {
    const schema = { type: "object", ...Object(randomSchema(random, 3)) } as JsonObject;
    const args = JSON.parse(JSON.stringify(randomArgs(random)));
    const tool = defineJsonTool({ wire: { name: "t", inputSchema: schema }, run: () => ({}) });
    const before = JSON.stringify(schema);
    const check = tool.check(args);
    assert.equal(JSON.stringify(schema), before);
    const allowed = allows(schema, args);
    if (allowed === true) assert.equal(check.ok, true, JSON.stringify([schema, args, check]));
    seen.allowed += Number(allowed === true);
    seen.refused += Number(allowed === false && !check.ok);
  }, SCHEMAS);
  assert.ok(seen.allowed > SCHEMAS / 20 && seen.refused > SCHEMAS / 20, JSON.stringify(seen));
});
