// What the stateless revisions put around a result: its kind, who answered, and how long it may be
// kept (2026-07-28, "Responses" and "Caching"). Handlers answer the bare result in every revision.

import { SERVER_NAME, VERSION } from "../base/version.ts";
import { isJsonObject, type JsonObject } from "./json_rpc.ts";
import type { Revision } from "./revisions.ts";

/** How long a client may keep a result, and for whom. */
export interface CachingHints {
  /** Milliseconds; 0: not at all. */
  readonly ttlMs: number;
  /** `public` only where nothing in the result depends on who asks. */
  readonly cacheScope: "public" | "private";
}

/** The member of `_meta` that says who answered. */
export const SERVER_INFO_KEY = "io.modelcontextprotocol/serverInfo";

/** Who this server is, as a client of that revision knows it. */
export function serverInfo(revision: Revision): Readonly<Record<string, string>> {
  return {
    name: SERVER_NAME,
    ...(revision.hasTitles ? { title: "car-mcp" } : {}),
    version: VERSION,
    ...(revision.hasImplementationDescription
      ? { description: "The same memory and the same tools for every agent" }
      : {}),
  };
}

/** A result of a stateless revision; what it has of `_meta` and of its own kind stays. */
export function statelessResult(
  result: unknown,
  revision: Revision,
  hints?: CachingHints,
): JsonObject {
  const members = isJsonObject(result) ? result : {};
  const meta = isJsonObject(members._meta) ? members._meta : {};
  return {
    resultType: "complete",
    ...members,
    ...hints,
    _meta: { ...meta, [SERVER_INFO_KEY]: serverInfo(revision) },
  };
}
