// The headers that repeat arguments of a tool, checked against the call (2026-07-28, "Request
// Metadata"): which arguments those are stands in the tool's schema.

import { isJsonObject, type JsonObject, type RpcRequest } from "../protocol/json_rpc.ts";
import {
  complaintAboutArguments,
  type MirroredArgument,
  readMirroredArguments,
} from "../protocol/mirrored_arguments.ts";
import type { HeaderLookup } from "../protocol/mirrored_headers.ts";
import type { ToolRegistry } from "../tools/registry.ts";

/** Tells why the headers of a request do not fit its arguments; undefined if they do. */
export type ArgumentHeaders = (request: RpcRequest, header: HeaderLookup) => string | undefined;

/** The check for the tools of a registry; what a schema marks is read once. */
export function argumentHeaders(registry: ToolRegistry): ArgumentHeaders {
  const known = new WeakMap<JsonObject, readonly MirroredArgument[]>();
  const mirroredBy = (schema: JsonObject): readonly MirroredArgument[] => {
    const found = known.get(schema);
    if (found !== undefined) return found;
    const reading = readMirroredArguments(schema);
    // A tool whose marks break a rule has none: clients over HTTP leave it out.
    const mirrored = reading.ok ? reading.mirrored : [];
    known.set(schema, mirrored);
    return mirrored;
  };
  return ({ method, params }, header) => {
    if (method !== "tools/call" || typeof params?.name !== "string") return undefined;
    const tool = registry.find(params.name);
    if (tool === undefined) return undefined;
    const mirrored = mirroredBy(tool.wire.inputSchema);
    if (mirrored.length === 0) return undefined;
    const args = isJsonObject(params.arguments) ? params.arguments : {};
    return complaintAboutArguments(mirrored, args, header);
  };
}
