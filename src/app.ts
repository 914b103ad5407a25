// The composition root: it alone, with `engines.ts` for the engines, builds what lives as long as the
// process. `start()` opens the home, the engines and the endpoint, in this order; `stop()` takes them
// down the other way round, after the running calls had their time.

import { pid } from "node:process";
import { accessOf, assertGuarded, openAuthentication } from "./authentication.ts";
import { type Clock, SYSTEM_CLOCK, within } from "./base/clock.ts";
import { CarError } from "./base/errors.ts";
import { createSecretId } from "./base/ids.ts";
import { VERSION } from "./base/version.ts";
import { urlHost } from "./config/bind.ts";
import type { Config } from "./config/config.ts";
import { openEngines } from "./engines.ts";
import { ENDPOINT_PATH } from "./http/handler.ts";
import type { Listener } from "./http/listen.ts";
import { createLog } from "./observe/log.ts";
import { readDaemonUrl, removeDaemonFile, writeDaemonFile } from "./storage/daemon_file.ts";
import { acquireDaemonLock } from "./storage/daemon_lock.ts";
import { openSocket } from "./socket.ts";
import { type HomePaths, openHome } from "./storage/home.ts";
import type { Change } from "./rpc/changes.ts";
import type { Tool } from "./tools/definition.ts";
import type { Prompt } from "./tools/prompt.ts";
import type { ResourceProvider } from "./tools/resource_provider.ts";
import type { PromptSource, ToolSource } from "./tools/source.ts";
import type { SessionStore } from "./session/ports.ts";
import type { ConfiguredMounts } from "./upstream/configured_mounts.ts";
import { openUpstreams } from "./upstreams.ts";
import { buildWire, type Wire } from "./wire.ts";

export { defineTool } from "./tools/definition.ts";
export { defineJsonTool } from "./tools/json_tool.ts";
export { definePrompt } from "./tools/prompt.ts";
export { defineResource, defineResourceTemplate } from "./tools/resource.ts";

/** How much a server has to do. */
export interface Activity {
  /** Sessions that are open. */
  readonly sessions: number;
  /** Event streams that are open. */
  readonly streams: number;
  /** Requests since the start. */
  readonly requests: number;
}

