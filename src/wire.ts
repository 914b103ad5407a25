// The wire part of the composition root: everything that lives between a Request and the engines. Only
// `app.ts` calls it; it is a file of its own because an engine does not care how it is reached.

import type { Access } from "./auth/access.ts";
import { type CredentialHolder, watchCredentials } from "./auth/credential_watch.ts";
import { proofOf } from "./auth/local_proof.ts";
import type { PrincipalShares } from "./auth/principal_shares.ts";
import type { Principal } from "./auth/principal.ts";
import type { Authentication } from "./authentication.ts";
import type { Clock } from "./base/clock.ts";
import { Deadlines } from "./base/deadlines.ts";
import { CarError } from "./base/errors.ts";
import { given } from "./base/given.ts";
import type { Limits } from "./base/limits.ts";
import { isLoopback } from "./config/bind.ts";
import type { Config } from "./config/config.ts";
import type { Engines } from "./engines.ts";
import { buildFrontDoor } from "./front_door.ts";
import { BodyBudget } from "./http/body_budget.ts";
import { createHttpHandler, type HttpHandler } from "./http/handler.ts";
import { InFlight } from "./http/in_flight.ts";
import { serverNames } from "./http/names.ts";
import { StreamSet } from "./http/sse.ts";
import { type HealthReport, healthReport, type UpstreamHealth } from "./observe/health.ts";
import { lendingObserver } from "./lending/lending_sessions.ts";
import { LentTools } from "./lending/lent_tools.ts";
import type { Log } from "./observe/log.ts";
import { buildOffer, type FaultReporter, type Offered, type OfferOptions } from "./offer.ts";
import { createMetrics, type Metrics, type Readings } from "./observe/metrics.ts";
import { NEWEST_REVISION } from "./protocol/revisions.ts";
import { CAR_PROFILE, STANDARD_PROFILE, type WireProfile } from "./protocol/profile.ts";
import { ChangeHub } from "./rpc/changes.ts";
import { Dispatcher } from "./rpc/dispatcher.ts";
import { createMethodTable } from "./server/method_table.ts";
import { missingPermissions } from "./server/missing_permissions.ts";
import type { SessionStore } from "./session/ports.ts";
import { SessionMap } from "./session/session_map.ts";
import { sessionObserver } from "./session/session_observer.ts";
import { tellOfLists } from "./tools/list_changes.ts";
import { watchMemory } from "./tools/memory_changes.ts";

/** What the wire is built of, besides the engines. */
export interface WireOptions extends Offered {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  /** How callers are told apart; undefined: they are not. */
  readonly authentication: Authentication | undefined;
  /** Who may use what. */
  readonly access: Access;
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
  const { config, clock, log, authentication } = options;
  const { limits, openAfterMs } = config;
  const deadlines = new Deadlines({ clock });
  const open = { sessions: () => sessions.size, streams: () => streams.size };
  const lent = lentToolsOf(options, deadlines);
  const metrics = createMetrics({ ...open, ...readingsOf(engines, options, lent) });
  const { metadata, ...door } = buildFrontDoor(options, metrics);
  const streams = openStreams(options, door.shares);
  const report = faultReporter(log, metrics);
  const profile = profileOf(config);
  const changes = buildChanges(engines, { clock, limits, report });
  const isAuthenticated = authentication !== undefined;
  const said = { metrics, profile, report };
  const callers = { isAuthenticated, shares: door.shares };
  const offer = { ...options, ...lendingOf(lent), ...said, ...callers, changes, deadlines };
  const { methods, modern } = buildOffer(engines, offer);
  const dispatcher = new Dispatcher(createMethodTable(methods), report);
  const shared = { dispatcher, deadlines, changes };
  const sessions: SessionMap = openSessions(options, { ...shared, ...said, lent });
  engines.sessionCopies.attach(sessions);
  const stopTelling = tellOfLists(offer, changes);
  const inFlight = new InFlight(limits.processRequestsMax);
  const patience = new Deadlines({ clock, tickMs: Math.max(PATIENCE_TICK_MS, openAfterMs / 4) });
  const endpoint = {
    ...{ dispatcher, modern, sessions, streams, deadlines, patience },
    ...door,
    missingPermissions: missingPermissions(methods),
    openAfterMs,
    limits,
    budget: new BodyBudget(limits.processBodyBytesMax, door.shares?.bodyBytes),
    inFlight,
    requireSession: config.requireSession,
    takesClientTools: lent !== undefined,
    profile,
    isLoopback: isLoopback(config.bind.hostname),
    onUnexpectedResponse: () => metrics.strayResponse(),
  };
  const stopWatching = watch(options, [sessions, methods.listeners]);
  const isSecure = config.tls !== undefined;
  let boundPort = 0;
  let names = serverNames({ ...config, ...config.bind, isSecure, port: undefined });
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
      metadata,
      prove: (challenge) => proofFor(challenge, options, boundPort),
      metrics,
      log,
      clock,
    }),
    endListeners: () => methods.listeners.close(),
    bindTo(port) {
      names = serverNames({ ...config, ...config.bind, isSecure, port });
      boundPort = port;
    },
    close() {
      stopTelling();
      stopWatching();
      for (const part of [changes, sessions, streams, deadlines, patience]) part.close();
    },
  };
}

