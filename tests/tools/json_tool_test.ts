// Tools whose schemas somebody else wrote: what is checked, what is left to the tool, and that neither
// a schema nor arguments can make the check fetch anything or go on for long.

import assert from "node:assert/strict";
import type { JsonObject } from "../../src/protocol/json_rpc.ts";
import { defineJsonTool } from "../../src/tools/json_tool.ts";
import { call, resultOf, testApp } from "../helpers/test_app.ts";
import { refusalOf, useTool } from "../helpers/use_tool.ts";

/** A tool of that schema that answers with its arguments. */
function echo(inputSchema: JsonObject) {
  return defineJsonTool({
    wire: { name: "echo", inputSchema },
    run: (args) => ({ structured: args }),
  });
}

function complaintOf(inputSchema: JsonObject, args: unknown): string | undefined {
  const check = echo(inputSchema).check(args);
  return check.ok ? undefined : check.complaint;
}

const PERSON = {
  type: "object",
  $defs: { year: { type: "integer", minimum: 1_900 } },
  properties: {
    name: { type: "string", minLength: 1 },
    born: { $ref: "#/$defs/year" },
    "a/b~ü": { type: "boolean" },
    tags: { type: "array", items: { enum: ["old", "new"] } },
  },
  required: ["name"],
  additionalProperties: false,
};

Deno.test("defineJsonTool() hands its definition on as it is", async () => {
  const wire = {
    name: "full",
    title: "Full",
    description: "Everything a definition may hold",
    inputSchema: { $schema: "https://json-schema.org/draft/2020-12/schema", ...PERSON },
    outputSchema: { type: "object", allOf: [{ $anchor: "here" }] },
    annotations: { readOnlyHint: true },
    icons: [{ src: "data:image/png;base64,AA==" }],
    _meta: { "example.com/kept": { deep: [1] } },
  };
  const tool = defineJsonTool({ wire, run: () => ({}) });
  await using server = await testApp({ tools: [tool] });
  const request = { jsonrpc: "2.0", id: 1, method: "tools/list" };
  const { tools } = await resultOf(
    await server.post(request, { "mcp-protocol-version": "2025-11-25" }),
  );
  assert.deepEqual(tools.find(({ name }: { name: string }) => name === "full"), wire);
  const older = await resultOf(
    await server.post(request, { "mcp-protocol-version": "2024-11-05" }),
  );
  assert.deepEqual(
    older.tools.find(({ name }: { name: string }) => name === "full"),
    { name: wire.name, description: wire.description, inputSchema: wire.inputSchema },
  );
});

Deno.test("defineJsonTool() runs with arguments that fit, as they were received", async () => {
  await using server = await testApp({ tools: [echo(PERSON)] });
  const args = { name: "Ada", born: 2_000, tags: ["old"], "a/b~ü": true };
  const { structuredContent } = await useTool(server, "echo", args);
  assert.deepEqual(structuredContent, args);
});

Deno.test("defineJsonTool() names the field that does not fit mcp:118", async () => {
  await using server = await testApp({ tools: [echo(PERSON)] });
  const complaint = refusalOf(await useTool(server, "echo", { name: "Ada", born: "x" }));
  assert.equal(
    complaint,
    'Argument "born": Instance type "string" is invalid. Expected "integer"',
  );
  assert.match(complaintOf(PERSON, {}) ?? "", /required property "name"/);
  assert.match(complaintOf(PERSON, { name: "a", tags: ["old", 1] }) ?? "", /^Argument "tags\.1": /);
  assert.match(complaintOf(PERSON, { name: "a", "a/b~ü": 1 }) ?? "", /^Argument "a\/b~ü": /);
  assert.match(complaintOf(PERSON, { name: "a", more: 1 }) ?? "", /^Argument "more": /);
  assert.match(complaintOf(PERSON, { name: "" }) ?? "", /^Argument "name": .*too short/);
});

Deno.test("a schema is read in the dialect that it names", () => {
  const exclusive = { type: "object", properties: { n: { minimum: 1, exclusiveMinimum: true } } };
  const draft4 = { $schema: "http://json-schema.org/draft-04/schema#", ...exclusive };
  assert.match(complaintOf(draft4, { n: 1 }) ?? "", /^Argument "n"/);
  assert.equal(complaintOf(draft4, { n: 2 }), undefined);
  const draft7 = {
    $schema: "http://json-schema.org/draft-07/schema#",
    type: "object",
    dependencies: { a: ["b"] },
  };
  assert.match(complaintOf(draft7, { a: 1 }) ?? "", /does not have "b"/);
});

