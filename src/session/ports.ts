// What a session needs of a store so that it outlives its process: who opened it, what its handshake
// settled, and the events a client may still ask for. Implementations live in `storage/` and pass one
// contract suite. A store is written as things happen, so every method is synchronous and what it
// took survives the end of the process (not necessarily a power cut).

import type { ErasedText } from "../base/erased_texts.ts";
import type { ClientCapabilities, ClientInfo } from "../protocol/lifecycle.ts";
import type { LoggingLevel } from "../protocol/logging.ts";

/** A session as a store keeps it; plain values only. */
export interface StoredSession {
  readonly id: string;
  readonly principalId: string;
  /** Name of the negotiated revision. */
  readonly revision: string;
  readonly client: ClientInfo | undefined;
  readonly capabilities: ClientCapabilities;
  readonly isInitialized: boolean;
  readonly logLevel: LoggingLevel;
  /** What the names of its streams end in. */
  readonly streamTag: string;
  /** How often it was restored; numbers given out afterwards start above all earlier ones. */
  readonly generation: number;
  /** When the client was last heard of, in UTC milliseconds. */
  readonly lastUsedMs: number;
}

/** An event as a store keeps it. */
export interface StoredEvent {
  /** Its place among the events of the session; the key. */
  readonly seq: number;
  readonly stream: string;
  /**
   * The message as JSON text; empty: a mark, `index` is the lowest one of the stream that a client can go on
   * after, and without one it is above all that were given out. Of several marks the highest counts.
   */
  readonly json: string;
  /** Its index once it was sent. */
  readonly index: number | undefined;
}

/** A stream that belongs to a request, as a store keeps it. */
export interface StoredStream {
  readonly name: string;
  /** Ids of the requests it still owes an answer, as JSON text; empty once it ended. */
  readonly requestIds: string;
  /** When its last answer was said, in UTC milliseconds; undefined while it runs. */
  readonly endedMs: number | undefined;
}

/** A resource that the client subscribed to, as a store keeps it; all three are the key. */
export interface StoredSubscription {
  readonly namespace: string;
  /** In its canonical form. */
  readonly uri: string;
  /** As the client wrote it. */
  readonly toldAs: string;
}

/** A session with everything kept of it; events in the order of `seq`, subscriptions in any. */
export interface StoredSessionState {
  readonly session: StoredSession;
  readonly streams: readonly StoredStream[];
  readonly events: readonly StoredEvent[];
  readonly subscriptions: readonly StoredSubscription[];
}

/** Keeps sessions over a restart. */
export interface SessionStore {
  /** Keeps a session, or what changed of it. */
  saveSession(session: StoredSession): void;
  /** Forgets a session with all its streams and events; nothing happens for an unknown id. */
  removeSession(id: string): void;
  /** Notes when sessions were last heard of; unknown ids are ignored. */
  touchSessions(ids: readonly string[], nowMs: number): void;
  /** Keeps an event, or its index; nothing happens for an unknown session. */
  saveEvent(sessionId: string, event: StoredEvent): void;
  removeEvent(sessionId: string, seq: number): void;
  saveStream(sessionId: string, stream: StoredStream): void;
  removeStream(sessionId: string, name: string): void;
  /** Keeps a subscription; nothing happens for an unknown session, or one that is kept. */
  saveSubscription(sessionId: string, subscription: StoredSubscription): void;
  removeSubscription(sessionId: string, subscription: StoredSubscription): void;
  /**
   * A session for a process that does not have it: counts its generation up and gives all that is
   * kept, with the new generation; undefined if no session of that id belongs to that principal.
   */
  takeSession(id: string, principalId: string): StoredSessionState | undefined;
  /** Forgets sessions that were not heard of since then; how many. */
  removeIdle(sinceMs: number): number;
  /** Sessions kept. */
  count(): number;
  /**
   * Forgets what events say that contain one of these texts, so that no file holds it; how many. A mark of
   * the same `seq` and index takes the place of each, so that a gap is known for one. A report on the
   * stream of a request leaves none: it is gone, unless the stream has nothing with a lower index.
   * Subscriptions that contain one of the texts are forgotten, too; they are not counted.
   */
  eraseEvents(texts: readonly ErasedText[]): number;
}
