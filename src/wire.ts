// The wire part of the composition root: everything that lives between a Request and the engines. Only
// `app.ts` calls it; it is a file of its own because an engine does not care how it is reached.

import type { Clock } from "./base/clock.ts";
import { Deadlines } from "./base/deadlines.ts";
import { CarError } from "./base/errors.ts";
import type { Limits } from "./base/limits.ts";
import { isLoopback } from "./config/bind.ts";
import type { Config } from "./config/config.ts";
import type { Engines } from "./engines.ts";
import { BodyBudget } from "./http/body_budget.ts";
import type { ModernParts } from "./http/endpoint.ts";
import { createHttpHandler, type HttpHandler } from "./http/handler.ts";
import { InFlight } from "./http/in_flight.ts";
import { serverNames } from "./http/names.ts";
import { StreamSet } from "./http/sse.ts";
import { type HealthReport, healthReport, type UpstreamHealth } from "./observe/health.ts";
import type { Log } from "./observe/log.ts";
import { createMetrics, type Metrics, type Readings } from "./observe/metrics.ts";
import { NEWEST_REVISION } from "./protocol/revisions.ts";
import { CAR_PROFILE, STANDARD_PROFILE, type WireProfile } from "./protocol/profile.ts";
import { ChangeHub } from "./rpc/changes.ts";
import { Dispatcher } from "./rpc/dispatcher.ts";
import { argumentHeaders } from "./server/argument_headers.ts";
import { CallTasks, type CallTasksOptions } from "./server/call_tasks.ts";
import { Listeners } from "./server/listeners.ts";
import {
  createMethodTable,
  createModernMethodTable,
  type MethodParts,
} from "./server/method_table.ts";
import type { SessionStore } from "./session/ports.ts";
import { SessionMap } from "./session/session_map.ts";
import { sessionObserver } from "./session/session_observer.ts";
import { builtinTools, offeredSources, offeredTools } from "./tools/builtin/catalog.ts";
import { CallPipeline } from "./tools/call.ts";
import type { Tool } from "./tools/definition.ts";
import type { Prompt } from "./tools/prompt.ts";
import { PromptRegistry } from "./tools/prompt_registry.ts";
import { ownPrompts } from "./tools/prompts/catalog.ts";
import type { ResourceProvider } from "./tools/resource_provider.ts";
import { ResourceRegistry } from "./tools/resource_registry.ts";
import { ELICITED_APPROVER } from "./tools/elicited_approver.ts";
import { tellOfLists } from "./tools/list_changes.ts";
import { PolicyGate } from "./tools/policy_gate.ts";
import { ToolRegistry } from "./tools/registry.ts";
import { offeredResources } from "./tools/resources/catalog.ts";
import { watchMemory } from "./tools/memory_changes.ts";
import type { PromptSource, ToolSource } from "./tools/source.ts";

/** What the wire is built of, besides the engines. */
export interface WireOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly tools: readonly Tool[];
  /** Tools that come and go, listed after all others. */
  readonly toolSources: readonly ToolSource[];
  /** Resources beside our own. */
  readonly resources: readonly ResourceProvider[];
  /** Prompts beside our own. */
  readonly prompts: readonly Prompt[];
  /** Prompts that come and go, listed after those. */
  readonly promptSources: readonly PromptSource[];
  /** That of `daemon.json`, for the health report; undefined: there is none. */
  readonly nonce: string | undefined;
  /** How mounted servers are, for the health report. */
  readonly upstreams: () => readonly UpstreamHealth[];
  /** Keeps sessions over a restart; undefined: they end with the process. */
  readonly sessionStore: SessionStore | undefined;
}

/** Everything between a Request and the engines. */
export interface Wire {
  readonly sessions: SessionMap;
  /** Who is there now, and how many requests there have been. */
  activity(): { readonly sessions: number; readonly streams: number; readonly requests: number };
  readonly inFlight: InFlight;
  readonly fetch: HttpHandler;
  /** Tells of changes. */
  readonly changes: ChangeHub;
  /** Says under which port requests come in. */
  bindTo(port: number): void;
  /** Ends the requests that wait for changes, which would never end by themselves. */
  endListeners(): void;
  close(): void;
}

/** Builds the wire of one app; `close()` ends its sessions, streams and timers. */
export function buildWire(engines: Engines, options: WireOptions): Wire {
  const { config, clock, log } = options;
  const { limits, openAfterMs } = config;
  const deadlines = new Deadlines({ clock });
  const streams = openStreams(options);
  const open = { sessions: () => sessions.size, streams: () => streams.size };
  const metrics = createMetrics({ ...open, ...readingsOf(engines) });
  const report = faultReporter(log, metrics);
  const profile = config.compat === "car" ? CAR_PROFILE : STANDARD_PROFILE;
  const changes = buildChanges(engines, { clock, limits, report });
  const parts = { ...options, metrics, profile, report, changes, deadlines };
  const { methods, modern } = buildOffer(engines, parts);
  const dispatcher = new Dispatcher(createMethodTable(methods), report);
  const sessions: SessionMap = new SessionMap({
    dispatcher,
    deadlines,
    limits,
    clock,
    idleMs: config.sessionIdleMs,
    keepsListeners: profile.keepsListeners,
    onDrop: (messages) => metrics.eventsDropped(messages),
    store: options.sessionStore,
    onStoreFault: (thrown) => report("sessions", thrown),
    changes,
    observer: sessionObserver(log, metrics),
  });
  engines.sessionCopies.attach(sessions);
  const stopTelling = tellOfLists(options, changes);
  const inFlight = new InFlight(limits.processRequestsMax);
  const patience = new Deadlines({ clock, tickMs: Math.max(PATIENCE_TICK_MS, openAfterMs / 4) });
  const endpoint = {
    dispatcher,
    modern,
    sessions,
    streams,
    deadlines,
    patience,
    openAfterMs,
    limits,
    budget: new BodyBudget(limits.processBodyBytesMax),
    inFlight,
    requireSession: config.requireSession,
    profile,
    isLoopback: isLoopback(config.bind.hostname),
    onUnexpectedResponse: () => metrics.strayResponse(),
  };
  let names = serverNames({ ...config, ...config.bind, port: undefined });
  return {
    sessions,
    activity: () => ({ ...numbersOf(open), requests: inFlight.total }),
    inFlight,
    changes,
    fetch: createHttpHandler({
      endpoint,
      inFlight,
      names: () => names,
      health: () => healthOf(options),
      metrics,
      log,
      clock,
    }),
    endListeners: () => methods.listeners.close(),
    bindTo: (port) => void (names = serverNames({ ...config, ...config.bind, port })),
    close() {
      stopTelling();
      for (const part of [changes, sessions, streams, deadlines, patience]) part.close();
    },
  };
}

