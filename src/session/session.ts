// One legacy session: who opened it, what its handshake settled, its two-way peer and the stream for
// what the server says of its own accord. It belongs to the principal that opened it and lives until
// it is deleted, idle too long, or crowded out. It has never seen a Request.

import type { Access } from "../auth/access.ts";
import type { Principal } from "../auth/principal.ts";
import type { Clock } from "../base/clock.ts";
import type { Deadlines } from "../base/deadlines.ts";
import { createTag } from "../base/ids.ts";
import type { Limits } from "../base/limits.ts";
import type { Handshake } from "../protocol/lifecycle.ts";
import type { ChangeHub } from "../rpc/changes.ts";
import type { CallOrigin, CallPlace } from "../rpc/context.ts";
import type { Dispatcher } from "../rpc/dispatcher.ts";
import { Peer } from "../rpc/peer.ts";
import { STANDARD_LOGGING_LEVEL } from "../protocol/logging.ts";
import type { EventSink } from "./event_sink.ts";
import { Liveness } from "./liveness.ts";
import type { DropObserver } from "./event_log.ts";
import type { SessionStore, StoredSessionState } from "./ports.ts";
import { OutgoingRouter } from "./router.ts";
import { SessionChanges } from "./session_changes.ts";
import { SessionLogging } from "./session_logging.ts";
import { SessionKeeper, type StoreFaultObserver } from "./session_keeper.ts";
import { type Joining, SessionStreams } from "./session_streams.ts";

/** What every session of a process shares. */
export interface SessionParts {
  readonly clock: Clock;
  /** Keeps sessions over a restart; undefined: they live in memory only. */
  readonly store?: SessionStore | undefined;
  readonly onStoreFault: StoreFaultObserver;
  readonly dispatcher: Dispatcher;
  readonly deadlines: Deadlines;
  readonly limits: Limits;
  readonly onDrop: DropObserver;
  /** Tells of changes; undefined: no session is told of any. */
  readonly changes?: ChangeHub | undefined;
  /** What a principal may hear of; undefined: there are no rules. */
  readonly access?: Access | undefined;
}

/** When a client was last heard of. */
export interface LastUse {
  /** The number of the use, counted over all sessions; a later use has a higher one. */
  count: number;
  /** The steady time up to which the session is known to have been in use. */
  ms: number;
}

/** What makes one session different from another. */
export interface SessionIdentity {
  readonly lastUse: LastUse;
  readonly id: string;
  readonly principal: Principal;
  readonly handshake: Handshake;
  /** The session is over as soon as nobody listens to it. Default false. */
  readonly endsWithStream?: boolean;
  /** What an earlier process kept of it. */
  readonly restored?: StoredSessionState | undefined;
}

// Numbers that a session gives out (indexes of events, ids of questions) start above all those of the
// processes before: a process would have to give out four billion to come near the next one's.
const NUMBERS_PER_GENERATION = 2 ** 32;

/** One client's session. */
export class Session {
  readonly id: string;
  /** As it showed itself last. */
  principal: Principal;
  readonly handshake: Handshake;
  readonly peer: Peer;
  readonly router: OutgoingRouter;
  /** When the client was last heard of; kept by the session map. */
  readonly lastUse: LastUse;
  /** The session is over as soon as nobody listens to it. */
  readonly endsWithStream: boolean;
  readonly #parts: SessionParts;
  #origin: CallOrigin;
  readonly #generation: number;
  readonly #keeper: SessionKeeper | undefined;
  readonly #logging: SessionLogging;
  readonly #changes: SessionChanges | undefined;
  readonly #tag: string;
  /** Made when something is first said or listened to: most sessions only call. */
  #streams: SessionStreams | undefined;
  #madeLiveness: Liveness | undefined;
  #isInitialized: boolean;
  #isClosed = false;

