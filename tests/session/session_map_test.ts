import assert from "node:assert/strict";
import { LOCAL_PRINCIPAL } from "../../src/auth/principal.ts";
import { Deadlines } from "../../src/base/deadlines.ts";
import { type Limits, limitsWith } from "../../src/base/limits.ts";
import type { Handshake } from "../../src/protocol/lifecycle.ts";
import { NEWEST_LEGACY_REVISION } from "../../src/protocol/revisions.ts";
import { Dispatcher } from "../../src/rpc/dispatcher.ts";
import type { SessionStore } from "../../src/session/ports.ts";
import { SessionMap } from "../../src/session/session_map.ts";
import { createNaiveSessions } from "../helpers/naive_sessions.ts";
import { FakeSink } from "../helpers/fake_sink.ts";
import { storedSession } from "../helpers/stored_sessions.ts";
import { FakeClock } from "../helpers/fake_clock.ts";

const handshake: Handshake = {
  revision: NEWEST_LEGACY_REVISION,
  client: undefined,
  capabilities: {},
};

function build(limits: Partial<Limits> = {}, store: SessionStore | undefined = undefined) {
  const clock = new FakeClock();
  const deadlines = new Deadlines({ clock });
  const ends: string[] = [];
  const sessions = new SessionMap({
    dispatcher: new Dispatcher(new Map(), () => {}),
    deadlines,
    limits: limitsWith(limits),
    clock,
    idleMs: 1_000,
    onDrop: () => {},
    store,
    onStoreFault: () => {},
    observer: {
      opened: () => {},
      restored: () => {},
      ended: (_session, reason) => ends.push(reason),
    },
  });
  const open = () => {
    const session = sessions.open(LOCAL_PRINCIPAL, handshake);
    assert.ok(session);
    return session;
  };
  return { clock, deadlines, ends, open, sessions };
}

Deno.test("find() gives a session to the principal that opened it and to nobody else mcp:57", () => {
  const { open, sessions } = build();
  const session = open();
  assert.equal(sessions.find(session.id, { id: "local" }), session);
  assert.equal(sessions.find(session.id, { id: "somebody-else" }), undefined);
  assert.equal(sessions.find("__proto__", LOCAL_PRINCIPAL), undefined);
});

Deno.test("the sweeper ends idle sessions and keeps busy ones mcp:55", () => {
  const { clock, ends, open, sessions } = build();
  open();
  const listening = open();
  listening.streams.listen(new FakeSink());
  clock.advance(2_000);
  assert.equal(sessions.size, 1);
  assert.deepEqual(ends, ["idle"]);
});

Deno.test("no timer runs while there are no sessions", () => {
  const { clock, open, sessions } = build();
  assert.equal(clock.timers, 0);
  const session = open();
  assert.equal(clock.timers, 1);
  sessions.end(session, "deleted");
  clock.advance(1_000);
  assert.equal(clock.timers, 0);
});

Deno.test("end() frees the session's questions and streams, once", async () => {
  const { deadlines, ends, open, sessions } = build();
  const session = open();
  session.markInitialized();
  const asked = session.peer.request("roots/list");
  assert.equal(sessions.end(session, "deleted"), true);
  assert.equal(sessions.end(session, "deleted"), false);
  await assert.rejects(asked, { code: "closed" });
  assert.equal(deadlines.size, 0);
  assert.deepEqual(ends, ["deleted"]);
});

Deno.test("end() of a session that is over leaves a later one of the same id alone", () => {
  const { ends, sessions } = build();
  const listener = () => sessions.openListener("chosen", LOCAL_PRINCIPAL, handshake);
  const first = listener();
  assert.ok(first);
  assert.ok(first !== "no_room");
  assert.equal(sessions.end(first, "dropped"), true);
  const second = listener();
  assert.equal(sessions.end(first, "idle"), false);
  assert.equal(sessions.get("chosen"), second);
  assert.deepEqual(ends, ["dropped"]);
});

Deno.test("a session asks nothing but pings before its client said initialized mcp:52", async () => {
  const { open } = build();
  const session = open();
  await assert.rejects(session.peer.request("roots/list"), { code: "closed" });
  const ping = session.peer.request("ping");
  assert.equal(session.streams.events, 1);
  session.markInitialized();
  const roots = session.peer.request("roots/list");
  assert.equal(session.streams.events, 2);
  session.close();
  await assert.rejects(ping);
  await assert.rejects(roots);
});

Deno.test("open() refuses when the map is full of busy sessions mcp:56", () => {
  const { open, sessions } = build({ sessionsMax: 1 });
  const session = open();
  const joining = session.streams.listen(new FakeSink());
  assert.equal(sessions.open(LOCAL_PRINCIPAL, handshake), undefined);
  assert.ok(joining.kind === "joined");
  joining.detach();
  assert.ok(sessions.open(LOCAL_PRINCIPAL, handshake));
  assert.equal(sessions.size, 1);
});

Deno.test("open() of whoever holds most ends his own idle sessions, not those of others mcp:56", () => {
  const { sessions } = build({ sessionsMax: 4 });
  const quiet = sessions.open({ id: "quiet" }, handshake);
  assert.ok(quiet);
  for (let time = 0; time < 8; time++) assert.ok(sessions.open({ id: "greedy" }, handshake));
  assert.equal(sessions.get(quiet.id), quiet);
  assert.equal(sessions.size, 4);
  // Where those of the greedy are all busy, the others' have to do.
  const busy = [quiet.id];
  for (let time = 0; time < 3; time++) {
    const session = sessions.open({ id: "greedy" }, handshake);
    session?.streams.listen(new FakeSink());
    busy.push(session?.id ?? "");
  }
  assert.ok(busy.every((id) => sessions.get(id) !== undefined));
  assert.ok(sessions.open({ id: "new" }, handshake));
  assert.equal(sessions.get(quiet.id), undefined);
});

Deno.test("a session may tell its client something before initialized mcp:52", () => {
  const { open } = build();
  const session = open();
  assert.equal(session.peer.notify("notifications/message", { level: "info", data: "x" }), true);
  assert.equal(session.streams.events, 1);
});

Deno.test("restore() says whether a session goes on, was there already, or is unknown", () => {
  const store = createNaiveSessions();
  const session = build({}, store).open();
  const { open, sessions } = build({ sessionsMax: 1 }, store);
  assert.equal(sessions.restore("nobody", LOCAL_PRINCIPAL), "unknown");
  assert.equal(sessions.restore(session.id, { id: "somebody-else" }), "unknown");
  assert.equal(sessions.restore(session.id, LOCAL_PRINCIPAL), "restored");
  assert.equal(sessions.restore(session.id, LOCAL_PRINCIPAL), "already_present");
  const restored = sessions.get(session.id);
  assert.deepEqual(restored?.handshake, handshake);
  restored?.streams.listen(new FakeSink());
  store.saveSession({ ...storedSession("other"), lastUsedMs: new FakeClock().now() });
  assert.equal(sessions.restore("other", LOCAL_PRINCIPAL), "no_room");
  assert.throws(open);
});

Deno.test("a session that is over takes no connection and says nothing", () => {
  const { open, sessions } = build();
  const session = open();
  sessions.end(session, "deleted");
  assert.equal(session.streams.listen(new FakeSink()).kind, "too_many_streams");
  assert.equal(session.router.push({ jsonrpc: "2.0", method: "late" }), false);
  assert.equal(session.openStreams, 0);
});
