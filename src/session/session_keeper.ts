// Writes what happens in one session to a store, so that the session outlives its process. A store
// that fails costs the session its life after a restart, not the service now: the fault is reported
// and the session goes on in memory.

import type { RequestId } from "../protocol/json_rpc.ts";
import type { KeptEvent } from "./event_log.ts";
import type { SessionStore, StoredSession, StoredSubscription } from "./ports.ts";
import type { StreamKeeper } from "./session_streams.ts";

/** Is told of a write to the store that failed. */
export type StoreFaultObserver = (thrown: unknown) => void;

/** What is kept of one session. */
export class SessionKeeper implements StreamKeeper {
  readonly #store: SessionStore;
  readonly #sessionId: string;
  readonly #onFault: StoreFaultObserver;
  #isFailing = false;

  constructor(store: SessionStore, sessionId: string, onFault: StoreFaultObserver) {
    this.#store = store;
    this.#sessionId = sessionId;
    this.#onFault = onFault;
  }

  /** Keeps the session itself, or what changed of it. */
  save(session: StoredSession): void {
    this.#try(() => this.#store.saveSession(session));
  }

  /** The session is over: nothing of it is kept. */
  remove(): void {
    this.#try(() => this.#store.removeSession(this.#sessionId));
  }

  /** Keeps a subscription. */
  subscribed(subscription: StoredSubscription): void {
    this.#try(() => this.#store.saveSubscription(this.#sessionId, subscription));
  }

  /** A subscription was taken back. */
  unsubscribed(subscription: StoredSubscription): void {
    this.#try(() => this.#store.removeSubscription(this.#sessionId, subscription));
  }

  put({ seq, stream, json, index }: KeptEvent): void {
    const event = { seq, stream: stream.name, json, index };
    this.#try(() => this.#store.saveEvent(this.#sessionId, event));
  }

  drop(seq: number): void {
    this.#try(() => this.#store.removeEvent(this.#sessionId, seq));
  }

  streamOpened(name: string, requestIds: readonly RequestId[]): void {
    const stream = { name, requestIds: JSON.stringify(requestIds), endedMs: undefined };
    this.#try(() => this.#store.saveStream(this.#sessionId, stream));
  }

  streamEnded(name: string, nowMs: number): void {
    const stream = { name, requestIds: "", endedMs: nowMs };
    this.#try(() => this.#store.saveStream(this.#sessionId, stream));
  }

  streamForgotten(name: string): void {
    this.#try(() => this.#store.removeStream(this.#sessionId, name));
  }

  #try(write: () => void): void {
    try {
      write();
      this.#isFailing = false;
    } catch (thrown) {
      // A full disk fails every write; one word of it is enough until one succeeds.
      if (!this.#isFailing) this.#onFault(thrown);
      this.#isFailing = true;
    }
  }
}
