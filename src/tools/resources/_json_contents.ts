// What our own resources hold: one JSON object each.

import type { ResourceContents } from "../../protocol/resources.ts";

/** The type of our own resources. */
export const JSON_TYPE = "application/json";

/** An object as the contents of a resource. */
export function jsonContents(uri: string, value: object): readonly ResourceContents[] {
  return [{ uri, mimeType: JSON_TYPE, text: JSON.stringify(value) }];
}

/** A time in RFC 3339; null for none. */
export function timeText(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}
