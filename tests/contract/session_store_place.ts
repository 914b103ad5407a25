// Where the store of a contract test is opened; `open()` called again on the same place is another
// process.

import type { SessionStore } from "../../src/session/ports.ts";

/** A store that was opened for one test. */
export interface OpenedSessionStore {
  readonly store: SessionStore;
  close(): void;
}

/** Somewhere a store can be opened, any number of times; disposing of it closes what is open. */
export interface SessionStorePlace extends Disposable {
  open(): OpenedSessionStore;
}

/** One promise, shown on a store that was opened at a place. */
export type SessionStoreTest = (store: SessionStore, place: SessionStorePlace) => void;
