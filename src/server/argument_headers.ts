// The headers that repeat arguments of a tool, checked against the call (2026-07-28, "Request
// Metadata"): which arguments those are stands in the tool's schema.

import type { RpcRequest } from "../protocol/json_rpc.ts";
import { complaintAboutArguments } from "../protocol/mirrored_arguments.ts";
import type { HeaderLookup } from "../protocol/mirrored_headers.ts";
import type { ToolRegistry } from "../tools/registry.ts";

/** Tells why the headers of a request do not fit its arguments; undefined if they do. */
export type ArgumentHeaders = (request: RpcRequest, header: HeaderLookup) => string | undefined;

/** The check for the tools of a registry. */
export function argumentHeaders(registry: ToolRegistry): ArgumentHeaders {
  return ({ method, params }, header) => {
    if (method !== "tools/call" || typeof params?.name !== "string") return undefined;
    const mirrored = registry.mirroredArguments(params.name);
    return complaintAboutArguments(mirrored, params.arguments, header);
  };
}
