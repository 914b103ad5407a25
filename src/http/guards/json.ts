// From a body to a JSON value that is safe to walk: parsed, and bounded in depth and number of values.

import { checkJsonBounds, type JsonBoundsFault } from "../../base/json_bounds.ts";
import { scanJson } from "../../base/json_scan.ts";
import type { Limits } from "../../base/limits.ts";

/** The parsed body, or the complaint about it. */
export type JsonReading =
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "not_json" }
  | { readonly kind: "out_of_bounds"; readonly complaint: string };

// A shorter text is parsed faster than it is worth to look at it before.
const SCAN_CHARS_MIN = 16 * 1024;

/** Parses a text as JSON within the bounds. */
export function readJson(text: string, limits: Limits): JsonReading {
  const bounds = { depthMax: limits.jsonDepthMax, valuesMax: limits.jsonValuesMax };
  const early = text.length < SCAN_CHARS_MIN ? undefined : scanJson(text, bounds);
  if (early !== undefined) return outOfBounds(early, limits);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (thrown) {
    // A parser that recurses may run out of stack on deep nesting and says so with a RangeError.
    if (thrown instanceof SyntaxError || thrown instanceof RangeError) return { kind: "not_json" };
    throw thrown;
  }
  const fault = checkJsonBounds(value, bounds);
  return fault === undefined ? { kind: "value", value } : outOfBounds(fault, limits);
}

function outOfBounds(fault: JsonBoundsFault, limits: Limits): JsonReading {
  const complaint = fault === "too_deep"
    ? `The message is nested too deep: at most ${limits.jsonDepthMax} levels`
    : `The message holds too many values: at most ${limits.jsonValuesMax}`;
  return { kind: "out_of_bounds", complaint };
}
