// Which methods the server offers. A method that stands here is offered; nothing else is.

import type { Sealer } from "../auth/sealer.ts";
import { whenReady } from "../base/eventually.ts";
import type { Limits } from "../base/limits.ts";
import type { Admission } from "../tools/admission.ts";
import { type CachingHints, statelessResult } from "../protocol/results.ts";
import type { MethodHandler, MethodTable } from "../rpc/dispatcher.ts";
import type { CallPipeline } from "../tools/call.ts";
import type { PromptRegistry } from "../tools/prompt_registry.ts";
import type { ToolRegistry } from "../tools/registry.ts";
import type { ResourceRegistry } from "../tools/resource_registry.ts";
import type { ReadLentNames } from "./capabilities.ts";
import type { CallTasks } from "./call_tasks.ts";
import type { Listeners } from "./listeners.ts";
import { complete } from "./methods/completion.ts";
import { discover } from "./methods/discover.ts";
import { initialize, ping } from "./methods/lifecycle.ts";
import { setLogLevel } from "./methods/logging.ts";
import { getPrompt, listPrompts } from "./methods/prompts.ts";
import {
  listResources,
  listResourceTemplates,
  readResource,
  subscribeResource,
  unsubscribeResource,
} from "./methods/resources.ts";
import { cancelTask, getTask, type TaskMethodParts, updateTask } from "./methods/tasks.ts";
import { callTool, listTools } from "./methods/tools.ts";

/** What the methods work with. */
export interface MethodParts {
  readonly limits: Limits;
  readonly registry: ToolRegistry;
  readonly admission: Admission;
  /** Whether callers are told apart, so that they may see different lists. */
  readonly isAuthenticated: boolean;
  readonly pipeline: CallPipeline;
  readonly resources: ResourceRegistry;
  readonly prompts: PromptRegistry;
  /** Seals cursors. */
  readonly sealer: Sealer;
  readonly listeners: Listeners;
  readonly callTasks: CallTasks;
  readonly taskMethods: TaskMethodParts;
  /** Undefined where clients may lend no tools. */
  readonly lentNames: ReadLentNames | undefined;
}

/**
 * The methods of the revisions with a handshake. Notifications have no place here: `initialized`
 * concerns the session and `cancelled` its calls, and both are taken there.
 */
export function createMethodTable(parts: MethodParts): MethodTable {
  const shared = sharedMethods(parts).map(({ name, handler }) => [name, handler] as const);
  return new Map([
    ["initialize", initialize(parts.lentNames)],
    ["ping", ping],
    ["logging/setLevel", setLogLevel],
    ["resources/subscribe", subscribeResource(parts.resources, parts.admission)],
    ["resources/unsubscribe", unsubscribeResource(parts.resources)],
    ...shared,
  ]);
}

/** The methods of the stateless revisions, whose results say what they are and how long they hold. */
export function createModernMethodTable(parts: MethodParts): MethodTable {
  const methods: readonly Method[] = [
    { name: "server/discover", handler: discover, hints: LISTS },
    { name: "subscriptions/listen", handler: parts.listeners.listen },
    { name: "tasks/get", handler: getTask(parts.taskMethods) },
    { name: "tasks/update", handler: updateTask(parts.taskMethods) },
    { name: "tasks/cancel", handler: cancelTask(parts.taskMethods) },
    ...sharedMethods(parts),
  ];
  // What one caller sees must not be kept for another.
  const isPersonal = parts.isAuthenticated || parts.registry.isPersonal;
  const hintsOf = ({ hints }: Method) =>
    hints && isPersonal ? { ...hints, cacheScope: "private" as const } : hints;
  return new Map(methods.map((each) => [each.name, stateless(each.handler, hintsOf(each))]));
}

interface Method {
  readonly name: string;
  readonly handler: MethodHandler;
  /** Only for results that may be kept. */
  readonly hints?: CachingHints;
}

function sharedMethods(parts: MethodParts): readonly Method[] {
  const { pipeline, resources, sealer, admission } = parts;
  return [
    { name: "tools/list", handler: listTools(parts), hints: LISTS },
    { name: "tools/call", handler: callTool(pipeline, parts.callTasks) },
    { name: "resources/list", handler: listResources(resources, sealer, admission), hints: OWN },
    {
      name: "resources/templates/list",
      handler: listResourceTemplates(resources, admission),
      hints: OWN,
    },
    { name: "resources/read", handler: readResource(resources, admission), hints: OWN },
    { name: "prompts/list", handler: listPrompts(parts), hints: LISTS },
    { name: "prompts/get", handler: getPrompt(parts) },
    { name: "completion/complete", handler: complete(parts) },
  ];
}

// What is offered changes seldom, and whoever listens is told.
const LISTS: CachingHints = { ttlMs: 60_000, cacheScope: "public" };
// Resources are those of the caller's namespace, and what was forgotten must not be kept by a client.
const OWN: CachingHints = { ttlMs: 0, cacheScope: "private" };

function stateless(handler: MethodHandler, hints?: CachingHints): MethodHandler {
  return (params, context) =>
    whenReady(
      handler(params, context),
      (result) => statelessResult(result, context.revision, hints),
    );
}
