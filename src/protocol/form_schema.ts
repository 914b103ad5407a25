// The schema of a form that a person fills in (2025-11-25, "Requested Schema"): a flat object of texts,
// numbers, booleans and choices. It is a list of what a form may have, because everything else of JSON
// Schema either cannot be shown by a client or runs in a time that whoever fills in the form chooses.

import { z } from "zod";

const text = z.string().optional();
const number = z.number().optional();
const count = z.int().min(0).optional();
const named = { title: text, description: text };
const choices = z.array(z.string());
const titledChoices = z.array(z.strictObject({ const: z.string(), title: z.string() }));

const TextField = z.strictObject({
  type: z.literal("string"),
  ...named,
  minLength: count,
  maxLength: count,
  format: z.enum(["email", "uri", "date", "date-time"]).optional(),
  enum: choices.optional(),
  // 2025-06-18 names its choices so; later revisions have `oneOf`.
  enumNames: choices.optional(),
  oneOf: titledChoices.optional(),
  default: text,
});

const NumberField = z.strictObject({
  type: z.enum(["number", "integer"]),
  ...named,
  minimum: number,
  maximum: number,
  default: number,
});

const BooleanField = z.strictObject({
  type: z.literal("boolean"),
  ...named,
  default: z.boolean().optional(),
});

const ChoicesField = z.strictObject({
  type: z.literal("array"),
  ...named,
  minItems: count,
  maxItems: count,
  items: z.union([
    z.strictObject({ type: z.literal("string"), enum: choices }),
    z.strictObject({ anyOf: titledChoices }),
  ]),
  default: choices.optional(),
});

const FormSchema = z.strictObject({
  $schema: text,
  type: z.literal("object"),
  properties: z.record(
    z.string(),
    z.discriminatedUnion("type", [TextField, NumberField, BooleanField, ChoicesField]),
  ),
  required: choices.optional(),
});

/** Why a value is no schema of a form, with the place in it; undefined if it is one. */
export function complaintAboutForm(schema: unknown): string | undefined {
  const parsed = FormSchema.safeParse(schema);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue?.path.join(".") ?? "";
    return `${issue?.message ?? "Invalid"}${where === "" ? "" : ` at "${where}"`}`;
  }
  const { properties, required = [] } = parsed.data;
  // What was read has no field named like the prototype, so that one counts as unknown.
  const unknown = [...required, ...Object.keys((schema as typeof parsed.data).properties)]
    .find((name) => !Object.hasOwn(properties, name));
  return unknown === undefined ? undefined : `Unknown field "${unknown}"`;
}
