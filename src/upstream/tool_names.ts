// The names under which tools of mounted servers are listed: `mcp_{server}_{tool}`, cut to what every
// host takes. A name that had to be changed ends in a hash of the whole, so that it stays the same
// whatever else is mounted, and two that differ only behind the cut stay apart. A server's name has no
// underscore, so no two pairs make the same name.

import { createHash } from "node:crypto";
import { MOUNTED_PREFIX } from "../tools/definition.ts";

/** Characters of a tool's name that every host takes. */
export const NAME_CHARS_MAX = 64;

const HASH_CHARS = 8;

/** What a mounted server may be called. */
export const SERVER_NAME_PATTERN = /^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/;

/** The listed name of a server's tool. */
export function mountedName(server: string, tool: string): string {
  const whole = `${MOUNTED_PREFIX}${server}_${tool}`;
  const allowed = whole.replace(/[^A-Za-z0-9_.-]/g, "_");
  if (allowed === whole && whole.length <= NAME_CHARS_MAX) return whole;
  const hash = createHash("sha256").update(whole).digest("hex").slice(0, HASH_CHARS);
  return `${allowed.slice(0, NAME_CHARS_MAX - HASH_CHARS - 1)}_${hash}`;
}

/** A text as the name of a server: what it may not have becomes a hyphen; undefined if nothing is left. */
export function serverNameFrom(text: string): string | undefined {
  const name = text.toLowerCase().replace(/[^a-z0-9]+/g, "-").slice(0, 32).replace(/^-+|-+$/g, "");
  return SERVER_NAME_PATTERN.test(name) ? name : undefined;
}
