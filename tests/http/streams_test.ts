// The stream on which a session's server speaks of its own accord, over GET.

import assert from "node:assert/strict";
import { FakeClock } from "../helpers/fake_clock.ts";
import { SseReader } from "../helpers/sse_reader.ts";
import { assertRpcError, resultOf, rpc, testApp } from "../helpers/test_app.ts";

const message = (text: string) => ({
  jsonrpc: "2.0",
  method: "notifications/test",
  params: { text },
});

Deno.test("GET opens an event stream that echoes the session mcp:71", async () => {
  await using server = await testApp();
  const session = await server.open();
  const stream = await server.send("GET", { "mcp-session-id": session.id });
  assert.equal(stream.status, 200);
  assert.equal(stream.headers.get("content-type"), "text/event-stream");
  assert.equal(stream.headers.get("mcp-session-id"), session.id);
  assert.match(stream.headers.get("cache-control") ?? "", /no-cache/);
  await stream.body?.cancel();
});

Deno.test("GET without a session is 400, with an unknown one 404 mcp:72 mcp:183", async () => {
  await using server = await testApp();
  await assertRpcError(await server.send("GET"), 400, -32000);
  await assertRpcError(await server.send("GET", { "mcp-session-id": "nobody" }), 404, -32001);
});

Deno.test("GET must accept an event stream mcp:73", async () => {
  await using server = await testApp();
  const session = await server.open();
  const headers = { "mcp-session-id": session.id };
  const json = { ...headers, accept: "application/json" };
  await assertRpcError(await server.send("GET", json), 406, -32000);
  const stream = await server.send("GET", { ...headers, accept: "*/*" });
  assert.equal(stream.status, 200);
  await stream.body?.cancel();
});

Deno.test("GET with an unsupported version header is 400 mcp:46", async () => {
  await using server = await testApp();
  const session = await server.open();
  const headers = { "mcp-session-id": session.id, "mcp-protocol-version": "1999-01-01" };
  await assertRpcError(await server.send("GET", headers), 400, -32000);
});

Deno.test("pushToSession() is delivered once, also what was pushed before the GET mcp:82 mcp:184", async () => {
  await using server = await testApp();
  const session = await server.open();
  const early = message("early");
  assert.equal(server.app.pushToSession(session.id, early), true);
  const stream = new SseReader(await server.send("GET", { "mcp-session-id": session.id }));
  const live = { jsonrpc: "2.0", id: 99, method: "tools/call", params: { name: "theirs" } };
  assert.equal(server.app.pushToSession(session.id, live), true);
  assert.deepEqual(await stream.next(), early);
  assert.deepEqual(await stream.next(), live);
  await stream.close();
});

Deno.test("pushToSession() is false for an unknown and for an ended session mcp:82", async () => {
  await using server = await testApp();
  const session = await server.open();
  assert.equal(server.app.pushToSession("nobody", message("x")), false);
  await server.send("DELETE", { "mcp-session-id": session.id });
  assert.equal(server.app.pushToSession(session.id, message("x")), false);
});

Deno.test("a second GET stays silent until the first is gone mcp:74 mcp:75", async () => {
  await using server = await testApp();
  const session = await server.open();
  const headers = { "mcp-session-id": session.id };
  const first = new SseReader(await server.send("GET", headers));
  const second = new SseReader(await server.send("GET", headers));
  server.app.pushToSession(session.id, message("1"));
  assert.deepEqual(await first.next(), message("1"));
  await first.close();
  server.app.pushToSession(session.id, message("2"));
  assert.deepEqual(await second.next(), message("2"));
  await second.close();
});

Deno.test("a quiet stream gets keep-alive comments and no more timers than one", async () => {
  const clock = new FakeClock();
  await using server = await testApp({ clock });
  const session = await server.open();
  const stream = new SseReader(await server.send("GET", { "mcp-session-id": session.id }));
  clock.advance(15_000);
  clock.advance(15_000);
  server.app.pushToSession(session.id, message("end"));
  await stream.next();
  assert.equal(stream.comments.filter((comment) => comment === "keep-alive").length, 2);
  await stream.close();
});