function numbersOf(open: { readonly sessions: () => number; readonly streams: () => number }) {
  return { sessions: open.sessions(), streams: open.streams() };
}

function healthOf({ nonce, upstreams }: WireOptions): HealthReport {
  return healthReport({ protocolVersion: NEWEST_REVISION.name, nonce, upstreams: upstreams() });
}

function openStreams({ clock, config }: WireOptions): StreamSet {
  const { keepAliveMs, limits } = config;
  return new StreamSet({ clock, keepAliveMs, bufferBytesMax: limits.streamBufferBytesMax });
}

/** The hub of all changes; those of the memory are watched while somebody wishes to hear of them. */
function buildChanges(
  engines: Engines,
  { clock, limits, report }: ModernOptions,
): ChangeHub {
  const onFault = (thrown: unknown) => report("changes", thrown);
  const { processSubscriptionsMax: resourceWishesMax } = limits;
  const changes = new ChangeHub({ clock, onFault, resourceWishesMax });
  watchMemory({ ...engines, changes, clock, onFault });
  return changes;
}

/** What is offered: the methods, and what the stateless revisions have besides. */
function buildOffer(
  engines: Engines,
  options: Omit<MethodOptions, "errorOf">,
): { readonly methods: MethodParts; readonly modern: ModernParts } {
  const errorOf: MethodOptions["errorOf"] = (thrown, revision) =>
    modern.dispatcher.errorBodyOf("tools/call", thrown, revision);
  const methods = buildMethods(engines, { ...options, errorOf });
  const { limits } = options.config;
  const modern: ModernParts = buildModern(methods, engines, { ...options, limits });
  return { methods, modern };
}

interface ModernOptions {
  readonly clock: Clock;
  readonly limits: Limits;
  readonly report: FaultReporter;
}

function buildModern(
  methods: MethodParts,
  { sealer, usedStates: used }: Engines,
  { clock, limits, report }: ModernOptions,
): ModernParts {
  return {
    dispatcher: new Dispatcher(createModernMethodTable(methods), report),
    rounds: { sealer, used, clock, limits },
    complaintAboutArguments: argumentHeaders(methods.registry),
  };
}

function readingsOf(
  { database, memory, tasks }: Engines,
): Pick<Readings, "facts" | "bytes" | "tasks"> {
  return {
    tasks: () => tasks.running,
    facts: () => memory.stats().facts,
    bytes: () => ({ database: database.bytes(), index: memory.stats().indexBytes }),
  };
}

interface MethodOptions extends WireOptions {
  readonly metrics: Metrics;
  readonly profile: WireProfile;
  readonly report: FaultReporter;
  readonly changes: ChangeHub;
  readonly deadlines: Deadlines;
  readonly errorOf: CallTasksOptions["errorOf"];
}

/** Counts and logs a fault of ours; `where` is a name of ours. */
type FaultReporter = (where: string, thrown: unknown) => void;

function faultReporter(log: Log, metrics: Metrics): FaultReporter {
  return (where, thrown) => {
    metrics.fault();
    // Name and code of a fault tell its kind; its message may hold what a user wrote.
    const code = thrown instanceof CarError ? thrown.code : undefined;
    log.error("fault", {
      where,
      name: thrown instanceof Error ? thrown.name : typeof thrown,
      code,
    });
  };
}

function buildMethods(engines: Engines, options: MethodOptions): MethodParts {
  const { config, clock, metrics, profile, report, changes } = options;
  const gate = new PolicyGate({ ...engines, approver: ELICITED_APPROVER, clock });
  const builtin: readonly Tool[] = builtinTools({
    ...engines,
    approver: ELICITED_APPROVER,
    limits: config.limits,
    findTool: (name) => registry.find(name),
  });
  const offer = profile.offersCoreOnly ? "core" : config.offer;
  const registry = new ToolRegistry(
    [...offeredTools(builtin, offer), ...options.tools],
    offeredSources(options.toolSources, offer),
    config.searchAbove,
  );
  const pipeline = new CallPipeline({
    registry,
    gate,
    clock,
    observer: {
      called: (tool, outcome, seconds) => metrics.call(tool, outcome, seconds),
      asked: () => metrics.roundAsked(),
      faulted: report,
    },
  });
  const { limits } = config;
  const { tasks, sealer } = engines;
  const resources = new ResourceRegistry(
    offeredResources({ ...engines, clock }, options.resources),
    limits,
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
    ...{ changes, resources, listenersMax, subscriptionsMax, uriCharsMax, taskMethods },
  });
  const offered = { registry, pipeline, resources, prompts };
  return { ...offered, limits, sealer, listeners, callTasks, taskMethods };
}

// A POST becomes a stream within two of these after its time.
const PATIENCE_TICK_MS = 10;