/** A running server. */
export interface App {
  /** The URL of the endpoint. */
  readonly url: string;
  /**
   * Answers a request without a socket. Whoever serves it to others says where it comes from, so that the
   * limits by address hold.
   */
  fetch(request: Request, remoteAddress?: string): Promise<Response>;
  /**
   * Sends a JSON-RPC message to a session's client; false for an unknown or ended session, and where
   * nobody listens for a message that is too large to be kept. Never waits for a reader.
   */
  pushToSession(sessionId: string, payload: unknown): boolean;
  /**
   * Ends the connections on which a session's client listens; it comes back after `retryMs` for what
   * it missed. False for an unknown session, and where the client could not resume (before 2025-11-25).
   */
  disconnectListener(sessionId: string, retryMs?: number): boolean;
  /**
   * Tells whoever it concerns that something of the embedder's has changed: the list of its tools,
   * prompts or resources, or a resource (by its URI as it is listed).
   */
  publishChange(change: Change): void;
  /** Who is there now, and how many requests there have been. */
  activity(): Activity;
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
  /**
   * Whether callers have to show who they are, as the configuration says; default: those who come by the
   * socket. Whoever serves `fetch` to others sets it.
   */
  readonly authenticates?: boolean;
  /** Who started the daemon, for `daemon.json`. */
  readonly startedBy?: string;
  /** Takes the lines of the log; default: nowhere. */
  readonly writeLog?: (line: string) => void;
  readonly clock?: Clock;
  /** Tools of the embedder, offered after the built-in ones. */
  readonly tools?: readonly Tool[];
  /** Tools of the embedder that come and go, listed after those. */
  readonly toolSources?: readonly ToolSource[];
  /** Resources of the embedder: of `defineResource()`, `defineResourceTemplate()`, or its own. */
  readonly resources?: readonly ResourceProvider[];
  /** Prompts of the embedder, listed after the built-in ones. */
  readonly prompts?: readonly Prompt[];
  /** Prompts of the embedder that come and go, listed after those. */
  readonly promptSources?: readonly PromptSource[];
  /** Whether to mount the servers that the home names. Default true. */
  readonly mountsServers?: boolean;
  /** Keeps sessions over a restart; default: as `sessions.persist` says. */
  readonly sessionStore?: SessionStore;
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
  if (isDaemon) assertGuarded(config);
  const paths = openHome(config.home);
  await using opened = new AsyncDisposableStack();
  if (isDaemon) takeLock(paths, opened);
  const engines = await openEngines(paths, { config, clock, log }, opened);
  const { sessionStore = engines.keptSessions } = options;
  const upstreams = options.mountsServers === false
    ? undefined
    : openUpstreams(paths, { config, clock, log }, opened);
  const { authenticates = isDaemon } = options;
  const authentication = authenticates
    ? await openAuthentication(paths, { config, clock, log }, opened)
    : undefined;
  const nonce = isDaemon ? createSecretId() : undefined;
  const wire = buildWire(engines, {
    config,
    clock,
    log,
    ...offerOf(options, upstreams),
    sessionStore,
    authentication,
    access: accessOf(config),
    nonce,
    upstreams: () => upstreams?.status() ?? [],
  });
  opened.defer(() => wire.close());
  const listener = isDaemon ? openSocket({ config, clock, log, handler: wire.fetch }) : undefined;
  if (listener !== undefined) {
    opened.defer(() => listener.abort());
    wire.bindTo(listener.port);
  }
  const url = urlOf(config, listener);
  if (nonce !== undefined) {
    announce(paths, { url, clock, nonce, startedBy: options.startedBy });
    opened.defer(() => removeDaemonFile(paths.daemonFile));
  }
  log.info("ready", { url, version: VERSION, facts: engines.memory.stats().facts });
  const held = opened.move();
  let stopping: Promise<void> | undefined;
  return {
    url,
    async fetch(request, remoteAddress) {
      // What was closed must not be opened again behind the back of stop().
      return stopping === undefined
        ? await wire.fetch(request, () => remoteAddress)
        : new Response(null, { status: 503 });
    },
    pushToSession: (id, payload) => wire.sessions.get(id)?.router.push(payload) ?? false,
    disconnectListener: (id, retryMs) =>
      wire.sessions.get(id)?.disconnectListener(retryMs) ?? false,
    publishChange: (change) => wire.changes.publish(change),
    activity: () => wire.activity(),
    stop() {
      stopping ??= drain(wire, { listener, clock, graceMs: config.limits.shutdownGraceMs })
        .finally(() => held.disposeAsync())
        .finally(() => log.info("stopped"));
      return stopping;
    },
  };
}

function offerOf(options: StartOptions, mounted: ConfiguredMounts | undefined) {
  const { tools = [], toolSources = [], resources = [], prompts = [], promptSources = [] } =
    options;
  const own = { tools, toolSources, resources, prompts, promptSources };
  return mounted === undefined ? own : {
    tools,
    toolSources: [...toolSources, mounted.tools],
    resources: [...resources, mounted.resources],
    prompts,
    promptSources: [...promptSources, mounted.prompts],
  };
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

function urlOf({ bind, tls }: Config, listener: Listener | undefined): string {
  const scheme = tls === undefined ? "http" : "https";
  const port = listener === undefined ? "" : `:${listener.port}`;
  return `${scheme}://${urlHost(bind.hostname)}${port}${ENDPOINT_PATH}`;
}

interface Announcement {
  readonly url: string;
  readonly clock: Clock;
  readonly nonce: string;
  readonly startedBy: string | undefined;
}

function announce(paths: HomePaths, { url, clock, nonce, startedBy }: Announcement): void {
  writeDaemonFile(paths.daemonFile, {
    pid,
    url,
    version: VERSION,
    started: new Date(clock.now()).toISOString(),
    startedBy: startedBy ?? "embedder",
    nonce,
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
  wire.endListeners();
  await within(wire.inFlight.idle(), graceMs, clock);
  wire.close();
  if (closed !== undefined) await within(closed, CLOSE_MS, clock);
}

// How long connections get to end after the last answer, before they are cut.
const CLOSE_MS = 500;
