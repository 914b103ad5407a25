// How a stateless message is told from one of a session: it claims a version in its `_meta` (2026-07-28,
// "_meta"). A file of its own, because a bridge needs this and no schema.

import { isJsonObject } from "./json_rpc.ts";

/** The member of `_meta` that claims a version. */
export const VERSION_KEY = "io.modelcontextprotocol/protocolVersion";

/** Whether a message claims a version in its `_meta`, whatever the claim is worth. */
export function claimsVersion(message: unknown): boolean {
  if (!isJsonObject(message) || !isJsonObject(message.params)) return false;
  const meta = message.params._meta;
  return isJsonObject(meta) && Object.hasOwn(meta, VERSION_KEY);
}

/** The version that a message claims, if it is a name at all. */
export function claimedVersion(message: unknown): string | undefined {
  if (!claimsVersion(message)) return undefined;
  // It was just found to be there.
  const { params } = message as { params: { _meta: Record<string, unknown> } };
  const version = params._meta[VERSION_KEY];
  return typeof version === "string" ? version : undefined;
}
