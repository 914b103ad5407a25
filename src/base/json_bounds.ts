// The check that comes right after a parse: how deep and how large a JSON value is. Parsers accept
// nesting that a later stringify cannot walk (Bun's overflows where its parse does not), so nothing
// else may touch a value before it passed here. The recursion is bounded by the depth it checks.

/** Why a value was refused. */
export type JsonBoundsFault = "too_deep" | "too_many_values";

/** Options of checkJsonBounds. */
export interface JsonBoundsOptions {
  readonly depthMax: number;
  readonly valuesMax: number;
}

/** Checks the nesting of a parsed JSON value and the number of values in it. */
export function checkJsonBounds(
  value: unknown,
  options: JsonBoundsOptions,
): JsonBoundsFault | undefined {
  const left = countDown(value, options.depthMax, options.valuesMax);
  if (left === TOO_DEEP) return "too_deep";
  return left < 0 ? "too_many_values" : undefined;
}

const TOO_DEEP = -2;

// Returns how many values may still come, -1 when there were too many, TOO_DEEP when nested too deep.
function countDown(value: unknown, depthLeft: number, valuesLeft: number): number {
  let left = valuesLeft - 1;
  if (typeof value !== "object" || value === null) return left;
  if (depthLeft === 0) return TOO_DEEP;
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length && left >= 0; at++) {
      left = countDown(value[at], depthLeft - 1, left);
    }
    return left;
  }
  // A loop over the names makes no array of the members, of which a hostile message has very many.
  for (const name in value) {
    if (left >= 0 && Object.hasOwn(value, name)) {
      left = countDown((value as Record<string, unknown>)[name], depthLeft - 1, left);
    }
  }
  return left;
}
