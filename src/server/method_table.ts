// Which methods the server offers. A method that stands here is offered; nothing else is.

import type { MethodTable } from "../rpc/dispatcher.ts";
import type { CallPipeline } from "../tools/call.ts";
import type { ToolRegistry } from "../tools/registry.ts";
import { initialize, ping } from "./methods/lifecycle.ts";
import { setLogLevel } from "./methods/logging.ts";
import { callTool, listTools } from "./methods/tools.ts";

/** What the methods work with. */
export interface MethodParts {
  readonly registry: ToolRegistry;
  readonly pipeline: CallPipeline;
}

/**
 * The methods of the legacy revisions. Notifications have no place here: `initialized` concerns the
 * session and `cancelled` its calls, and both are taken there.
 */
export function createMethodTable(parts: MethodParts): MethodTable {
  return new Map([
    ["initialize", initialize],
    ["ping", ping],
    ["logging/setLevel", setLogLevel],
    ["tools/list", listTools(parts.registry)],
    ["tools/call", callTool(parts.pipeline)],
  ]);
}
