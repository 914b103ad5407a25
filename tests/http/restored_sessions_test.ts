// What may be in the way of a session that an earlier process kept: no room, its age, a bad row.

import assert from "node:assert/strict";
import type { SessionStore } from "../../src/session/ports.ts";
import { FakeClock } from "../helpers/fake_clock.ts";
import { createNaiveSessions } from "../helpers/naive_sessions.ts";
import { SseReader } from "../helpers/sse_reader.ts";
import { storedEvent, storedSession } from "../helpers/stored_sessions.ts";
import { talkingTool } from "../helpers/talking_tool.ts";
import { assertRpcError, call, notification, resultOf, rpc, testApp } from "../helpers/test_app.ts";

const BOTH = { accept: "application/json, text/event-stream" };
const ping = rpc("ping");

/** A store with one session that was heard of just now. */
function storeWith(clock: FakeClock, id = "kept"): SessionStore {
  const store = createNaiveSessions();
  store.saveSession(storedSession(id, { lastUsedMs: clock.now() }));
  return store;
}

Deno.test("a kept session waits where there is no room, and is not told that it is over", async () => {
  const clock = new FakeClock();
  const sessionStore = storeWith(clock);
  await using server = await testApp({
    clock,
    sessionStore,
    environment: { CAR_SESSIONS_MAX: "1" },
  });
  const busy = await server.open();
  const stream = await server.send("GET", { "mcp-session-id": busy.id });
  const headers = { "mcp-session-id": "kept" };
  await assertRpcError(await server.post(ping, headers), 503, -32000);
  await assertRpcError(await server.send("GET", headers), 503, -32000);
  await assertRpcError(await server.send("DELETE", headers), 503, -32000);
  await stream.body?.cancel();
  await resultOf(await server.post(ping, headers));
});

Deno.test("a session that cannot be made of what is kept is over, and the fault is reported", async () => {
  const clock = new FakeClock();
  const sessionStore = storeWith(clock);
  const broken = { name: "1.tagtag", requestIds: "no JSON", endedMs: undefined };
  sessionStore.saveStream("kept", broken);
  const lines: string[] = [];
  await using server = await testApp({ clock, sessionStore, writeLog: (line) => lines.push(line) });
  const headers = { "mcp-session-id": "kept" };
  for (let round = 0; round < 2; round++) {
    await assertRpcError(await server.post(ping, headers), 404, -32001);
  }
  assert.equal(sessionStore.count(), 0);
  assert.equal(lines.filter((line) => line.includes('"where":"sessions"')).length, 1);
});

Deno.test("a finished stream keeps its time over a restart mcp:78 mcp:79", async () => {
  const clock = new FakeClock();
  const sessionStore = storeWith(clock);
  const name = "1.tagtag";
  sessionStore.saveStream("kept", { name, requestIds: "", endedMs: clock.now() - 50_000 });
  const events = [{ index: 1, json: "" }, {
    index: 2,
    json: '{"jsonrpc":"2.0","id":1,"result":{}}',
  }];
  for (const { index, json } of events) {
    sessionStore.saveEvent("kept", storedEvent(index, { index, json, stream: name }));
  }
  await using server = await testApp({ clock, sessionStore });
  const headers = { "mcp-session-id": "kept", "last-event-id": `1/${name}` };
  const stream = new SseReader(await server.send("GET", headers));
  assert.equal((await stream.rest()).length, 1);
  clock.advance(11_000);
  await assertRpcError(await server.send("GET", headers), 400, -32000);
});

Deno.test("numbers given out after a restart name nothing from before it mcp:81", async () => {
  const clock = new FakeClock();
  const parts = {
    clock,
    sessionStore: createNaiveSessions(),
    tools: [
      talkingTool("speaks", (context) => context.log("info", "spoken")),
      talkingTool("asks", (context) => context.ask({ kind: "roots" })),
    ],
  };
  const names = new Set<string | undefined>();
  const questions = new Set<unknown>();
  let id = "";
  for (let process = 0; process < 3; process++) {
    await using server = await testApp(parts);
    if (process === 0) {
      const opened = await server.post({
        ...rpc("initialize", {
          protocolVersion: "2025-11-25",
          capabilities: { roots: {} },
          clientInfo: { name: "test", version: "1" },
        }),
      });
      id = opened.headers.get("mcp-session-id") ?? "";
      await opened.body?.cancel();
      await server.post(notification("notifications/initialized"), { "mcp-session-id": id });
    }
    const headers = { "mcp-session-id": id, ...BOTH };
    for (const tool of ["speaks", "speaks"]) {
      const stream = new SseReader(await server.post(call(tool), headers));
      await stream.rest();
      names.add(stream.lastId?.split("/")[1]);
    }
    const asking = new SseReader(await server.post(call("asks", {}, 7), headers));
    questions.add((await asking.next()).id);
    await server.post(notification("notifications/cancelled", { requestId: 7 }), headers);
    await asking.rest();
  }
  assert.equal(names.size, 6);
  assert.equal(questions.size, 3);
});

Deno.test("a stop notes when sessions were last heard of, a start drops the idle ones", async () => {
  const clock = new FakeClock();
  const sessionStore = createNaiveSessions();
  let id = "";
  {
    await using server = await testApp({ clock, sessionStore });
    ({ id } = await server.open());
    clock.advance(25 * 60_000);
    await resultOf(await server.post(ping, { "mcp-session-id": id }));
  }
  clock.advance(10 * 60_000);
  {
    await using server = await testApp({ clock, sessionStore });
    await resultOf(await server.post(ping, { "mcp-session-id": id }));
  }
  clock.advance(31 * 60_000);
  await using _server = await testApp({ clock, sessionStore });
  assert.equal(sessionStore.count(), 0);
});

Deno.test("nothing of a stream is kept once it is forgotten", async () => {
  const clock = new FakeClock();
  const sessionStore = createNaiveSessions();
  const speaks = talkingTool("speaks", (context) => context.log("info", "spoken"));
  await using server = await testApp({ clock, sessionStore, tools: [speaks] });
  const session = await server.open();
  await new SseReader(await session.post(call("speaks"), BOTH)).rest();
  clock.advance(61_000);
  const kept = sessionStore.takeSession(session.id, "local");
  assert.deepEqual([kept?.streams, kept?.events], [[], []]);
});
