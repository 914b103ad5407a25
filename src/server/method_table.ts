// Which methods the server offers. A method that stands here is offered; nothing else is.

import { whenReady } from "../base/eventually.ts";
import { type CachingHints, statelessResult } from "../protocol/results.ts";
import type { MethodHandler, MethodTable } from "../rpc/dispatcher.ts";
import type { CallPipeline } from "../tools/call.ts";
import type { ToolRegistry } from "../tools/registry.ts";
import { discover } from "./methods/discover.ts";
import { initialize, ping } from "./methods/lifecycle.ts";
import { setLogLevel } from "./methods/logging.ts";
import { callTool, listTools } from "./methods/tools.ts";

/** What the methods work with. */
export interface MethodParts {
  readonly registry: ToolRegistry;
  readonly pipeline: CallPipeline;
}

/**
 * The methods of the revisions with a handshake. Notifications have no place here: `initialized`
 * concerns the session and `cancelled` its calls, and both are taken there.
 */
export function createMethodTable(parts: MethodParts): MethodTable {
  const shared = sharedMethods(parts).map(({ name, handler }) => [name, handler] as const);
  return new Map([
    ["initialize", initialize],
    ["ping", ping],
    ["logging/setLevel", setLogLevel],
    ...shared,
  ]);
}

/** The methods of the stateless revisions, whose results say what they are and how long they hold. */
export function createModernMethodTable(parts: MethodParts): MethodTable {
  const methods = [
    { name: "server/discover", handler: discover, hints: LISTS },
    ...sharedMethods(parts),
  ];
  return new Map(methods.map(({ name, handler, hints }) => [name, stateless(handler, hints)]));
}

interface Method {
  readonly name: string;
  readonly handler: MethodHandler;
  /** Only for results that may be kept. */
  readonly hints?: CachingHints;
}

function sharedMethods({ registry, pipeline }: MethodParts): readonly Method[] {
  return [
    { name: "tools/list", handler: listTools(registry), hints: LISTS },
    { name: "tools/call", handler: callTool(pipeline) },
  ];
}

// What is offered changes seldom, and whoever listens is told.
const LISTS: CachingHints = { ttlMs: 60_000, cacheScope: "public" };

function stateless(handler: MethodHandler, hints?: CachingHints): MethodHandler {
  return (params, context) =>
    whenReady(
      handler(params, context),
      (result) => statelessResult(result, context.revision, hints),
    );
}
