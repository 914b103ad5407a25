// The arguments of a tool that a stateless call repeats in headers (2026-07-28, "Custom Headers from
// Tool Parameters"): which ones, by the `x-mcp-header` annotations of the input schema, and whether the
// headers of a call say the same as its arguments.

import { PARAM_HEADER_PREFIX } from "./headers.ts";
import { isJsonObject, type JsonObject } from "./json_rpc.ts";
import {
  decodeHeaderValue,
  encodeHeaderValue,
  type HeaderEntry,
  type HeaderLookup,
  valueAt,
} from "./mirrored_headers.ts";

/** An argument that is repeated in a header. */
export interface MirroredArgument {
  /** The header, in lower case. */
  readonly header: string;
  /** The members that lead to it from the arguments. */
  readonly path: readonly string[];
}

/** The outcome of reading a schema: its mirrored arguments, or which rule an annotation breaks. */
export type MirroredArgumentsReading =
  | { readonly ok: true; readonly mirrored: readonly MirroredArgument[] }
  | { readonly ok: false; readonly complaint: string };

/** The annotation of a property's schema. */
export const HEADER_ANNOTATION = "x-mcp-header";

// A token of RFC 9110, section 5.6.2.
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const TYPES: ReadonlySet<unknown> = new Set(["string", "integer", "boolean"]);
const WHOLE_NUMBER = /^(-?\d+)(?:\.0+)?$/;

// The keywords of JSON Schema 2020-12 and older under which there are schemas, besides `properties`.
const SCHEMAS: readonly string[] = [
  ...[
    "additionalItems",
    "additionalProperties",
    "contains",
    "contentSchema",
    "else",
    "if",
    "items",
  ],
  ...["not", "propertyNames", "then", "unevaluatedItems", "unevaluatedProperties"],
  ...["allOf", "anyOf", "oneOf", "prefixItems"],
];
const NAMED_SCHEMAS: readonly string[] = [
  "$defs",
  "definitions",
  "dependencies",
  "dependentSchemas",
  "patternProperties",
];

/**
 * Reads which arguments a tool wants to have repeated. A client over HTTP has to leave out a tool whose
 * annotations break a rule; a server has none.
 */
export function readMirroredArguments(inputSchema: JsonObject): MirroredArgumentsReading {
  const mirrored: MirroredArgument[] = [];
  const annotated = annotationsIn(inputSchema, []);
  for (const { schema, path } of annotated) {
    const complaint = complaintAboutAnnotation(schema, path);
    if (complaint !== undefined) return { ok: false, complaint };
    const header = `${PARAM_HEADER_PREFIX}${String(schema[HEADER_ANNOTATION]).toLowerCase()}`;
    // Checked with the annotation: it has a path.
    mirrored.push({ header, path: path ?? [] });
  }
  const names = new Set(mirrored.map(({ header }) => header));
  return names.size === mirrored.length
    ? { ok: true, mirrored }
    : { ok: false, complaint: `Two properties have the same "${HEADER_ANNOTATION}"` };
}

/** Why the headers of a call do not fit its arguments; undefined if they do. */
export function complaintAboutArguments(
  mirrored: readonly MirroredArgument[],
  args: unknown,
  header: HeaderLookup,
): string | undefined {
  for (const argument of mirrored) {
    const complaint = complaintAbout(argument, valueAt(args, argument.path), header);
    if (complaint !== undefined) return complaint;
  }
  return undefined;
}

/** The headers that repeat the arguments of a call, to be sent with it. */
export function headersOfArguments(
  mirrored: readonly MirroredArgument[],
  args: unknown,
): readonly HeaderEntry[] {
  return mirrored.flatMap(({ header, path }): readonly HeaderEntry[] => {
    const text = textOf(valueAt(args, path));
    return text === undefined ? [] : [[header, encodeHeaderValue(text)]];
  });
}

/** The schema without its annotations, for clients that do not know them. */
export function withoutAnnotations(schema: JsonObject): JsonObject {
  const { [HEADER_ANNOTATION]: annotation, ...rest } = schema;
  const { properties } = schema;
  if (!isJsonObject(properties)) return annotation === undefined ? schema : rest;
  const plain = Object.entries(properties).map(([name, property]) =>
    [name, isJsonObject(property) ? withoutAnnotations(property) : property] as const
  );
  const isSame = annotation === undefined &&
    plain.every(([name, property]) => property === properties[name]);
  return isSame ? schema : { ...rest, properties: Object.fromEntries(plain) };
}

interface Annotated {
  readonly schema: JsonObject;
  /** Undefined where no chain of `properties` leads from the root to it. */
  readonly path: readonly string[] | undefined;
}

function annotationsIn(
  schema: unknown,
  path: readonly string[] | undefined,
): readonly Annotated[] {
  if (!isJsonObject(schema)) return [];
  const below = [
    ...namedIn(schema, "properties").flatMap(([name, property]) =>
      annotationsIn(property, path && [...path, name])
    ),
    ...NAMED_SCHEMAS.flatMap((keyword) => namedIn(schema, keyword))
      .flatMap(([, part]) => annotationsIn(part, undefined)),
    ...SCHEMAS.flatMap((keyword) => Object.hasOwn(schema, keyword) ? [schema[keyword]].flat() : [])
      .flatMap((part) => annotationsIn(part, undefined)),
  ];
  return Object.hasOwn(schema, HEADER_ANNOTATION) ? [{ schema, path }, ...below] : below;
}

function namedIn(schema: JsonObject, keyword: string): readonly (readonly [string, unknown])[] {
  const named = Object.hasOwn(schema, keyword) ? schema[keyword] : undefined;
  return isJsonObject(named) ? Object.entries(named) : [];
}

function complaintAboutAnnotation(
  schema: JsonObject,
  path: readonly string[] | undefined,
): string | undefined {
  if (path === undefined || path.length === 0) {
    return `"${HEADER_ANNOTATION}" stands where only properties of the arguments have one`;
  }
  const name = schema[HEADER_ANNOTATION];
  const what = `"${HEADER_ANNOTATION}" of property "${path.join(".")}"`;
  if (typeof name !== "string" || !TOKEN.test(name)) return `${what} is no name of a header`;
  if (TYPES.has(schema.type)) return undefined;
  return `${what} needs the type string, integer or boolean`;
}

function complaintAbout(
  { header: name, path }: MirroredArgument,
  value: unknown,
  header: HeaderLookup,
): string | undefined {
  const raw = header(name);
  const text = textOf(value);
  // What cannot be repeated is a fault of the arguments, unless a header says otherwise.
  if (raw === null && text === undefined) return undefined;
  const argument = `argument "${path.join(".")}"`;
  if (raw === null) return `Missing header ${name} for ${argument}`;
  const repeated = decodeHeaderValue(raw);
  if (repeated === undefined) return `Header ${name} is not encoded as it should be`;
  if (repeated === text || isSameNumber(repeated, value)) return undefined;
  return `Header ${name} does not match ${argument}`;
}

/** A value as it is repeated; undefined where it is not: nothing, no simple value, no exact number. */
function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return value ? "true" : "false";
  // Zero has no sign here.
  return Number.isSafeInteger(value) ? String(Number(value) + 0) : undefined;
}

function isSameNumber(repeated: string, value: unknown): boolean {
  const [, whole] = WHOLE_NUMBER.exec(repeated) ?? [];
  // Whole numbers beyond the safe ones never read as one of those.
  return whole !== undefined && Number.isSafeInteger(value) && Number(whole) === value;
}
