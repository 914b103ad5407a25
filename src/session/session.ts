// One legacy session: who opened it, what its handshake settled, its two-way peer and the stream for
// what the server says of its own accord. It belongs to the principal that opened it and lives until
// it is deleted, idle too long, or crowded out. It has never seen a Request.

import type { Principal } from "../auth/principal.ts";
import type { Deadlines } from "../base/deadlines.ts";
import { createTag } from "../base/ids.ts";
import type { Limits } from "../base/limits.ts";
import type { Handshake } from "../protocol/lifecycle.ts";
import type { CallOrigin } from "../rpc/context.ts";
import type { Dispatcher } from "../rpc/dispatcher.ts";
import { Peer } from "../rpc/peer.ts";
import type { LoggingLevel } from "../protocol/logging.ts";
import { STANDARD_LOGGING_LEVEL } from "../protocol/logging.ts";
import type { DropObserver } from "./event_log.ts";
import { OutgoingRouter } from "./router.ts";
import { SessionStreams } from "./session_streams.ts";

/** What every session of a process shares. */
export interface SessionParts {
  readonly dispatcher: Dispatcher;
  readonly deadlines: Deadlines;
  readonly limits: Limits;
  readonly onDrop: DropObserver;
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
}

/** One client's session. */
export class Session {
  readonly id: string;
  readonly principal: Principal;
  readonly handshake: Handshake;
  readonly peer: Peer;
  readonly router: OutgoingRouter;
  /** When the client was last heard of; kept by the session map. */
  readonly lastUse: LastUse;
  readonly #parts: SessionParts;
  readonly #origin: CallOrigin;
  /** Made when something is first said or listened to: most sessions only call. */
  #streams: SessionStreams | undefined;
  #isInitialized = false;
  #isClosed = false;

  constructor(identity: SessionIdentity, parts: SessionParts) {
    this.id = identity.id;
    this.lastUse = identity.lastUse;
    this.principal = identity.principal;
    this.handshake = identity.handshake;
    this.#parts = parts;
    this.#origin = {
      principal: identity.principal,
      revision: identity.handshake.revision,
      sessionId: identity.id,
      client: identity.handshake.client,
      capabilities: identity.handshake.capabilities,
      handshake: identity.handshake,
      logging: new SessionLogging(),
    };
    const { dispatcher, deadlines, limits } = parts;
    const router: OutgoingRouter = new OutgoingRouter({
      common: () => this.streams.common,
      isInitialized: () => this.#isInitialized,
      isClosed: () => this.#isClosed,
      outletOfToken: (token) => this.peer.outletOfToken(token),
      wayOfQuestion: (id) => this.peer.wayOfQuestion(id),
    });
    this.router = router;
    this.peer = new Peer({
      dispatcher,
      deadlines,
      limits,
      send: (message) => router.send(message),
    });
  }

  /** The streams of the session. */
  get streams(): SessionStreams {
    return this.#streams ??= this.#openStreams();
  }

  /** Open connections of the session. */
  get openStreams(): number {
    return this.#streams?.open ?? 0;
  }

  /** A request or a stream in flight keeps a session alive. */
  get isBusy(): boolean {
    return this.peer.running > 0 || this.openStreams > 0;
  }

  /** Notes that the client said `initialized`. */
  markInitialized(): void {
    this.#isInitialized = true;
  }

  /** What a request of this session is called with. */
  originFor(namespace: string | undefined): CallOrigin {
    return namespace === undefined ? this.#origin : { ...this.#origin, namespace };
  }

  /** Ends calls, questions and streams; safe to call twice. */
  close(): void {
    this.#isClosed = true;
    this.peer.close();
    this.#streams?.close();
  }

  #openStreams(): SessionStreams {
    const { deadlines, limits, onDrop } = this.#parts;
    const streams = new SessionStreams({
      deadlines,
      limits,
      onDrop,
      primes: this.handshake.revision.hasPolling,
      tag: createTag(),
    });
    if (this.#isClosed) streams.close();
    return streams;
  }
}

/** What a session's client wants of log messages, until it says otherwise. */
class SessionLogging {
  level: LoggingLevel = STANDARD_LOGGING_LEVEL;

  set(level: LoggingLevel): void {
    this.level = level;
  }
}
