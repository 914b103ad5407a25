// Who is pinged, who makes way, and what an answer proves.

import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { LOCAL_PRINCIPAL } from "../../src/auth/principal.ts";
import { Deadlines } from "../../src/base/deadlines.ts";
import { type Limits, limitsWith } from "../../src/base/limits.ts";
import { NEWEST_LEGACY_REVISION } from "../../src/protocol/revisions.ts";
import { Dispatcher } from "../../src/rpc/dispatcher.ts";
import { Session } from "../../src/session/session.ts";
import { FakeClock } from "../helpers/fake_clock.ts";
import { FakeSink } from "../helpers/fake_sink.ts";

const PING_MS = 1_000;
// A deadline is met a tick or two late.
const PAST_PING_MS = PING_MS + 500;

function build(limits: Partial<Limits> = {}) {
  const clock = new FakeClock();
  const deadlines = new Deadlines({ clock });
  const handshake = { revision: NEWEST_LEGACY_REVISION, client: undefined, capabilities: {} };
  const lastUse = { count: 0, ms: 0 };
  const session = new Session({ id: "one", lastUse, principal: LOCAL_PRINCIPAL, handshake }, {
    clock,
    deadlines,
    dispatcher: new Dispatcher(new Map(), () => {}),
    limits: limitsWith({ pingMs: PING_MS, ...limits }),
    onDrop: () => {},
    onStoreFault: () => {},
  });
  session.markInitialized();
  return {
    deadlines,
    session,
    /** A connection that listens. */
    listen() {
      const sink = new FakeSink();
      const joining = session.streams.listen(sink);
      assert.ok(joining.kind === "joined");
      return { sink, leave: joining.detach };
    },
    /** A connection that goes on after the first event of another one. */
    comeBack(to: FakeSink) {
      const sink = new FakeSink();
      const joining = session.resume(to.events[0]?.id ?? "", sink);
      assert.ok(joining.kind === "joined");
      return { sink, leave: joining.detach };
    },
    async pass() {
      clock.advance(PAST_PING_MS);
      await setImmediate();
    },
    async answer(id: number | undefined) {
      assert.ok(id !== undefined);
      session.peer.handleResponse({ jsonrpc: "2.0", id, result: {} });
      await setImmediate();
    },
  };
}

/** The ids of the pings that a connection was sent, oldest first. */
function pings({ events }: FakeSink): number[] {
  return events.flatMap(({ data = "" }) => data === "" ? [] : [JSON.parse(data)])
    .flatMap(({ id, method }) => method === "ping" ? [id] : []);
}

Deno.test("resume() pings the primary, and listen() nobody mcp:74", () => {
  const { listen, comeBack } = build();
  const { sink } = listen();
  listen();
  assert.deepEqual(pings(sink), []);
  comeBack(sink);
  assert.deepEqual(pings(sink), [1]);
  comeBack(sink);
  assert.deepEqual(pings(sink), [1], "one ping at a time");
});

Deno.test("isAlive() asks each connection in its turn, the newest first, and keeps the last", async () => {
  const { session, listen, pass } = build();
  const sinks = [listen(), listen(), listen()].map(({ sink }) => sink);
  const isAlive = session.isAlive();
  for (const _ of sinks) await pass();
  assert.equal(await isAlive, false);
  assert.deepEqual(sinks.map((sink) => pings(sink).length), [1, 1, 1]);
  assert.deepEqual(sinks.map(({ isClosed }) => isClosed), [true, false, true]);
});

Deno.test("isAlive() takes an error for a sign of life", async () => {
  const { session, listen } = build();
  const { sink } = listen();
  listen();
  const isAlive = session.isAlive();
  const [id = 0] = pings(sink);
  const error = { code: -32601, message: "Method not found" };
  session.peer.handleResponse({ jsonrpc: "2.0", id, error });
  assert.equal(await isAlive, true);
  assert.equal(sink.isClosed, false);
});

Deno.test("isAlive() gives a connection its own time that took over while a ping waited", async () => {
  const { session, listen, pass, answer } = build();
  const first = listen();
  const second = listen();
  const isAlive = session.isAlive();
  first.leave();
  await pass();
  assert.equal(second.sink.isClosed, false);
  await answer(pings(second.sink)[0]);
  assert.equal(await isAlive, true);
});

Deno.test("isAlive() is false when the one that was asked has left and nobody came", async () => {
  const { deadlines, session, listen, pass } = build();
  const { leave } = listen();
  const isAlive = session.isAlive();
  leave();
  await pass();
  assert.equal(await isAlive, false);
  assert.equal(deadlines.size, 0);
});

Deno.test("resume() has the primary asked again when an answer was on its way", async () => {
  const { listen, comeBack, pass, answer, session } = build();
  const { sink } = listen();
  const isAlive = session.isAlive();
  const back = comeBack(sink);
  // Perhaps the last thing that the older connection brought.
  await answer(pings(sink)[0]);
  assert.equal(pings(sink).length, 2);
  await pass();
  assert.equal(sink.isClosed, true);
  await answer(pings(back.sink).at(-1));
  assert.equal(await isAlive, true);
  assert.equal(back.sink.isClosed, false);
});

Deno.test("isAlive() gives nobody up who could not be asked", async () => {
  const { session, listen } = build({ outgoingRequestsMax: 1 });
  const { sink } = listen();
  listen();
  const question = session.peer.request("roots/list");
  assert.equal(await session.isAlive(), true);
  assert.equal(sink.isClosed, false);
  session.close();
  await assert.rejects(question);
});

Deno.test("isAlive() is false at once when the session closes, and after", async () => {
  const { deadlines, session, listen } = build();
  listen();
  listen();
  const isAlive = session.isAlive();
  session.close();
  assert.equal(await isAlive, false);
  assert.equal(await session.isAlive(), false);
  assert.equal(deadlines.size, 0);
});
