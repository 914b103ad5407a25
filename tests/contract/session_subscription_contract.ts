// What every SessionStore must do with the resources a client subscribed to; part of the suite of the
// store.

import assert from "node:assert/strict";
import type { SessionStore, StoredSubscription } from "../../src/session/ports.ts";
import { storedEvent, storedSession, take } from "../helpers/stored_sessions.ts";
import type { SessionStoreTest } from "./session_store_place.ts";

const FACT: StoredSubscription = {
  namespace: "team/a",
  uri: "car://memory/fact/W%C3%A4chter",
  toldAs: 'car://memory/fact/W\u00e4chter \ud800\0"',
};
const OTHER: StoredSubscription = { ...FACT, uri: "test://1", toldAs: "test://1" };

function kept(store: SessionStore, id = "a"): readonly StoredSubscription[] {
  return take(store, id).subscriptions.toSorted((a, b) => a.uri < b.uri ? -1 : 1);
}

/** The promises about subscriptions. */
export const SUBSCRIPTION_TESTS: Readonly<Record<string, SessionStoreTest>> = {
  "saveSubscription() keeps what the client wrote, once, for the next process": (store, place) => {
    for (const id of ["a", "b"]) store.saveSession(storedSession(id));
    for (const each of [FACT, OTHER, FACT]) store.saveSubscription("a", each);
    store.saveSubscription("unknown", FACT);
    const other = place.open();
    assert.deepEqual(kept(other.store), [FACT, OTHER]);
    assert.deepEqual(kept(other.store, "b"), []);
    other.close();
  },

  "saveSession() leaves subscriptions alone": (store) => {
    store.saveSession(storedSession("a"));
    store.saveSubscription("a", FACT);
    store.saveSession(storedSession("a", { logLevel: "debug" }));
    assert.deepEqual(kept(store), [FACT]);
  },

  "removeSubscription() forgets that one alone": (store) => {
    store.saveSession(storedSession("a"));
    for (const each of [FACT, OTHER]) store.saveSubscription("a", each);
    for (const each of [{ ...FACT, namespace: "team" }, { ...FACT, toldAs: FACT.uri }]) {
      store.removeSubscription("a", each);
    }
    store.removeSubscription("b", FACT);
    assert.deepEqual(kept(store), [FACT, OTHER]);
    store.removeSubscription("a", FACT);
    store.removeSubscription("a", FACT);
    assert.deepEqual(kept(store), [OTHER]);
  },

  "removeSession() forgets the subscriptions of the session": (store) => {
    store.saveSession(storedSession("a"));
    store.saveSubscription("a", FACT);
    store.removeSession("a");
    store.saveSession(storedSession("a"));
    assert.deepEqual(kept(store), []);
  },

  "eraseEvents() forgets subscriptions with such a text and counts events alone": (store) => {
    for (const id of ["a", "b"]) store.saveSession(storedSession(id));
    for (const each of [FACT, OTHER]) store.saveSubscription("a", each);
    for (let count = 0; count < 100; count++) {
      store.saveSubscription("b", { ...FACT, namespace: `n${count}` });
    }
    store.saveEvent("a", storedEvent(1, { json: '"W%C3%A4chter"' }));
    assert.equal(store.eraseEvents([{ word: "chter" }]), 0);
    assert.deepEqual(kept(store), [FACT, OTHER]);
    assert.equal(store.eraseEvents([{ word: "W%C3%A4chter" }]), 1);
    assert.deepEqual(kept(store), [OTHER]);
    assert.deepEqual(kept(store, "b"), []);
    store.eraseEvents([""]);
    assert.deepEqual(kept(store), []);
  },
};
