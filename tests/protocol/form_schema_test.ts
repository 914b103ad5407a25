import assert from "node:assert/strict";
import { complaintAboutForm } from "../../src/protocol/form_schema.ts";

const form = (field: unknown, more: Record<string, unknown> = {}) => ({
  type: "object",
  properties: { field },
  ...more,
});

Deno.test("complaintAboutForm() has none about the fields that the protocol has mcp:66", () => {
  const titled = [{ const: "a", title: "A" }, { const: "b", title: "B" }];
  const named = { title: "t", description: "d" };
  const fields = [
    {
      type: "string",
      ...named,
      minLength: 1,
      maxLength: 9,
      format: "email",
      default: "a@b.example",
    },
    { type: "string", format: "date-time" },
    { type: "number", ...named, minimum: -1.5, maximum: 2, default: 0 },
    { type: "integer", default: 1 },
    { type: "boolean", ...named, default: false },
    { type: "string", enum: ["a", "b"], enumNames: ["A", "B"], default: "a" },
    { type: "string", oneOf: titled },
    { type: "array", ...named, minItems: 0, items: { type: "string", enum: ["a"] }, default: [] },
    { type: "array", maxItems: 1, items: { anyOf: titled } },
  ];
  for (const field of fields) assert.equal(complaintAboutForm(form(field)), undefined);
  const $schema = "https://json-schema.org/draft/2020-12/schema";
  assert.equal(complaintAboutForm(form({ type: "string" }, { $schema, required: [] })), undefined);
  assert.equal(complaintAboutForm({ type: "object", properties: {} }), undefined);
});

Deno.test("complaintAboutForm() says where a schema has what no form has", () => {
  const text = { type: "string" };
  const named = JSON.parse('{"type":"object","properties":{"__proto__":{"pattern":"a"}}}');
  const schemas: [unknown, RegExp][] = [
    [undefined, /Invalid input/],
    [[], /Invalid input/],
    [{ type: "object" }, /at "properties"/],
    [{ type: "string", properties: {} }, /at "type"/],
    [form({ type: "string", pattern: "^(a+)+$" }), /"pattern" at "properties\.field"/],
    [form({ type: "string", format: "url" }), /at "properties\.field\.format"/],
    [form({ type: "object", properties: {} }), /at "properties\.field\.type"/],
    [
      form({ type: "array", items: { type: "string", pattern: "a" } }),
      /"?properties\.field\.items/,
    ],
    [form({ type: "string", oneOf: [{ pattern: "a" }] }), /properties\.field\.oneOf\.0/],
    [form({ type: "string", minLength: -1 }), /properties\.field\.minLength/],
    [form({ type: "integer", maximum: 1n }), /properties\.field\.maximum/],
    [form({ $ref: "#/properties/field" }), /properties\.field/],
    [form(text, { not: { pattern: "a" } }), /"not"/],
    [form(text, { propertyNames: { pattern: "a" } }), /"propertyNames"/],
    [form(text, { patternProperties: {} }), /"patternProperties"/],
    [form(text, { $ref: "#" }), /"\$ref"/],
    [form(text, { required: ["field", "other"] }), /Unknown field "other"/],
    [form(text, { required: ["toString"] }), /Unknown field "toString"/],
    [named, /Unknown field "__proto__"/],
  ];
  for (const [schema, complaint] of schemas) {
    assert.match(complaintAboutForm(schema) ?? "", complaint);
  }
});
