// JSON values as this folder handles them: objects are records of own keys only, so that a key named
// `__proto__` or `constructor` is data like any other. Nesting is bounded before values get here.

import { z } from "zod";

/** A JSON object; read its keys through `ownValue()`, never by a bare index. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** True for an object that is neither null nor an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A schema for any JSON object. `z.record` is not used because it drops the key `__proto__`. */
export function jsonObjectSchema(description: string): z.ZodType<JsonObject, JsonObject> {
  const schema = z.unknown()
    .refine(isJsonObject, "Invalid input: expected an object")
    .meta({ type: "object", description });
  // The refinement above is the proof of the type; zod cannot narrow `unknown` by it.
  return schema as unknown as z.ZodType<JsonObject, JsonObject>;
}

/** The value under an own key; `undefined` when the object has no such key. */
export function ownValue(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Sets an own key, whatever its name. */
export function setOwn(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key === "__proto__") {
    Object.defineProperty(object, key, {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  } else {
    object[key] = value;
  }
}

/** A deep copy that shares nothing with the original. `undefined` becomes null, as in JSON. */
export function copyJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyJson);
  if (!isJsonObject(value)) return value === undefined ? null : value;
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) setOwn(copy, key, copyJson(value[key]));
  return copy;
}

const TEXT_CHARS_SHOWN = 60;

/** A name from the plan for a message: quoted, and cut when it is long. */
export function quote(text: string): string {
  return text.length <= TEXT_CHARS_SHOWN
    ? JSON.stringify(text)
    : `${JSON.stringify(text.slice(0, TEXT_CHARS_SHOWN))}…`;
}

/** What a value is, in a few words and in constant time: long values by their size only. */
export function describeValue(value: unknown): string {
  if (typeof value === "string") {
    return value.length <= TEXT_CHARS_SHOWN
      ? quote(value)
      : `a string of ${value.length} characters`;
  }
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (isJsonObject(value)) return "an object";
  return String(value ?? null);
}
