// Lists of a mounted server, page by page. A server that goes round in circles, or has no end, is heard
// until it repeats itself or the bound is met.

import type { Limits } from "../base/limits.ts";
import type { JsonObject } from "../protocol/json_rpc.ts";
import type { Dialect } from "./dialect.ts";

const PAGES_MAX = 1_000;

/** The entries of a list; `member` is where a page holds them. Throws CarError. */
export async function* listEntries(
  dialect: Dialect,
  { method, member }: { readonly method: string; readonly member: string },
  { upstreamStartMs: timeoutMs }: Pick<Limits, "upstreamStartMs">,
): AsyncGenerator<unknown> {
  const cursors = new Set<string>();
  let cursor: string | undefined;
  do {
    const params = cursor === undefined ? undefined : { cursor };
    const page: JsonObject = await dialect.request(method, { params, timeoutMs });
    const entries = page[member];
    if (Array.isArray(entries)) yield* entries;
    cursor = typeof page.nextCursor === "string" ? page.nextCursor : undefined;
    if (cursor === undefined || cursors.has(cursor)) return;
    cursors.add(cursor);
  } while (cursors.size < PAGES_MAX);
}
