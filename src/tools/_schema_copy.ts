// A copy of a JSON Schema that can be checked without harm: it holds what the validator understands
// and nothing whose work would grow beyond what is counted. What is left out can only let more pass,
// never less, so the keywords that turn a match into a fault go together with it.

import { isJsonObject, type JsonObject } from "../protocol/json_rpc.ts";

/** A copied schema and each object schema in it, with what one visit of it costs. */
export interface SchemaCopy {
  readonly schema: JsonObject;
  readonly nodes: readonly SchemaNode[];
}

/** One object schema of the copy. */
export interface SchemaNode {
  readonly node: JsonObject;
  /** How many values a visit may compare with. */
  readonly cost: number;
}

/** Copies a schema; the caller has checked how deep and how large it is. */
export function copySchema(schema: JsonObject): SchemaCopy {
  const isLoose = leavesOut(schema);
  const nodes: SchemaNode[] = [];
  const copy = (part: unknown): unknown => {
    if (!isJsonObject(part)) return part !== false;
    const node = refersElsewhere(part) ? {} : copyNode(part, { isLoose, copy });
    nodes.push({ node, cost: costOf(node) });
    return node;
  };
  // An object is copied to an object.
  return { schema: copy(schema) as JsonObject, nodes };
}

// The patterns of a schema, and of formats, run in a time that the text decides, which its caller chooses;
// the elements of an array would each be compared with each other. Formats are no assertions by default
// anyway (2020-12, "Format"), but who wrote the schema may have counted on them.
const LEFT_OUT: ReadonlySet<string> = new Set([
  "format",
  "pattern",
  "patternProperties",
  "uniqueItems",
]);

// Keywords under which a schema that lets more pass makes the whole let less pass.
const TURNING: ReadonlySet<string> = new Set([
  "not",
  "if",
  "then",
  "else",
  "contains",
  "minContains",
  "maxContains",
  "unevaluatedItems",
  "unevaluatedProperties",
]);

const ONE: ReadonlySet<string> = new Set([
  "additionalItems",
  "additionalProperties",
  "contains",
  "else",
  "if",
  "items",
  "not",
  "propertyNames",
  "then",
  "unevaluatedItems",
  "unevaluatedProperties",
]);
const LISTED: ReadonlySet<string> = new Set(["allOf", "anyOf", "items", "oneOf", "prefixItems"]);
const NAMED: ReadonlySet<string> = new Set([
  "$defs",
  "definitions",
  "dependencies",
  "dependentSchemas",
  "properties",
]);
const PLAIN: ReadonlySet<string> = new Set([
  "$anchor",
  "$id",
  "$ref",
  "const",
  "dependentRequired",
  "enum",
  "exclusiveMaximum",
  "exclusiveMinimum",
  "maxContains",
  "maxItems",
  "maxLength",
  "maxProperties",
  "maximum",
  "minContains",
  "minItems",
  "minLength",
  "minProperties",
  "minimum",
  "multipleOf",
  "required",
  "type",
]);

interface CopyOptions {
  readonly isLoose: boolean;
  readonly copy: (part: unknown) => unknown;
}

function copyNode(part: JsonObject, { isLoose, copy }: CopyOptions): JsonObject {
  const members: [string, unknown][] = [];
  for (const [keyword, value] of Object.entries(part)) {
    if (LEFT_OUT.has(keyword) || (isLoose && TURNING.has(keyword))) continue;
    // Whether a member is additional depends on the patterns that were left out.
    if (keyword === "additionalProperties" && part.patternProperties !== undefined) continue;
    if (LISTED.has(keyword) && Array.isArray(value)) {
      const name = isLoose && keyword === "oneOf" ? "anyOf" : keyword;
      if (name === keyword || part.anyOf === undefined) members.push([name, value.map(copy)]);
    } else if (NAMED.has(keyword) && isJsonObject(value)) {
      members.push([keyword, copyNamed(value, copy)]);
    } else if (ONE.has(keyword)) members.push([keyword, copy(value)]);
    else if (PLAIN.has(keyword)) members.push([keyword, value]);
  }
  // Defines own members, also one named `__proto__`.
  return Object.fromEntries(members);
}

function copyNamed(schemas: JsonObject, copy: (part: unknown) => unknown): JsonObject {
  return Object.fromEntries(
    // Names stand in `dependencies` of older dialects.
    Object.entries(schemas).map(([name, value]) => [
      name,
      Array.isArray(value) ? value : copy(value),
    ]),
  );
}

// A schema that stands elsewhere is never fetched: it says nothing here.
function refersElsewhere({ $ref, $dynamicRef, $recursiveRef }: JsonObject): boolean {
  return $dynamicRef !== undefined || $recursiveRef !== undefined ||
    ($ref !== undefined && !(typeof $ref === "string" && $ref.startsWith("#")));
}

function leavesOut(schema: unknown): boolean {
  if (Array.isArray(schema)) return schema.some(leavesOut);
  if (!isJsonObject(schema)) return false;
  // Members that happen to have such a name make the check looser than it could be, no more.
  return refersElsewhere(schema) ||
    Object.entries(schema).some(([keyword, value]) => LEFT_OUT.has(keyword) || leavesOut(value));
}

function costOf(node: JsonObject): number {
  const names = isJsonObject(node.properties) ? Object.keys(node.properties).length : 0;
  const compared = [node.enum, node.const, node.required, node.dependentRequired];
  return compared.reduce((sum: number, value) => sum + countValues(value), 1 + names);
}

function countValues(value: unknown): number {
  if (typeof value !== "object" || value === null) return value === undefined ? 0 : 1;
  return Object.values(value).reduce((sum: number, each) => sum + countValues(each), 1);
}
