// What every SessionStore must do when a text is to be forgotten; part of the suite of the store.

import assert from "node:assert/strict";
import type { SessionStore } from "../../src/session/ports.ts";
import { seqsOf, storedEvent, storedSession, take } from "../helpers/stored_sessions.ts";
import type { SessionStoreTest } from "./session_store_place.ts";

function isErased(store: SessionStore, json: string, texts: readonly string[]): boolean {
  store.saveEvent("a", storedEvent(1, { json }));
  const erased = store.eraseEvents(texts);
  const left = seqsOf(store, "a").length;
  assert.equal(erased, 1 - left);
  store.removeEvent("a", 1);
  return erased === 1;
}

/** The promises of `eraseEvents`. */
export const ERASURE_TESTS: Readonly<Record<string, SessionStoreTest>> = {
  "eraseEvents() finds a text however deep it is escaped": (store) => {
    store.saveSession(storedSession("a"));
    const texts = [
      "plain words",
      'say "no"',
      "C:\\new\\users",
      "one\ntwo\t\0",
      "ключ 🔑",
      "é",
      "/",
    ];
    for (const text of texts) {
      const once = JSON.stringify({ result: { text: `before ${text} after` } });
      const twice = JSON.stringify({ text: `Found: ${once}` });
      for (const json of [once, twice, JSON.stringify([twice])]) {
        assert.ok(isErased(store, json, [text]), `${JSON.stringify(text)} in ${json}`);
      }
    }
  },

  "eraseEvents() finds characters that are escaped without need": (store) => {
    store.saveSession(storedSession("a"));
    assert.ok(isErased(store, '{"text":"caf\\u00E9 <a href=\\"\\/\\">"}', ['café <a href="/">']));
    assert.ok(isErased(store, '{"text":"{\\"t\\":\\"\\\\u043a \\\\ud83d\\\\udd11\\"}"}', ["к 🔑"]));
  },

  "eraseEvents() leaves events that only look like it": (store) => {
    store.saveSession(storedSession("a"));
    assert.ok(
      !isErased(store, '{"text":"deploy-key"}', ["deploy key", "Deploy-key", "deploy-keys"]),
    );
    assert.ok(!isErased(store, '{"text":"a b"}', ["a\nb", "a\\nb"]));
    assert.ok(!isErased(store, "", ["a"]));
    assert.ok(!isErased(store, '{"text":"a"}', []));
  },

  "eraseEvents() erases from all sessions and keeps the sessions": (store, place) => {
    const ids = Array.from({ length: 40 }, (_, at) => `${at}`);
    for (const id of ids) {
      store.saveSession(storedSession(id));
      for (const seq of [1, 2, 3]) {
        const json = JSON.stringify(seq === 2 ? "the secret of it" : "the rest");
        store.saveEvent(id, storedEvent(seq, { json }));
      }
    }
    assert.equal(store.eraseEvents(["nowhere", "secret"]), ids.length);
    assert.equal(store.eraseEvents(["nowhere", "secret"]), 0);
    const other = place.open();
    for (const id of ids) assert.deepEqual(seqsOf(other.store, id), [1, 3]);
    other.close();
  },

  "eraseEvents() finds the empty text in every event": (store) => {
    store.saveSession(storedSession("a"));
    store.saveEvent("a", storedEvent(1));
    store.saveEvent("a", storedEvent(2, { json: "" }));
    assert.equal(store.eraseEvents([""]), 2);
    assert.deepEqual(take(store, "a").events, []);
  },
};
