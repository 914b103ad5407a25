// The composition root: it alone, with `engines.ts` for the engines, builds what lives as long as the
// process. `start()` opens the home, the engines and the endpoint, in this order; `stop()` takes them
// down the other way round, after the running calls had their time.

import { pid } from "node:process";
import { type Clock, SYSTEM_CLOCK, within } from "./base/clock.ts";
import { Deadlines } from "./base/deadlines.ts";
import { CarError } from "./base/errors.ts";
import { createSecretId } from "./base/ids.ts";
import { VERSION } from "./base/version.ts";
import { urlHost } from "./config/bind.ts";
import type { Config } from "./config/config.ts";
import { type Engines, openEngines } from "./engines.ts";
import { BodyBudget } from "./http/body_budget.ts";
import { createHttpHandler, ENDPOINT_PATH, type HttpHandler } from "./http/handler.ts";
import { InFlight } from "./http/in_flight.ts";
import { listen, type Listener } from "./http/listen.ts";
import { serverNames } from "./http/names.ts";
import { StreamSet } from "./http/sse.ts";
import { healthReport } from "./observe/health.ts";
import { createLog, type Log } from "./observe/log.ts";
import { createMetrics, type Metrics } from "./observe/metrics.ts";
import { NEWEST_REVISION } from "./protocol/revisions.ts";
import { Dispatcher } from "./rpc/dispatcher.ts";
import { createMethodTable } from "./server/method_table.ts";
import { SessionMap } from "./session/session_map.ts";
import { sessionObserver } from "./session/session_observer.ts";
import { readDaemonUrl, removeDaemonFile, writeDaemonFile } from "./storage/daemon_file.ts";
import { acquireDaemonLock } from "./storage/daemon_lock.ts";
import { type HomePaths, openHome } from "./storage/home.ts";
import { builtinTools, offeredTools } from "./tools/builtin/catalog.ts";
import { CallPipeline } from "./tools/call.ts";
import type { Tool } from "./tools/definition.ts";
import { ToolRegistry } from "./tools/registry.ts";

/** A running server. */
export interface App {
  /** The URL of the endpoint. */
  readonly url: string;
  /** Answers a request without a socket. */
  fetch(request: Request): Promise<Response>;
  /**
   * Sends a JSON-RPC message to a session's client; false for an unknown or ended session. Never
   * waits for a reader.
   */
  pushToSession(sessionId: string, payload: unknown): boolean;
  /** Lets running calls end within the grace time, then closes everything; safe to call twice. */
  stop(): Promise<void>;
}

/** Options of `start()`. */
export interface StartOptions {
  readonly config: Config;
  /**
   * Whether to be the daemon of the home: open the socket, hold the lock, write `daemon.json`.
   * Without it only `fetch` is served. Default true.
   */
  readonly isDaemon?: boolean;
  /** Who started the daemon, for `daemon.json`. */
  readonly startedBy?: string;
  /** Takes the lines of the log; default: nowhere. */
  readonly writeLog?: (line: string) => void;
  readonly clock?: Clock;
  /** Tools of the embedder, offered after the built-in ones. */
  readonly tools?: readonly Tool[];
}

/**
 * Starts a server. Throws CarError: `home_unusable`, `daemon_running`, `address_in_use`,
 * `config_invalid`, `storage_damaged`, `storage_newer`; then nothing is left open.
 */