Deno.test("a reference to another document is never fetched mcp:147", async () => {
  const asked: string[] = [];
  const abort = new AbortController();
  const elsewhere = Deno.serve(
    { hostname: "127.0.0.1", port: 0, signal: abort.signal, onListen: () => {} },
    ({ url }) => {
      asked.push(url);
      return Response.json({ type: "string" });
    },
  );
  const remote = `http://127.0.0.1:${elsewhere.addr.port}/schema.json`;
  const tool = echo({
    type: "object",
    properties: { a: { $ref: remote }, b: { type: "integer" }, c: { $dynamicRef: `${remote}#c` } },
    not: { $ref: remote },
  });
  await using server = await testApp({ tools: [tool] });
  const { structuredContent } = await useTool(server, "echo", { a: 1, b: 2, c: 3 });
  assert.deepEqual(structuredContent, { a: 1, b: 2, c: 3 });
  refusalOf(await useTool(server, "echo", { a: 1, b: "2" }));
  abort.abort();
  await elsewhere.finished;
  assert.deepEqual(asked, []);
});

Deno.test("what the check leaves to the tool never refuses arguments that fit", () => {
  const text = { type: "string", pattern: "^x", format: "date" };
  assert.equal(complaintOf({ properties: { a: text } }, { a: "y" }), undefined);
  assert.match(complaintOf({ properties: { a: text } }, { a: 1 }) ?? "", /^Argument "a"/);
  const negated = { properties: { a: { not: text } } };
  assert.equal(complaintOf(negated, { a: "y" }), undefined);
  const either = { properties: { a: { oneOf: [text, { type: "string", pattern: "^y" }] } } };
  assert.equal(complaintOf(either, { a: "y" }), undefined);
  assert.match(complaintOf(either, { a: 1 }) ?? "", /does not match any/);
  const formats = { oneOf: [{ format: "date" }, { format: "time" }] };
  assert.equal(complaintOf({ properties: { a: formats } }, { a: "2026-01-01" }), undefined);
  const unique = { uniqueItems: true };
  assert.equal(complaintOf({ properties: { a: unique } }, { a: [1, 1] }), undefined);
  assert.equal(complaintOf({ properties: { a: { not: unique } } }, { a: [1, 1] }), undefined);
  const patterned = { patternProperties: { "^x": {} }, additionalProperties: false };
  assert.equal(complaintOf(patterned, { xy: 1 }), undefined);
  const conditional = { if: { properties: { a: text } }, then: { required: ["b"] } };
  assert.equal(complaintOf(conditional, { a: "y" }), undefined);
});

Deno.test("keywords that turn a match into a fault work where nothing is left out", () => {
  assert.match(complaintOf({ not: { required: ["a"] } }, { a: 1 }) ?? "", /"not"/);
  const either = { oneOf: [{ required: ["a"] }, { required: ["b"] }] };
  assert.equal(complaintOf(either, { a: 1 }), undefined);
  assert.match(complaintOf(either, { a: 1, b: 1 }) ?? "", /exactly one/);
  const conditional = { if: { required: ["a"] }, then: { required: ["b"] } };
  assert.match(complaintOf(conditional, { a: 1 }) ?? "", /"b"/);
});

Deno.test("a schema that is none, or refers to nothing, leaves the check to the tool", () => {
  assert.equal(complaintOf({ required: 5 }, {}), undefined);
  assert.equal(complaintOf({ $ref: "#/$defs/gone" }, {}), undefined);
  assert.equal(complaintOf({ $id: "http://[", type: "object" }, {}), undefined);
  const large = {
    properties: Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [at, {}])),
  };
  assert.equal(complaintOf({ ...large, required: ["a"] }, {}), undefined);
});

Deno.test("a schema whose references lead round is an end, not a hang", () => {
  const spent = "The arguments are too complex to be checked";
  assert.equal(complaintOf({ $ref: "#" }, {}), spent);
  const both = { anyOf: [{ $ref: "#/$defs/a" }, { $ref: "#/$defs/a" }], required: ["x"] };
  const doubling = { $defs: { a: { properties: { next: both } } }, ...both };
  let args: JsonObject = {};
  for (let depth = 0; depth < 50; depth++) args = { next: args };
  assert.equal(complaintOf(doubling, args), spent);
});

Deno.test("arguments that are too many are refused before a schema looks at them", () => {
  const members = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, at) => [`m${at}`, at]));
  assert.equal(complaintOf({}, { inside: [members(1_000)] }), undefined);
  assert.match(
    complaintOf({}, { inside: [members(1_001)] }) ?? "",
    /has 1001 members, at most 1000/,
  );
  assert.match(complaintOf({}, members(65)) ?? "", /There are 65 arguments/);
});

Deno.test("names like __proto__ and broken Unicode are names, or refused", () => {
  const schema = JSON.parse('{"properties":{"__proto__":{"type":"string"}}}');
  assert.match(complaintOf(schema, JSON.parse('{"__proto__":1}')) ?? "", /"__proto__"/);
  assert.equal(complaintOf(schema, JSON.parse('{"__proto__":"x"}')), undefined);
  const named = { additionalProperties: { type: "string" } };
  assert.match(complaintOf(named, { "\ud800": 1 }) ?? "", /Unicode/);
});

Deno.test("a call with arguments that are no object is refused before the check", async () => {
  await using server = await testApp({ tools: [echo({ type: "object" })] });
  const request = call("echo");
  Object.assign(request.params as object, { arguments: [1] });
  const body = await (await server.post(request)).json();
  assert.equal(body.error.code, -32602);
});