  constructor(identity: SessionIdentity, parts: SessionParts) {
    const { id, lastUse, principal, handshake, restored, endsWithStream = false } = identity;
    this.id = id;
    this.lastUse = lastUse;
    this.endsWithStream = endsWithStream;
    this.principal = principal;
    this.handshake = handshake;
    this.#parts = parts;
    this.#generation = restored?.session.generation ?? 0;
    this.#isInitialized = restored?.session.isInitialized ?? false;
    this.#tag = restored?.session.streamTag ?? createTag();
    // A session that ends with its stream ends with the process.
    const store = endsWithStream ? undefined : parts.store;
    this.#keeper = store && new SessionKeeper(store, id, parts.onStoreFault);
    this.#logging = new SessionLogging(
      restored?.session.logLevel ?? STANDARD_LOGGING_LEVEL,
      () => this.save(),
    );
    this.#changes = this.#watchChanges(parts.changes, restored);
    this.#origin = {
      principal,
      revision: handshake.revision,
      sessionId: id,
      client: handshake.client,
      capabilities: handshake.capabilities,
      handshake,
      logging: this.#logging,
      subscriptions: this.#changes,
    };
    const { dispatcher, deadlines, limits } = parts;
    const router: OutgoingRouter = new OutgoingRouter({
      common: () => this.streams.common,
      isInitialized: () => this.#isInitialized,
      isClosed: () => this.#isClosed,
      callOfToken: (token) => this.peer.callOfToken(token),
      wayOfQuestion: (id) => this.peer.wayOfQuestion(id),
    });
    this.router = router;
    this.peer = new Peer({
      dispatcher,
      deadlines,
      limits,
      send: (message) => router.send(message),
      firstId: this.#firstNumber + 1,
    });
    if (restored !== undefined) this.#streams = this.#openStreams(restored);
  }

  /** The streams of the session. */
  get streams(): SessionStreams {
    return this.#streams ??= this.#openStreams();
  }

  /** Open connections of the session. */
  get openStreams(): number {
    return this.#streams?.open ?? 0;
  }

  /** Whether the client takes messages now that belong to no request of its own. */
  get isListening(): boolean {
    return this.#isInitialized && this.#streams?.common.isOpen === true;
  }

  /** A request or a stream in flight keeps a session alive. */
  get isBusy(): boolean {
    return this.peer.running > 0 || this.openStreams > 0;
  }

  /**
   * Goes on with the stream that the id names. Whoever comes back to a stream that looks open has lost
   * the connection that is open there, or has two: the older one is asked for a sign of life.
   */
  resume(lastEventId: string, sink: EventSink): Joining {
    const joining = this.streams.resume(lastEventId, sink);
    if (joining.kind === "joined" && joining.isShadow) this.#liveness.doubt();
    return joining;
  }

  /**
   * Whether the client answers a ping on one of the connections that listen, or cannot be asked now. A
   * connection that brings no answer is ended where another one can take over. Never rejects.
   */
  isAlive(): Promise<boolean> {
    return this.#liveness.check();
  }

  /** Notes that the client said `initialized`. */
  markInitialized(): void {
    if (this.#isInitialized) return;
    this.#isInitialized = true;
    this.save();
    this.#changes?.tellOwed();
  }

  /** Notes that the client listens from that place, and is to be told what changes there. */
  startListening({ namespace }: CallPlace): void {
    // Whoever opened a session by listening has not said that it knows of such messages.
    if (!this.endsWithStream) this.#changes?.watchLists(namespace);
    this.#changes?.tellOwed();
  }

  /** Ends the connections that listen, which come back; false where the client could not resume. */
  disconnectListener(retryMs: number = this.#parts.limits.streamRetryMs): boolean {
    if (!this.handshake.revision.hasPolling) return false;
    this.#streams?.common.disconnect(retryMs);
    return true;
  }

  /** Ends the connections that listen, and says nothing. */
  endListening(): void {
    this.#streams?.common.disconnect();
  }

  /** Goes on with what the principal showed last. */
  renew(principal: Principal): void {
    this.principal = principal;
    if (this.#origin.principal === principal) return;
    this.#origin = { ...this.#origin, principal };
    this.#changes?.keepToAccess();
  }

  /** Drops the messages with such a text from what may be sent again. */
  dropMessages(matches: (json: string) => boolean): void {
    this.#streams?.dropWhere(matches);
    this.#changes?.dropOwed(matches);
  }

  /** Keeps the session over a restart, where that is wanted. */
  save(): void {
    if (this.#isClosed) return;
    const { revision, client, capabilities } = this.handshake;
    this.#keeper?.save({
      id: this.id,
      principalId: this.principal.id,
      revision: revision.name,
      client,
      capabilities,
      isInitialized: this.#isInitialized,
      logLevel: this.#logging.level,
      streamTag: this.#tag,
      generation: this.#generation,
      lastUsedMs: this.#parts.clock.now(),
    });
  }

  /** What a request of this session is called with. */
  originFor(place: CallPlace): CallOrigin {
    const isNamed = place.namespace !== undefined || place.project !== undefined;
    return isNamed ? { ...this.#origin, ...place } : this.#origin;
  }

  /**
   * Ends calls, questions and streams; `keepStored`: a later process may go on with the session. Safe
   * to call twice.
   */
  close({ keepStored = false } = {}): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#changes?.close();
    this.peer.close();
    this.#streams?.close();
    if (!keepStored) this.#keeper?.remove();
  }

  /** Made when it is first needed: most clients neither come back nor fall silent. */
  get #liveness(): Liveness {
    return this.#madeLiveness ??= new Liveness({
      peer: this.peer,
      common: () => this.streams.common,
      limits: this.#parts.limits,
    });
  }

  #watchChanges(hub?: ChangeHub, restored?: StoredSessionState): SessionChanges | undefined {
    return hub && new SessionChanges({
      hub,
      keeper: this.#keeper,
      restored: restored?.subscriptions,
      principal: () => this.principal,
      access: this.#parts.access,
      subscriptionsMax: this.#parts.limits.resourceSubscriptionsMax,
      isListening: () => this.isListening,
      send: (message) => this.router.send(message),
    });
  }

  get #firstNumber(): number {
    return this.#generation * NUMBERS_PER_GENERATION;
  }

  #openStreams(restored?: StoredSessionState): SessionStreams {
    const { clock, deadlines, limits, onDrop } = this.#parts;
    const streams = new SessionStreams({
      clock,
      deadlines,
      limits,
      onDrop,
      primes: this.handshake.revision.hasPolling,
      tag: this.#tag,
      keeper: this.#keeper,
      restored,
      firstNumber: this.#firstNumber,
    });
    if (this.#isClosed) streams.close();
    return streams;
  }
}