export async function start(options: StartOptions): Promise<App> {
  const { config, isDaemon = true, clock = SYSTEM_CLOCK } = options;
  const log = createLog({
    level: config.logLevel,
    format: config.logFormat ?? "json",
    clock,
    write: options.writeLog ?? (() => {}),
  });
  const paths = openHome(config.home);
  await using opened = new AsyncDisposableStack();
  if (isDaemon) takeLock(paths, opened);
  const engines = await openEngines(paths, { config, clock }, opened);
  const wire = buildWire(engines, { config, clock, log, tools: options.tools ?? [] });
  opened.defer(() => wire.close());
  const listener = isDaemon ? openSocket(wire, config) : undefined;
  if (listener !== undefined) opened.defer(() => listener.abort());
  const url = urlOf(config, listener);
  if (listener !== undefined) announce(paths, { url, clock, startedBy: options.startedBy });
  if (listener !== undefined) opened.defer(() => removeDaemonFile(paths.daemonFile));
  log.info("ready", { url, version: VERSION, facts: engines.memory.stats().facts });
  const resources = opened.move();
  let stopping: Promise<void> | undefined;
  return {
    url,
    async fetch(request) {
      // What was closed must not be opened again behind the back of stop().
      return stopping === undefined
        ? await wire.fetch(request)
        : new Response(null, { status: 503 });
    },
    pushToSession: (id, payload) => wire.sessions.get(id)?.router.push(payload) ?? false,
    stop() {
      stopping ??= drain(wire, { listener, clock, graceMs: config.limits.shutdownGraceMs })
        .finally(() => resources.disposeAsync())
        .finally(() => log.info("stopped"));
      return stopping;
    },
  };
}

interface WireOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly tools: readonly Tool[];
}

/** Everything between a Request and the engines. */
interface Wire {
  readonly sessions: SessionMap;
  readonly inFlight: InFlight;
  readonly fetch: HttpHandler;
  /** Says under which port requests come in. */
  bindTo(port: number): void;
  close(): void;
}

function buildWire(engines: Engines, options: WireOptions): Wire {
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
  const builtin: readonly Tool[] = builtinTools({
    ...engines,
    limits: config.limits,
    findTool: (name) => registry.find(name),
  });
  const registry = new ToolRegistry([...offeredTools(builtin, config.offer), ...options.tools]);
  const pipeline = new CallPipeline({
    registry,
    clock,
    observer: {
      called: (tool, outcome, seconds) => metrics.call(tool, outcome, seconds),
      faulted: report,
    },
  });
  return new Dispatcher(createMethodTable({ registry, pipeline }), report);
}

function takeLock(paths: HomePaths, opened: AsyncDisposableStack): void {
  try {
    opened.adopt(acquireDaemonLock(paths.daemonLock), (lock) => lock.release());
    // A daemon that was killed left its own behind; nobody shall be sent to it.
    removeDaemonFile(paths.daemonFile);
  } catch (thrown) {
    if (!(thrown instanceof CarError) || thrown.code !== "daemon_running") throw thrown;
    const url = readDaemonUrl(paths.daemonFile);
    const where = url === undefined ? "" : ` at ${url}`;
    const message = `Another daemon serves this home${where}`;
    throw new CarError("daemon_running", message, { cause: thrown });
  }
}

function openSocket(wire: Wire, { bind }: Config): Listener {
  const listener = listen({ ...bind, handler: wire.fetch });
  wire.bindTo(listener.port);
  return listener;
}

function urlOf({ bind }: Config, listener: Listener | undefined): string {
  const port = listener === undefined ? "" : `:${listener.port}`;
  return `http://${urlHost(bind.hostname)}${port}${ENDPOINT_PATH}`;
}

interface Announcement {
  readonly url: string;
  readonly clock: Clock;
  readonly startedBy: string | undefined;
}

function announce(paths: HomePaths, { url, clock, startedBy }: Announcement): void {
  writeDaemonFile(paths.daemonFile, {
    pid,
    url,
    version: VERSION,
    started: new Date(clock.now()).toISOString(),
    startedBy: startedBy ?? "embedder",
    nonce: createSecretId(),
  });
}

interface DrainOptions {
  readonly listener: Listener | undefined;
  readonly clock: Clock;
  readonly graceMs: number;
}

// Stops accepting, waits for running calls, then ends the streams, which would never end by themselves.
async function drain(wire: Wire, { listener, clock, graceMs }: DrainOptions): Promise<void> {
  const closed = listener?.stop();
  await within(wire.inFlight.idle(), graceMs, clock);
  wire.close();
  if (closed !== undefined) await within(closed, CLOSE_MS, clock);
}

// How long connections get to end after the last answer, before they are cut.
const CLOSE_MS = 500;
// A POST becomes a stream within two of these after its time.
const PATIENCE_TICK_MS = 10;
