// Which arguments of a tool are repeated in headers, and what is said where header and argument disagree.

import assert from "node:assert/strict";
import type { JsonObject } from "../../src/protocol/json_rpc.ts";
import {
  complaintAboutArguments,
  headersOfArguments,
  type MirroredArgument,
  readMirroredArguments,
  withoutAnnotations,
} from "../../src/protocol/mirrored_arguments.ts";
import { seededRandom, testSeed } from "../helpers/seeded_random.ts";

const SCHEMA: JsonObject = {
  type: "object",
  properties: {
    region: { type: "string", "x-mcp-header": "Region" },
    place: {
      type: "object",
      properties: { floor: { type: "integer", "x-mcp-header": "Floor" } },
    },
    isDry: { type: "boolean", "x-mcp-header": "Is-Dry" },
    query: { type: "string" },
    // Neither is an annotation: a property of that name, and a value that has such a member.
    "x-mcp-header": { type: "string", default: { "x-mcp-header": "Value" } },
  },
};

function mirroredIn(schema: JsonObject): readonly MirroredArgument[] {
  const reading = readMirroredArguments(schema);
  assert.ok(reading.ok);
  return reading.mirrored;
}

const MIRRORED = mirroredIn(SCHEMA);

function complaint(args: unknown, headers: HeadersInit): string | undefined {
  const given = new Headers(headers);
  return complaintAboutArguments(MIRRORED, args, (name) => given.get(name));
}

Deno.test("readMirroredArguments() finds the annotated properties at any depth", () => {
  assert.deepEqual(MIRRORED, [
    { header: "mcp-param-region", path: ["region"] },
    { header: "mcp-param-floor", path: ["place", "floor"] },
    { header: "mcp-param-is-dry", path: ["isDry"] },
  ]);
  assert.deepEqual(mirroredIn({ type: "object" }), []);
});

const annotated = { type: "string", "x-mcp-header": "A" };
const BROKEN: Readonly<Record<string, JsonObject>> = {
  "an empty name": { properties: { a: { type: "string", "x-mcp-header": "" } } },
  "a name with a blank": { properties: { a: { type: "string", "x-mcp-header": "My Region" } } },
  "a name with a colon": { properties: { a: { type: "string", "x-mcp-header": "A:B" } } },
  "a name beyond ASCII": { properties: { a: { type: "string", "x-mcp-header": "Région" } } },
  "a name with a line end": { properties: { a: { type: "string", "x-mcp-header": "A\r\nB" } } },
  "a name that is no text": { properties: { a: { type: "string", "x-mcp-header": 1 } } },
  "the type number": { properties: { a: { type: "number", "x-mcp-header": "A" } } },
  "the type object": { properties: { a: { type: "object", "x-mcp-header": "A" } } },
  "the type null": { properties: { a: { type: "null", "x-mcp-header": "A" } } },
  "two types": { properties: { a: { type: ["string", "null"], "x-mcp-header": "A" } } },
  "no type": { properties: { a: { "x-mcp-header": "A" } } },
  "the same name twice": {
    properties: { a: annotated, b: { type: "integer", "x-mcp-header": "a" } },
  },
  "the root": { type: "string", "x-mcp-header": "A" },
  "the elements of an array": { properties: { a: { type: "array", items: annotated } } },
  "a place in an array": { properties: { a: { prefixItems: [annotated] } } },
  "a choice": { properties: { a: { anyOf: [annotated, { type: "null" }] } } },
  "a condition": { if: { properties: { a: annotated } } },
  "a definition": { $defs: { a: annotated }, properties: { a: { $ref: "#/$defs/a" } } },
  "a pattern of properties": { patternProperties: { "^a": annotated } },
  "other properties": { additionalProperties: annotated },
  "properties below a choice": { oneOf: [{ properties: { a: annotated } }] },
};

for (const [name, schema] of Object.entries(BROKEN)) {
  Deno.test(`readMirroredArguments() refuses an annotation with ${name}`, () => {
    const reading = readMirroredArguments(schema);
    assert.ok(!reading.ok);
    assert.match(reading.complaint, /"x-mcp-header"/);
  });
}

const FITTING: readonly (readonly [JsonObject, HeadersInit])[] = [
  [{}, {}],
  [{ region: null, place: null }, {}],
  [{ place: {} }, {}],
  [{ region: "us-west1" }, { "Mcp-Param-Region": "us-west1" }],
  [{ region: "us-west1" }, { "mcp-param-region": "=?base64?dXMtd2VzdDE=?=" }],
  [{ region: "" }, { "mcp-param-region": "" }],
  [{ region: "42.0" }, { "mcp-param-region": "42.0" }],
  [{ place: { floor: 42 } }, { "mcp-param-floor": "42" }],
  [{ place: { floor: 42 } }, { "mcp-param-floor": "42.0" }],
  [{ place: { floor: -0 } }, { "mcp-param-floor": "0" }],
  [{ place: { floor: 9007199254740991 } }, { "mcp-param-floor": "9007199254740991" }],
  [{ isDry: false }, { "mcp-param-is-dry": "false" }],
  // Headers that nothing is said about, and arguments that are refused for themselves.
  [{ query: "x" }, { "mcp-param-query": "y" }],
  [{ region: ["us"], isDry: {} }, {}],
];