function profileOf({ compat }: Config): WireProfile {
  return compat === "car" ? CAR_PROFILE : STANDARD_PROFILE;
}

/** What clients lend, where they may and anybody could see it. */
function lentToolsOf(options: WireOptions, deadlines: Deadlines): LentTools | undefined {
  const { clock, log, config } = options;
  const { limits, takesClientTools, offer } = config;
  if (!takesClientTools) return undefined;
  if (offer === "core" || profileOf(config).offersCoreOnly) {
    log.warn("client_tools_off", { why: "Only the core tools are offered" });
    return undefined;
  }
  return new LentTools({ clock, log, limits, deadlines });
}

function lendingOf(
  lent: LentTools | undefined,
): Pick<OfferOptions, "personalTools" | "lentNames"> {
  if (lent === undefined) return { personalTools: undefined, lentNames: undefined };
  return {
    personalTools: lent,
    lentNames: ({ principal, origin: { sessionId = "" } }) => lent.namesOf(principal.id, sessionId),
  };
}

function numbersOf(open: { readonly sessions: () => number; readonly streams: () => number }) {
  return { sessions: open.sessions(), streams: open.streams() };
}

function healthOf({ nonce, upstreams }: WireOptions): HealthReport {
  return healthReport({ protocolVersion: NEWEST_REVISION.name, nonce, upstreams: upstreams() });
}

interface SessionMapParts {
  readonly dispatcher: Dispatcher;
  readonly deadlines: Deadlines;
  readonly changes: ChangeHub;
  readonly metrics: Metrics;
  readonly profile: WireProfile;
  readonly report: FaultReporter;
  readonly lent: LentTools | undefined;
}

function openSessions(
  { config, clock, log, authentication, access, sessionStore }: WireOptions,
  { metrics, profile, report, lent, ...shared }: SessionMapParts,
): SessionMap {
  const standingOf = authentication &&
    ((principal: Principal) => authentication.authenticator.standingOf(principal));
  return new SessionMap({
    ...shared,
    clock,
    access,
    limits: config.limits,
    idleMs: config.sessionIdleMs,
    keepsListeners: profile.keepsListeners,
    onDrop: (messages) => metrics.eventsDropped(messages),
    store: sessionStore,
    onStoreFault: (thrown) => report("sessions", thrown),
    ...given("standingOf", standingOf),
    observer: lendingObserver(sessionObserver(log, metrics), lent),
  });
}

function watch(
  { authentication, clock }: WireOptions,
  holders: readonly CredentialHolder[],
): () => void {
  return authentication === undefined
    ? () => {}
    : watchCredentials({ ...authentication, holders, clock });
}

function proofFor(
  challenge: string,
  { authentication }: WireOptions,
  port: number,
): string | undefined {
  return authentication && proofOf({ token: authentication.localToken, challenge, port });
}

function openStreams(
  { clock, config }: WireOptions,
  shares: PrincipalShares | undefined,
): StreamSet {
  const { keepAliveMs, limits: { streamBufferBytesMax: bufferBytesMax } } = config;
  return new StreamSet({ clock, keepAliveMs, bufferBytesMax, shares: shares?.streams });
}

/** The hub of all changes; those of the memory are watched while somebody wishes to hear of them. */
function buildChanges(
  engines: Engines,
  { clock, limits, report }: { clock: Clock; limits: Limits; report: FaultReporter },
): ChangeHub {
  const onFault = (thrown: unknown) => report("changes", thrown);
  const { processSubscriptionsMax: resourceWishesMax } = limits;
  const changes = new ChangeHub({ clock, onFault, resourceWishesMax });
  watchMemory({ ...engines, changes, clock, onFault });
  return changes;
}

function readingsOf(
  { database, memory, tasks, audit }: Engines,
  { upstreams }: WireOptions,
  lent: LentTools | undefined,
): Omit<Readings, "sessions" | "streams"> {
  return {
    lentTools: () => lent?.size ?? 0,
    upstreams,
    tasks: () => tasks.running,
    auditLinesLost: () => audit.linesLost,
    facts: () => memory.stats().facts,
    bytes: () => ({ database: database.bytes(), index: memory.stats().indexBytes }),
  };
}

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

// A POST becomes a stream within two of these after its time.
const PATIENCE_TICK_MS = 10;
