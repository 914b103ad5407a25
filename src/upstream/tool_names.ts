// The names of mounted servers, and those under which their tools are listed: `mcp_{server}_{tool}`. A
// server's name has no underscore, so no two pairs make the same name.

import { listedName, MOUNTED_PREFIX, slugFrom } from "../tools/foreign_names.ts";

/** What a mounted server may be called. */
export const SERVER_NAME_PATTERN = /^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/;

/** The listed name of a server's tool. */
export function mountedName(server: string, tool: string): string {
  return listedName(`${MOUNTED_PREFIX}${server}_${tool}`);
}

/** A text as the name of a server: what it may not have becomes a hyphen; undefined if nothing is left. */
export function serverNameFrom(text: string): string | undefined {
  const name = slugFrom(text);
  return SERVER_NAME_PATTERN.test(name) ? name : undefined;
}
