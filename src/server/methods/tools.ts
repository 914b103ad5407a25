// `tools/list` and `tools/call`.

import { CarError } from "../../base/errors.ts";
import type { Revision } from "../../protocol/revisions.ts";
import { toolForRevision, type WireTool } from "../../protocol/tools.ts";
import type { MethodHandler } from "../../rpc/dispatcher.ts";
import type { CallTasks } from "../call_tasks.ts";
import type { CallPipeline } from "../../tools/call.ts";
import type { Tool } from "../../tools/definition.ts";
import { type Admission, entranceOfTool } from "../../tools/admission.ts";
import type { ToolRegistry } from "../../tools/registry.ts";

/** What lists of tools are made of. */
export interface ToolListParts {
  readonly registry: ToolRegistry;
  readonly admission: Admission;
}

/** Answers `tools/list`: all tools that the caller is shown on one page, in a fixed order. */
export function listTools({ registry, admission }: ToolListParts): MethodHandler {
  // What a revision sees of a list; forgotten with the list.
  const pagesOf = new WeakMap<readonly Tool[], Map<Revision, readonly WireTool[]>>();
  return (params, context) => {
    // There is one page, so no cursor was ever given out.
    if (params?.cursor !== undefined) throw new CarError("invalid_argument", "Unknown cursor");
    context.origin.subscriptions?.watchLists(context.origin.namespace);
    const offered = registry.shown(context.origin);
    const listed = admission.shown(offered, entranceOfTool, context.origin);
    const pages = pagesOf.get(listed) ?? new Map<Revision, readonly WireTool[]>();
    pagesOf.set(listed, pages);
    const known = pages.get(context.revision);
    if (known !== undefined) return { tools: known };
    const tools = listed.map((tool) => toolForRevision(tool.wire, context.revision));
    pages.set(context.revision, tools);
    return { tools };
  };
}

/** Answers `tools/call`, with a result or the handle of a task. */
export function callTool(pipeline: CallPipeline, callTasks: CallTasks): MethodHandler {
  return (params, context) => callTasks.run(context, (inner) => pipeline.call(params, inner));
}