for (const [args, headers] of FITTING) {
  const what = `${JSON.stringify(args)} and ${JSON.stringify(headers)}`;
  Deno.test(`complaintAboutArguments() finds nothing wrong with ${what}`, () => {
    assert.equal(complaint(args, headers), undefined);
  });
}

const DISAGREEING: readonly (readonly [JsonObject, HeadersInit])[] = [
  [{ region: "us" }, {}],
  [{ region: "" }, {}],
  [{ region: "us" }, { "mcp-param-region": "eu" }],
  [{ region: "us" }, { "mcp-param-region": "US" }],
  [{ region: "us" }, { "mcp-param-region": "us, us" }],
  [{ region: "us" }, { "mcp-param-region": "=?base64?dXM?=" }],
  [{ region: "é" }, { "mcp-param-region": "é" }],
  [{ region: "42" }, { "mcp-param-region": "42.0" }],
  [{}, { "mcp-param-region": "us" }],
  [{}, { "mcp-param-region": "" }],
  [{ region: null }, { "mcp-param-region": "null" }],
  [{ region: ["us"] }, { "mcp-param-region": "us" }],
  [{ place: { floor: 42 } }, {}],
  [{ place: { floor: 42 } }, { "mcp-param-floor": "42.5" }],
  [{ place: { floor: 1 } }, { "mcp-param-floor": "0.99999999999999999999" }],
  [{ place: { floor: 2 ** 53 } }, { "mcp-param-floor": "9007199254740993" }],
  [{ place: { floor: 42 } }, { "mcp-param-floor": "0x2a" }],
  [{ isDry: true }, { "mcp-param-is-dry": "True" }],
  [{ isDry: true }, { "mcp-param-is-dry": "1" }],
];

for (const [args, headers] of DISAGREEING) {
  const what = `${JSON.stringify(args)} and ${JSON.stringify(headers)}`;
  Deno.test(`complaintAboutArguments() complains about ${what}`, () => {
    assert.match(complaint(args, headers) ?? "", /header mcp-param-(region|floor|is-dry) /i);
  });
}

Deno.test("complaintAboutArguments() does not take what every object inherits for an argument", () => {
  for (const member of ["constructor", "__proto__", "toString"]) {
    const mirrored = [
      { header: "mcp-param-a", path: [member] },
      { header: "mcp-param-b", path: [member, "name"] },
    ];
    assert.equal(complaintAboutArguments(mirrored, {}, () => null), undefined, member);
  }
});

Deno.test("what headersOfArguments() writes, complaintAboutArguments() accepts", () => {
  const seed = testSeed();
  const random = seededRandom(seed);
  const texts = ["", "us", " us ", "世界", "=?base64?YQ==?=", "a\nb", "true", "-1"];
  for (let round = 0; round < 5_000; round++) {
    const text = `${texts[random(texts.length)]}${texts[random(texts.length)]}`;
    const args = {
      ...(random(3) > 0 && { region: random(4) > 0 ? text : null }),
      ...(random(3) > 0 && { place: { floor: random(2 ** 31) - 2 ** 30 } }),
      ...(random(3) > 0 && { isDry: random(2) === 0 }),
    };
    const headers = headersOfArguments(MIRRORED, args).map(([name, value]): [string, string] => [
      name,
      value,
    ]);
    assert.equal(complaint(args, headers), undefined, `seed ${seed}: ${JSON.stringify(args)}`);
    const others = headers.filter((_, at) => at !== 0);
    if (headers.length > 0) assert.notEqual(complaint(args, others), undefined, `seed ${seed}`);
  }
});

Deno.test("withoutAnnotations() leaves a schema as it is, but for the annotations", () => {
  assert.deepEqual(withoutAnnotations(SCHEMA), {
    type: "object",
    properties: {
      region: { type: "string" },
      place: { type: "object", properties: { floor: { type: "integer" } } },
      isDry: { type: "boolean" },
      query: { type: "string" },
      "x-mcp-header": { type: "string", default: { "x-mcp-header": "Value" } },
    },
  });
  const plain = { type: "object", properties: { a: { type: "string" } } };
  assert.equal(withoutAnnotations(plain), plain);
});
