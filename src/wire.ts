// The wire part of the composition root: everything that lives between a Request and the engines. Only
// `app.ts` calls it; it is a file of its own because an engine does not care how it is reached.

import type { Clock } from "./base/clock.ts";
import { Deadlines } from "./base/deadlines.ts";
import { CarError } from "./base/errors.ts";
import type { Config } from "./config/config.ts";
import type { Engines } from "./engines.ts";
import { BodyBudget } from "./http/body_budget.ts";
import { createHttpHandler, type HttpHandler } from "./http/handler.ts";
import { InFlight } from "./http/in_flight.ts";
import { serverNames } from "./http/names.ts";
import { StreamSet } from "./http/sse.ts";
import { healthReport } from "./observe/health.ts";
import type { Log } from "./observe/log.ts";
import { createMetrics, type Metrics } from "./observe/metrics.ts";
import { NEWEST_REVISION } from "./protocol/revisions.ts";
import { Dispatcher } from "./rpc/dispatcher.ts";
import { createMethodTable } from "./server/method_table.ts";
import { SessionMap } from "./session/session_map.ts";
import { sessionObserver } from "./session/session_observer.ts";
import { NO_APPROVER } from "./tools/approver.ts";
import { builtinTools, offeredTools } from "./tools/builtin/catalog.ts";
import { CallPipeline } from "./tools/call.ts";
import type { Tool } from "./tools/definition.ts";
import { PolicyGate } from "./tools/policy_gate.ts";
import { ToolRegistry } from "./tools/registry.ts";

/** What the wire is built of, besides the engines. */
export interface WireOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly tools: readonly Tool[];
}

/** Everything between a Request and the engines. */
export interface Wire {
  readonly sessions: SessionMap;
  readonly inFlight: InFlight;
  readonly fetch: HttpHandler;
  /** Says under which port requests come in. */
  bindTo(port: number): void;
  close(): void;
}

/** Builds the wire of one app; `close()` ends its sessions, streams and timers. */
export function buildWire(engines: Engines, options: WireOptions): Wire {
  const { config, clock, log } = options;
  const { limits } = config;
  const deadlines = new Deadlines({ clock });
  const streams = new StreamSet({
    clock,
    keepAliveMs: config.keepAliveMs,
    bufferBytesMax: limits.streamBufferBytesMax,
  });
  const metrics = createMetrics({
    sessions: () => sessions.size,
    streams: () => streams.size,
    facts: () => engines.memory.stats().facts,
    bytes: () => ({
      database: engines.database.bytes(),
      index: engines.memory.stats().indexBytes,
    }),
  });
  const dispatcher = buildDispatcher(engines, { ...options, metrics });
  const sessions: SessionMap = new SessionMap({
    dispatcher,
    deadlines,
    limits,
    clock,
    idleMs: config.sessionIdleMs,
    onDrop: (messages) => metrics.eventsDropped(messages),
    observer: sessionObserver(log, metrics),
  });
  const { requireSession } = config;
  const budget = new BodyBudget(limits.processBodyBytesMax);
  const inFlight = new InFlight(limits.processRequestsMax);
  const { openAfterMs } = config;
  const patience = new Deadlines({ clock, tickMs: Math.max(PATIENCE_TICK_MS, openAfterMs / 4) });
  const endpoint = {
    dispatcher,
    sessions,
    streams,
    deadlines,
    patience,
    openAfterMs,
    limits,
    budget,
    inFlight,
    requireSession,
    onUnexpectedResponse: () => metrics.strayResponse(),
  };
  let names = serverNames({ ...config, ...config.bind, port: undefined });
  return {
    sessions,
    inFlight,
    fetch: createHttpHandler({
      endpoint,
      inFlight,
      names: () => names,
      health: () => healthReport(NEWEST_REVISION.name),
      metrics,
      log,
      clock,
    }),
    bindTo: (port) => void (names = serverNames({ ...config, ...config.bind, port })),
    close() {
      sessions.close();
      streams.close();
      deadlines.close();
      patience.close();
    },
  };
}

function buildDispatcher(
  engines: Engines,
  options: WireOptions & { readonly metrics: Metrics },
): Dispatcher {
  const { config, clock, log, metrics } = options;
  const report = (where: string, thrown: unknown) => {
    metrics.fault();
    // Name and code of a fault tell its kind; its message may hold what a user wrote.
    const code = thrown instanceof CarError ? thrown.code : undefined;
    log.error("fault", {
      where,
      name: thrown instanceof Error ? thrown.name : typeof thrown,
      code,
    });
  };
  const gate = new PolicyGate({ ...engines, approver: NO_APPROVER, clock });
  const builtin: readonly Tool[] = builtinTools({
    ...engines,
    approver: NO_APPROVER,
    limits: config.limits,
    findTool: (name) => registry.find(name),
  });
  const registry = new ToolRegistry([...offeredTools(builtin, config.offer), ...options.tools]);
  const pipeline = new CallPipeline({
    registry,
    gate,
    clock,
    observer: {
      called: (tool, outcome, seconds) => metrics.call(tool, outcome, seconds),
      faulted: report,
    },
  });
  return new Dispatcher(createMethodTable({ registry, pipeline }), report);
}

// A POST becomes a stream within two of these after its time.
const PATIENCE_TICK_MS = 10;
