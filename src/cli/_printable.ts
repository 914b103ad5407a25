// Texts of somebody else for a terminal, which takes some characters for orders.

/** A text as one line: control characters of what is stored would move the cursor, or worse. */
export function onOneLine(text: string): string {
  return printable(text.replaceAll(/\s+/g, " "));
}

/**
 * A text of many lines without what a terminal would take for a command, and without what has a line read
 * in another order than it is written.
 */
export function printable(text: string): string {
  // deno-lint-ignore no-control-regex -- they are what is looked for
  return text.replaceAll(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/g, "\uFFFD");
}
