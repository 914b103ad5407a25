// When sessions end: idle for too long, crowded out, over the share of their principal.

import assert from "node:assert/strict";
import { FakeClock } from "../helpers/fake_clock.ts";
import { SseReader } from "../helpers/sse_reader.ts";
import {
  assertRpcError,
  initializeRequest,
  notification,
  resultOf,
  rpc,
  testApp,
} from "../helpers/test_app.ts";

const ping = rpc("ping");

Deno.test("a session that is idle past its time ends and is forgotten mcp:55", async () => {
  const clock = new FakeClock();
  await using server = await testApp({ clock, environment: { CAR_SESSIONS_IDLE_MS: "60000" } });
  const session = await server.open();
  clock.advance(50_000);
  await resultOf(await session.post(ping));
  clock.advance(59_000);
  await resultOf(await session.post(ping));
  clock.advance(100_000);
  await assertRpcError(await session.post(ping), 404, -32001);
  assert.match(await (await server.send("GET", {}, "/metrics")).text(), /^car_sessions 0$/m);
});

Deno.test("a session with an open stream is asked for a sign of life, and lives while it gives one mcp:55", async () => {
  const clock = new FakeClock();
  const environment = { CAR_SESSIONS_IDLE_MS: "60000", CAR_LIMITS_PING_MS: "60000" };
  await using server = await testApp({ clock, environment });
  const session = await server.open();
  const stream = new SseReader(await server.send("GET", { "mcp-session-id": session.id }));
  for (let round = 0; round < 3; round++) {
    clock.advance(90_000);
    const { id, method } = await stream.next();
    assert.equal(method, "ping");
    await session.post({ jsonrpc: "2.0", id, result: {} });
  }
  clock.advance(90_000);
  assert.equal((await stream.next()).method, "ping");
  clock.advance(90_000);
  assert.deepEqual((await stream.rest()).length, 1);
  await assertRpcError(await session.post(ping), 404, -32001);
});

Deno.test("a client that comes back does not wait behind the connection it lost mcp:75 mcp:76", async () => {
  const clock = new FakeClock();
  await using server = await testApp({ clock });
  const session = await server.open();
  const headers = { "mcp-session-id": session.id };
  const lost = new SseReader(await server.send("GET", headers));
  server.app.pushToSession(session.id, notification("notifications/test", { number: 1 }));
  await lost.next();
  const again = await server.send("GET", { ...headers, "last-event-id": lost.lastId ?? "" });
  const stream = new SseReader(again);
  server.app.pushToSession(session.id, notification("notifications/test", { number: 2 }));
  // Nobody reads the first connection any more, so the ping on it brings no answer.
  clock.advance(11_000);
  const methods: string[] = [];
  while (!methods.includes("notifications/test")) methods.push((await stream.next()).method);
  server.app.pushToSession(session.id, notification("notifications/test", { number: 3 }));
  assert.equal((await lost.rest()).length, 3);
  let message = await stream.next();
  while (message.method !== "notifications/test") message = await stream.next();
  assert.equal(message.params.number, 3);
  await stream.close();
});

Deno.test("a client that listens twice and answers keeps its first connection mcp:74", async () => {
  const clock = new FakeClock();
  await using server = await testApp({ clock });
  const session = await server.open();
  const headers = { "mcp-session-id": session.id };
  const first = new SseReader(await server.send("GET", headers));
  await first.nextEvent();
  const second = await server.send("GET", { ...headers, "last-event-id": first.lastId ?? "" });
  const { id, method } = await first.next();
  assert.equal(method, "ping");
  await session.post({ jsonrpc: "2.0", id, result: {} });
  clock.advance(60_000);
  server.app.pushToSession(session.id, notification("notifications/test"));
  assert.equal((await first.next()).method, "notifications/test");
  await first.close();
  await second.body?.cancel();
});

Deno.test("a session whose last stream is gone ends when it is idle mcp:55", async () => {
  const clock = new FakeClock();
  await using server = await testApp({ clock, environment: { CAR_SESSIONS_IDLE_MS: "60000" } });
  const session = await server.open();
  const stream = await server.send("GET", { "mcp-session-id": session.id });
  await stream.body?.cancel();
  clock.advance(100_000);
  await assertRpcError(await session.post(ping), 404, -32001);
});

Deno.test("a principal has no more sessions than its share mcp:56", async () => {
  await using server = await testApp({
    environment: { CAR_LIMITS_PRINCIPAL_SESSIONS_MAX: "1" },
  });
  const first = await server.open();
  const second = await server.open();
  await assertRpcError(await first.post(ping), 404, -32001);
  await resultOf(await second.post(ping));
});

Deno.test("one session more than the limit ends the one that was idle longest mcp:56", async () => {
  const clock = new FakeClock();
  await using server = await testApp({ clock, environment: { CAR_SESSIONS_MAX: "2" } });
  const first = await server.open();
  clock.advance(1_000);
  const second = await server.open();
  clock.advance(1_000);
  await resultOf(await first.post(ping));
  const third = await server.open();
  await assertRpcError(await second.post(ping), 404, -32001);
  await resultOf(await first.post(ping));
  await resultOf(await third.post(ping));
});

Deno.test("when every session is busy a new one is refused with 503 mcp:56", async () => {
  await using server = await testApp({ environment: { CAR_SESSIONS_MAX: "1" } });
  const session = await server.open();
  const stream = await server.send("GET", { "mcp-session-id": session.id });
  await assertRpcError(await server.post(initializeRequest("2025-11-25")), 503, -32000);
  await stream.body?.cancel();
  await resultOf(await server.post(initializeRequest("2025-11-25")));
});
