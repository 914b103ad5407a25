// What every SessionStore must do when a text is to be forgotten; part of the suite of the store.

import assert from "node:assert/strict";
import type { ErasedText } from "../../src/base/erased_texts.ts";
import type { SessionStore, StoredEvent } from "../../src/session/ports.ts";
import { storedEvent, storedSession, take } from "../helpers/stored_sessions.ts";
import type { SessionStoreTest } from "./session_store_place.ts";

function isErased(store: SessionStore, json: string, texts: readonly ErasedText[]): boolean {
  store.saveEvent("a", storedEvent(1, { json }));
  const erased = store.eraseEvents(texts);
  assert.deepEqual(eventsOf(store, "a"), [storedEvent(1, { json: erased === 1 ? "" : json })]);
  store.removeEvent("a", 1);
  return erased === 1;
}

function eventsOf(store: SessionStore, id: string): readonly StoredEvent[] {
  return take(store, id).events;
}

const SECRET = '"the secret of it"';
const REPORT = '{"jsonrpc":"2.0","method":"notifications/progress","params":"secret"}';

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
    for (const id of ids) {
      const left = eventsOf(other.store, id).map(({ seq, json }) => [seq, json]);
      assert.deepEqual(left, [[1, '"the rest"'], [2, ""], [3, '"the rest"']]);
    }
    other.close();
  },

  "eraseEvents() finds the empty text in every message": (store) => {
    store.saveSession(storedSession("a"));
    store.saveEvent("a", storedEvent(1));
    store.saveEvent("a", storedEvent(2, { json: "", index: 7 }));
    assert.equal(store.eraseEvents([""]), 1);
    const left = [storedEvent(1, { json: "" }), storedEvent(2, { json: "", index: 7 })];
    assert.deepEqual(eventsOf(store, "a"), left);
  },

  "eraseEvents() finds a word where no letter or digit stands beside it": (store) => {
    store.saveSession(storedSession("a"));
    const find = (json: string, word: string) => isErased(store, json, [{ word }]);
    for (
      const json of [
        '{"id":"f7"}',
        "f7",
        '"a f7."',
        '"{\\"id\\":\\"f7\\"}"',
        '"af7, f7"',
        '"\\nf7"',
      ]
    ) {
      assert.ok(find(json, "f7"), json);
    }
    for (const json of ['"af7"', '"f78"', '"éf7"', '"1f7x"', '{"n":"x"}']) {
      assert.ok(!find(json, "f7"), json);
    }
    assert.ok(find('"a-b-c"', "-b-"));
    assert.ok(find('"xклюк ключ"', "ключ"));
  },

  "eraseEvents() leaves a mark in the place of what was sent and of what waits": (store) => {
    store.saveSession(storedSession("a"));
    const events = [
      storedEvent(1, { index: 4 }),
      storedEvent(2, { index: 5, json: SECRET }),
      storedEvent(3, { json: SECRET }),
      // On the common stream a report is like any other message.
      storedEvent(4, { index: 6, json: REPORT }),
    ];
    for (const event of events) store.saveEvent("a", event);
    assert.equal(store.eraseEvents(["secret"]), 3);
    const wanted = events.map((event) => event.seq === 1 ? event : { ...event, json: "" });
    assert.deepEqual(eventsOf(store, "a"), wanted);
  },

  "eraseEvents() leaves no mark for a report on the stream of a request, but for the first": (
    store,
  ) => {
    store.saveSession(storedSession("a"));
    store.saveStream("a", { name: "call", requestIds: "[1]", endedMs: undefined });
    const events = [
      storedEvent(1, { stream: "call", index: 4, json: REPORT }),
      storedEvent(2, { stream: "call", index: 5, json: REPORT }),
      storedEvent(3, { stream: "call", index: 6, json: SECRET }),
      storedEvent(4, { stream: "call", json: REPORT }),
    ];
    for (const event of events) store.saveEvent("a", event);
    assert.equal(store.eraseEvents(["secret"]), 4);
    const left = eventsOf(store, "a").map(({ seq, index, json }) => [seq, index, json]);
    assert.deepEqual(left, [[1, 4, ""], [3, 6, ""]]);
  },
};
