// The names under which tools of others are listed: a prefix that says whose kind they are, the owner's
// name, the tool's own. They are cut to what every host takes. A name that had to be changed ends in a hash
// of the whole, so that it stays the same whatever else is listed, and two that differ only behind the cut
// stay apart.

import { createHash } from "node:crypto";

/** What the names of mounted servers' tools begin with. */
export const MOUNTED_PREFIX = "mcp_";

/** What the names of tools that clients lend begin with. */
export const LENT_PREFIX = "client_";

/** Characters of a tool's name that every host takes. */
export const LISTED_NAME_CHARS_MAX = 64;

const HASH_CHARS = 8;

/** The name as it is listed. */
export function listedName(whole: string): string {
  const allowed = whole.replace(/[^A-Za-z0-9_.-]/g, "_");
  if (allowed === whole && whole.length <= LISTED_NAME_CHARS_MAX) return whole;
  const hash = createHash("sha256").update(whole).digest("hex").slice(0, HASH_CHARS);
  return `${allowed.slice(0, LISTED_NAME_CHARS_MAX - HASH_CHARS - 1)}_${hash}`;
}

const SLUG_CHARS_MAX = 32;

/**
 * A text as the name of an owner: small letters, digits and hyphens, no underscore, so that no two pairs
 * of owner and tool make the same name. Empty if nothing of it is left.
 */
export function slugFrom(text: string): string {
  const hyphenated = text.toLowerCase().replace(/[^a-z0-9]+/g, "-").slice(0, SLUG_CHARS_MAX);
  return hyphenated.replace(/^-+|-+$/g, "");
}
