// What every SessionStore must do, whatever it keeps its sessions in. An implementation runs this suite
// with a way to open itself.

import assert from "node:assert/strict";
import { NOW_MS, seqsOf, storedEvent, storedSession, take } from "../helpers/stored_sessions.ts";
import { ERASURE_TESTS } from "./session_erasure_contract.ts";
import { SUBSCRIPTION_TESTS } from "./session_subscription_contract.ts";
import type { SessionStorePlace, SessionStoreTest } from "./session_store_place.ts";

const SESSION_TESTS: Readonly<Record<string, SessionStoreTest>> = {
  "saveSession() keeps every field for the next process": (store, place) => {
    const session = storedSession("a", {
      principalId: "https://idp.example user “ü” \ud800",
      client: { name: "Клиент \0 \udfff", version: "" },
      capabilities: { sampling: {}, experimental: { "ключ": [1, null, "\u2028", { deep: true }] } },
      isInitialized: false,
      logLevel: "emergency",
      generation: 3,
      lastUsedMs: 0,
    });
    store.saveSession(session);
    const other = place.open();
    const state = other.store.takeSession("a", session.principalId);
    assert.deepEqual(state, {
      session: { ...session, generation: 4 },
      streams: [],
      events: [],
      subscriptions: [],
    });
    other.close();
  },

  "saveSession() keeps a client that did not say its name": (store) => {
    store.saveSession(storedSession("a", { client: undefined }));
    assert.equal(take(store, "a").session.client, undefined);
  },

  "saveSession() keeps what changed and leaves streams and events alone": (store) => {
    store.saveSession(storedSession("a", { isInitialized: false }));
    store.saveEvent("a", storedEvent(1));
    store.saveStream("a", { name: "s", requestIds: "[1]", endedMs: undefined });
    const changed = storedSession("a", { logLevel: "debug", lastUsedMs: NOW_MS + 1 });
    store.saveSession(changed);
    assert.deepEqual(take(store, "a"), {
      session: { ...changed, generation: 1 },
      streams: [{ name: "s", requestIds: "[1]", endedMs: undefined }],
      events: [storedEvent(1)],
      subscriptions: [],
    });
    assert.equal(store.count(), 1);
  },

  "saveSession() never takes back a generation that was given out": (store) => {
    store.saveSession(storedSession("a"));
    take(store, "a");
    take(store, "a");
    store.saveSession(storedSession("a", { generation: 1 }));
    assert.equal(take(store, "a").session.generation, 3);
  },

  "takeSession() counts the generation up for every process": (store, place) => {
    store.saveSession(storedSession("a"));
    const other = place.open();
    assert.equal(take(other.store, "a").session.generation, 1);
    assert.equal(take(store, "a").session.generation, 2);
    other.close();
    const third = place.open();
    assert.equal(take(third.store, "a").session.generation, 3);
    third.close();
  },

  "takeSession() does not know a session of another principal and changes nothing": (store) => {
    store.saveSession(storedSession("a", { principalId: "one\ud800" }));
    for (const principalId of ["two", "", "ONE\ud800", "one", "one\ufffd", "one\ud800 "]) {
      assert.equal(store.takeSession("a", principalId), undefined);
    }
    assert.equal(store.takeSession("b", "one\ud800"), undefined);
    assert.equal(store.takeSession("a", "one\ud800")?.session.generation, 1);
  },

  "removeSession() leaves nothing of a session and everything of the others": (store) => {
    for (const id of ["a", "b"]) {
      store.saveSession(storedSession(id));
      store.saveEvent(id, storedEvent(1));
      store.saveStream(id, { name: "s", requestIds: "[1]", endedMs: undefined });
    }
    store.removeSession("a");
    assert.equal(store.takeSession("a", "local"), undefined);
    assert.equal(store.count(), 1);
    store.saveSession(storedSession("a"));
    const again = take(store, "a");
    assert.deepEqual([again.session.generation, again.streams, again.events], [1, [], []]);
    const kept = take(store, "b");
    assert.deepEqual([kept.streams.length, kept.events.length], [1, 1]);
  },

  "touchSessions() moves the time of the sessions it names": (store) => {
    for (const id of ["a", "b", 'c"', "d"]) store.saveSession(storedSession(id));
    store.touchSessions(["a", 'c"', "unknown", "a"], NOW_MS + 5);
    store.touchSessions([], NOW_MS + 9);
    const times = ["a", "b", 'c"', "d"].map((id) => take(store, id).session.lastUsedMs - NOW_MS);
    assert.deepEqual(times, [5, 0, 5, 0]);
    assert.equal(store.count(), 4);
  },

  "removeIdle() removes what was last heard of before then, not at that time": (store) => {
    for (const at of [-1, 0, 1]) {
      store.saveSession(storedSession(`at ${at}`, { lastUsedMs: NOW_MS + at }));
      store.saveEvent(`at ${at}`, storedEvent(1));
    }
    assert.equal(store.removeIdle(NOW_MS), 1);
    assert.equal(store.removeIdle(NOW_MS), 0);
    assert.equal(store.takeSession("at -1", "local"), undefined);
    assert.deepEqual(seqsOf(store, "at 0"), [1]);
    store.touchSessions(["at 0"], NOW_MS + 2);
    assert.equal(store.removeIdle(NOW_MS + 2), 1);
    assert.equal(store.count(), 1);
  },

  "many sessions are kept apart": (store) => {
    const ids = Array.from({ length: 500 }, (_, at) => `session ${at}`);
    for (const id of ids) store.saveSession(storedSession(id));
    for (const seq of [2, 1]) {
      for (const id of ids) store.saveEvent(id, storedEvent(seq, { json: JSON.stringify(id) }));
    }
    assert.equal(store.count(), ids.length);
    for (const id of ids) {
      const { events } = take(store, id);
      assert.deepEqual(events, [1, 2].map((seq) => storedEvent(seq, { json: JSON.stringify(id) })));
    }
  },
};