Deno.test("a reader that lags behind its buffer loses its stream, not the server mcp:84", async () => {
  await using server = await testApp({
    environment: { CAR_LIMITS_STREAM_BUFFER_BYTES_MAX: "4096" },
  });
  const slow = await server.open();
  const other = await server.open();
  const unread = await server.send("GET", { "mcp-session-id": slow.id });
  const stream = new SseReader(await server.send("GET", { "mcp-session-id": other.id }));
  const large = message("x".repeat(1_000));
  for (let push = 0; push < 10; push++) assert.ok(server.app.pushToSession(slow.id, large));
  server.app.pushToSession(other.id, message("on time"));
  assert.deepEqual(await stream.next(), message("on time"));
  const received = (await unread.text()).split("data:").length - 1;
  assert.ok(received > 0 && received < 10);
  // What the slow stream did not take waits for the next one.
  const again = new SseReader(await server.send("GET", { "mcp-session-id": slow.id }));
  assert.deepEqual(await again.next(), large);
  await Promise.all([again.close(), stream.close()]);
});

Deno.test("what a lagging reader refused goes to the next one under an id that can be resumed mcp:75 mcp:84", async () => {
  await using server = await testApp({
    environment: { CAR_LIMITS_STREAM_BUFFER_BYTES_MAX: "4096" },
  });
  const session = await server.open();
  const headers = { "mcp-session-id": session.id };
  const unread = await server.send("GET", headers);
  const shadow = new SseReader(await server.send("GET", headers));
  const numbered = (number: number) => message(`${number} ${"x".repeat(1_000)}`);
  for (let number = 1; number <= 5; number++) {
    server.app.pushToSession(session.id, numbered(number));
  }
  const taken = (await unread.text()).split("data: {").length - 1;
  assert.ok(taken > 0 && taken < 4);
  assert.deepEqual(await shadow.next(), numbered(taken + 1));
  const refusedId = shadow.lastId ?? "";
  await shadow.close();
  const again = new SseReader(await server.send("GET", { ...headers, "last-event-id": refusedId }));
  assert.deepEqual(await again.next(), numbered(taken + 2));
  await again.close();
});

Deno.test("a message that is larger than the buffer of a stream comes first on one mcp:84", async () => {
  await using server = await testApp({
    environment: { CAR_LIMITS_STREAM_BUFFER_BYTES_MAX: "1024" },
  });
  const session = await server.open();
  const headers = { "mcp-session-id": session.id };
  const large = (text: string) => message(`${text} ${"x".repeat(2_000)}`);
  server.app.pushToSession(session.id, large("first"));
  server.app.pushToSession(session.id, large("second"));
  const cut = new SseReader(await server.send("GET", headers));
  assert.deepEqual(await cut.rest(), [large("first")]);
  const lastId = cut.lastId ?? "";
  const again = new SseReader(await server.send("GET", { ...headers, "last-event-id": lastId }));
  assert.deepEqual(await again.next(), large("second"));
  await again.close();
});

Deno.test("a posted response to a question that is not there is accepted and ignored mcp:51", async () => {
  await using server = await testApp();
  const [one, two] = [await server.open(), await server.open()];
  const stream = new SseReader(await server.send("GET", { "mcp-session-id": one.id }));
  for (const session of [one, two]) {
    const accepted = await session.post({ jsonrpc: "2.0", id: 99, result: {} });
    assert.equal(accepted.status, 202);
    assert.equal(await accepted.text(), "");
  }
  await resultOf(await one.post(rpc("ping")));
  await stream.close();
});

Deno.test("pushToSession() is false for what is no JSON or is a response, and never throws mcp:71 mcp:82", async () => {
  await using server = await testApp();
  const session = await server.open();
  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;
  const response = { jsonrpc: "2.0", id: 1, result: {} };
  const thrower = {
    get method(): string {
      throw new Error("no");
    },
  };
  const refused = [
    cycle,
    { value: 1n },
    thrower,
    undefined,
    () => {},
    response,
    [message("x"), response],
    { ...response, method: null },
    { ...response, method: "x" },
    { jsonrpc: "2.0", id: 1, error: { code: 1, message: "m" } },
    { toJSON: () => response },
  ];
  for (const payload of refused) assert.equal(server.app.pushToSession(session.id, payload), false);
  assert.equal(server.app.pushToSession(session.id, { x: 1 }), true);
  const stream = new SseReader(await server.send("GET", { "mcp-session-id": session.id }));
  assert.deepEqual(await stream.next(), { x: 1 });
  await stream.close();
});

Deno.test("disconnectListener() tells a time that clients understand", async () => {
  await using server = await testApp();
  const session = await server.open();
  for (const [given, told] of [[-1.5, 0], [12.7, 13], [NaN, 600_000], [Infinity, 600_000]]) {
    const stream = new SseReader(await server.send("GET", { "mcp-session-id": session.id }));
    await stream.nextEvent();
    server.app.disconnectListener(session.id, given);
    await stream.rest();
    assert.equal(stream.retryMs, told);
  }
});
