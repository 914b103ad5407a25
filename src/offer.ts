// The part of the wire that says what is offered: tools, resources and prompts, and the methods of both
// eras over them. Only `wire.ts` calls it; it is a file of its own because what is offered does not care
// which way a request comes.

import type { PrincipalShares } from "./auth/principal_shares.ts";
import type { Access } from "./auth/access.ts";
import type { Clock } from "./base/clock.ts";
import type { Deadlines } from "./base/deadlines.ts";
import type { Config } from "./config/config.ts";
import type { Engines } from "./engines.ts";
import type { Metrics } from "./observe/metrics.ts";
import type { WireProfile } from "./protocol/profile.ts";
import type { ChangeHub } from "./rpc/changes.ts";
import { Dispatcher } from "./rpc/dispatcher.ts";
import type { InputRoundsParts } from "./rpc/input_rounds.ts";
import { type ArgumentHeaders, argumentHeaders } from "./server/argument_headers.ts";
import { CallTasks, type CallTasksOptions } from "./server/call_tasks.ts";
import { Listeners } from "./server/listeners.ts";
import type { ReadLentNames } from "./server/capabilities.ts";
import { createModernMethodTable, type MethodParts } from "./server/method_table.ts";
import { Admission, entranceOfTool } from "./tools/admission.ts";
import {
  builtinTools,
  offeredPersonalTools,
  offeredSources,
  offeredTools,
} from "./tools/builtin/catalog.ts";
import { CallPipeline } from "./tools/call.ts";
import type { Tool } from "./tools/definition.ts";
import { ELICITED_APPROVER } from "./tools/elicited_approver.ts";
import { PolicyGate } from "./tools/policy_gate.ts";
import type { Prompt } from "./tools/prompt.ts";
import { PromptRegistry } from "./tools/prompt_registry.ts";
import { ownPrompts } from "./tools/prompts/catalog.ts";
import { ToolRegistry } from "./tools/registry.ts";
import type { ResourceProvider } from "./tools/resource_provider.ts";
import { ResourceRegistry } from "./tools/resource_registry.ts";
import type { ShowsTool } from "./tools/tool_search.ts";
import { offeredResources } from "./tools/resources/catalog.ts";
import type { PersonalToolSource, PromptSource, ToolSource } from "./tools/source.ts";

/** What is offered beside the built-in tools, resources and prompts. */
export interface Offered {
  readonly tools: readonly Tool[];
  /** Tools that come and go, listed after all others. */
  readonly toolSources: readonly ToolSource[];
  /** Resources beside our own. */
  readonly resources: readonly ResourceProvider[];
  /** Prompts beside our own. */
  readonly prompts: readonly Prompt[];
  /** Prompts that come and go, listed after those. */
  readonly promptSources: readonly PromptSource[];
}

/** Counts and logs a fault of ours; `where` is a name of ours. */
export type FaultReporter = (where: string, thrown: unknown) => void;

/** What the offer is built with, besides the engines. */
export interface OfferOptions extends Offered {
  /** Tools that only some see, listed before those of the sources. */
  readonly personalTools: PersonalToolSource | undefined;
  /** Undefined where clients may lend no tools. */
  readonly lentNames: ReadLentNames | undefined;
  readonly config: Config;
  /** Who may use what. */
  readonly access: Access;
  /** Whether callers are told apart. */
  readonly isAuthenticated: boolean;
  /** What one of them may hold at once. */
  readonly shares: PrincipalShares | undefined;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly profile: WireProfile;
  readonly report: FaultReporter;
  readonly changes: ChangeHub;
  readonly deadlines: Deadlines;
}

/** The methods, and what the stateless revisions have besides. */
export interface Offer {
  readonly methods: MethodParts;
  readonly modern: {
    readonly dispatcher: Dispatcher;
    readonly rounds: InputRoundsParts;
    readonly complaintAboutArguments: ArgumentHeaders;
  };
}

/** Builds the offer of one app. */
export function buildOffer(engines: Engines, options: OfferOptions): Offer {
  const errorOf: CallTasksOptions["errorOf"] = (thrown, revision) =>
    modern.dispatcher.errorBodyOf("tools/call", thrown, revision);
  const methods = buildMethods(engines, { ...options, errorOf });
  const modern: Offer["modern"] = buildModern(methods, engines, options);
  return { methods, modern };
}

function buildModern(
  methods: MethodParts,
  { sealer, usedStates: used }: Engines,
  { clock, config: { limits }, report }: OfferOptions,
): Offer["modern"] {
  return {
    dispatcher: new Dispatcher(createModernMethodTable(methods), report),
    rounds: { sealer, used, clock, limits },
    complaintAboutArguments: argumentHeaders(methods),
  };
}

interface MethodOptions extends OfferOptions {
  readonly errorOf: CallTasksOptions["errorOf"];
}

function buildMethods(engines: Engines, options: MethodOptions): MethodParts {
  const { config, clock, metrics, profile, report, changes } = options;
  const admission = new Admission(options.access);
  const shows: ShowsTool = (tool, viewer) => admission.shows(entranceOfTool(tool), viewer);
  const gate = new PolicyGate({ ...engines, approver: ELICITED_APPROVER, clock });
  const builtin: readonly Tool[] = builtinTools({
    ...engines,
    approver: ELICITED_APPROVER,
    limits: config.limits,
    findTool: (name, viewer) => {
      const found = registry.find(name, viewer);
      return found && shows(found, viewer) ? found : undefined;
    },
  });
  const offer = profile.offersCoreOnly ? "core" : config.offer;
  const registry = new ToolRegistry(
    [...offeredTools(builtin, offer), ...options.tools],
    {
      sources: offeredSources(options.toolSources, offer),
      personal: offeredPersonalTools(options.personalTools, offer),
      searchAbove: config.searchAbove,
      shows,
    },
  );
  const pipeline = new CallPipeline({
    registry,
    admission,
    ...{ gate, clock, shares: options.shares?.calls },
    observer: {
      called: (tool, outcome, seconds) => metrics.call(tool, outcome, seconds),
      asked: () => metrics.roundAsked(),
      limitMet: (limit) => metrics.limitMet(limit),
      faulted: report,
    },
  });
  const { limits } = config;
  const { tasks, sealer } = engines;
  const resources = new ResourceRegistry(
    offeredResources({ ...engines, clock }, options.resources),
    limits,
  );
  changes.watchEach((uri) =>
    resources.watch(uri, () => changes.publish({ kind: "resource", uri }))
  );
  const prompts = new PromptRegistry(
    [...ownPrompts({ ...engines, limits, clock }), ...options.prompts],
    options.promptSources,
  );
  const callTasks = new CallTasks({
    ...options,
    ...{ tasks, limits, observer: metrics, onFault: (thrown) => report("tasks", thrown) },
  });
  const taskMethods = { tasks, pollIntervalMs: limits.taskPollMs };
  const { listenersMax, resourceSubscriptionsMax: subscriptionsMax, uriCharsMax } = limits;
  const listeners = new Listeners({
    ...{ changes, resources, admission, listenersMax, subscriptionsMax, uriCharsMax, taskMethods },
  });
  const { isAuthenticated, lentNames } = options;
  const offered = { registry, pipeline, resources, prompts, admission, isAuthenticated, lentNames };
  return { ...offered, limits, sealer, listeners, callTasks, taskMethods };
}