const EVENT_TESTS: Readonly<Record<string, SessionStoreTest>> = {
  "saveEvent() keeps events in the order of seq, however they came": (store, place) => {
    store.saveSession(storedSession("a"));
    const seqs = [5, 0, 2 ** 40, 1, Number.MAX_SAFE_INTEGER, 10];
    for (const seq of seqs) store.saveEvent("a", storedEvent(seq));
    const other = place.open();
    assert.deepEqual(
      take(other.store, "a").events,
      [...seqs].sort((x, y) => x - y).map((seq) => storedEvent(seq)),
    );
    other.close();
  },

  "saveEvent() replaces an event of the same seq and keeps its index": (store) => {
    store.saveSession(storedSession("a"));
    store.saveEvent("a", storedEvent(1));
    store.saveEvent("a", storedEvent(2, { json: "", index: 0 }));
    const sent = storedEvent(1, { index: 7, stream: "other" });
    store.saveEvent("a", sent);
    assert.deepEqual(take(store, "a").events, [sent, storedEvent(2, { json: "", index: 0 })]);
  },

  "saveEvent() and its like do nothing for a session that is not there": (store) => {
    store.saveEvent("a", storedEvent(1));
    store.saveStream("a", { name: "s", requestIds: "[1]", endedMs: undefined });
    store.removeEvent("a", 1);
    store.removeStream("a", "s");
    store.removeSession("a");
    store.touchSessions(["a"], NOW_MS);
    assert.equal(store.count(), 0);
    store.saveSession(storedSession("a"));
    const { streams, events } = take(store, "a");
    assert.deepEqual([streams, events], [[], []]);
  },

  "removeEvent() removes that event of that session": (store) => {
    for (const id of ["a", "b"]) {
      store.saveSession(storedSession(id));
      for (const seq of [1, 2, 3]) store.saveEvent(id, storedEvent(seq));
    }
    store.removeEvent("a", 2);
    store.removeEvent("a", 9);
    assert.deepEqual([seqsOf(store, "a"), seqsOf(store, "b")], [[1, 3], [1, 2, 3]]);
  },

  "saveStream() keeps a stream until it is removed": (store) => {
    store.saveSession(storedSession("a"));
    const ended = { name: "2", requestIds: "", endedMs: NOW_MS };
    const running = { name: "1", requestIds: '["x",7]', endedMs: undefined };
    store.saveStream("a", { name: "2", requestIds: "[0]", endedMs: undefined });
    for (const stream of [running, ended]) store.saveStream("a", stream);
    const kept = [...take(store, "a").streams].sort((x, y) => x.name < y.name ? -1 : 1);
    assert.deepEqual(kept, [running, ended]);
    store.removeStream("a", "1");
    store.removeStream("a", "none");
    assert.deepEqual(take(store, "a").streams, [ended]);
  },

  "saveEvent() keeps any message, however its characters are written": (store) => {
    store.saveSession(storedSession("a"));
    const text = 'a \0 "quoted" \\ \ud800 \udc00 🔑 \u2028 é \x7f';
    const messages = [
      JSON.stringify({ text }),
      JSON.stringify({ text: JSON.stringify({ text }) }),
      '{"text":"\ud800 🔑 raw"}',
      "{}",
    ];
    messages.forEach((json, seq) => store.saveEvent("a", storedEvent(seq, { json })));
    const kept = take(store, "a").events.map(({ json }) => json);
    // A lone surrogate may come back escaped: the message is the same.
    assert.deepEqual(
      kept.map((json) => JSON.parse(json)),
      messages.map((json) => JSON.parse(json)),
    );
    assert.equal(kept[0], messages[0]);
  },

  "saveEvent() keeps an event of four million characters": (store) => {
    store.saveSession(storedSession("a"));
    const json = JSON.stringify("ab\n🔑".repeat(600_000));
    store.saveEvent("a", storedEvent(1, { json }));
    store.saveEvent("a", storedEvent(1, { json, index: 1 }));
    assert.ok(take(store, "a").events[0]?.json === json);
  },
};

/** Registers the suite under the name of an implementation. */
export function testSessionStore(name: string, createPlace: () => SessionStorePlace): void {
  const tests = { ...SESSION_TESTS, ...EVENT_TESTS, ...ERASURE_TESTS, ...SUBSCRIPTION_TESTS };
  for (const [promise, test] of Object.entries(tests)) {
    Deno.test(`${name}: ${promise}`, () => {
      using place = createPlace();
      const opened = place.open();
      test(opened.store, place);
      opened.close();
    });
  }
}
