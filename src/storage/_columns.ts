// Values of columns that may be NULL.

import type { SQLOutputValue } from "node:sqlite";

/** The text in a column; undefined for NULL. */
export function textIn(value: SQLOutputValue | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** The number in a column; undefined for NULL. */
export function numberIn(value: SQLOutputValue | undefined): number | undefined {
  return typeof value === "number" ? value : undefined;
}
