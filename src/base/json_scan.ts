// A look at a JSON text before it is parsed: a parser spends most of a second on four megabytes of
// brackets, all of it before anybody can say that they are too many. The scan walks the text once,
// jumps over strings, and stops at the first bound that is passed. It may count a little less than the
// parser will find, never more, so a text that is within the bounds always passes.

import type { JsonBoundsFault, JsonBoundsOptions } from "./json_bounds.ts";

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_ARRAY = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** Checks nesting and number of values of a text that may be JSON. */
export function scanJson(text: string, options: JsonBoundsOptions): JsonBoundsFault | undefined {
  const { depthMax, valuesMax } = options;
  let depth = 0;
  // The outermost value; each further one stands behind a comma or opens a container.
  let values = 1;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = endOfString(text, at);
    } else if (code === OPEN_ARRAY || code === OPEN_OBJECT) {
      if (++depth > depthMax) return "too_deep";
    } else if (code === CLOSE_ARRAY || code === CLOSE_OBJECT) {
      depth--;
    } else if (code === COMMA && ++values > valuesMax) {
      return "too_many_values";
    }
  }
  return undefined;
}

/** The position of the quote that ends a string; the end of the text where none does. */
function endOfString(text: string, start: number): number {
  let at = text.indexOf('"', start + 1);
  while (at !== -1 && isEscaped(text, at)) at = text.indexOf('"', at + 1);
  return at === -1 ? text.length : at;
}

/** Whether an odd number of backslashes stands before a position. */
function isEscaped(text: string, at: number): boolean {
  let before = at - 1;
  while (text.charCodeAt(before) === BACKSLASH) before--;
  return (at - before) % 2 === 0;
}
