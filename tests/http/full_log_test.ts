// Clients of a session whose log is full, mostly under the standard bounds: what they must still get.

import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import type { CallContext } from "../../src/rpc/context.ts";
import { SseReader } from "../helpers/sse_reader.ts";
import { talkingTool } from "../helpers/talking_tool.ts";
import { notification, rpc, type TestApp, testApp } from "../helpers/test_app.ts";

const BOTH = { accept: "application/json, text/event-stream" };
const EVENTS_MAX = 1_024;
const BYTES_MAX = 1_024 * 1_024;
// It stands in an answer twice, as a text and as a value.
const LARGE = "x".repeat(400_000);

/** A tool that speaks, waits until its client is gone or has come, and ends as told. */
function scripted(end: (context: CallContext) => unknown) {
  const gate = Promise.withResolvers<void>();
  const tool = talkingTool("scripted", async (context) => {
    context.log("info", "begun");
    await gate.promise;
    return end(context);
  });
  return {
    tool,
    /** Lets the calls go on, and waits until those that run have answered. */
    async open() {
      gate.resolve();
      await setImmediate();
    },
  };
}

function calling(id: string) {
  return rpc("tools/call", { name: "scripted", arguments: {}, _meta: { progressToken: id } }, id);
}

async function get(server: TestApp, session: string, lastEventId?: string): Promise<SseReader> {
  const last = lastEventId === undefined ? {} : { "last-event-id": lastEventId };
  const response = await server.send("GET", { "mcp-session-id": session, ...last });
  assert.equal(response.status, 200);
  return new SseReader(response);
}

/** The id of the priming event of a stream whose connection is cut then. */
async function cutAfterPriming(response: Response): Promise<string> {
  const stream = new SseReader(response);
  const priming = await stream.nextEvent();
  assert.equal(priming?.data, "");
  await stream.close();
  return priming?.id ?? "";
}

/** What a call said, as far as it is an answer. */
// deno-lint-ignore no-explicit-any
async function answerOn(stream: SseReader): Promise<any> {
  return (await stream.rest()).at(-1);
}

Deno.test("a client that was cut gets the answer of a call that reported more than is kept mcp:68 mcp:78", async () => {
  const { tool, open } = scripted((context) => {
    for (let progress = 1; progress <= 3 * EVENTS_MAX; progress++) context.progress({ progress });
    return "answer";
  });
  await using server = await testApp({ tools: [tool] });
  const session = await server.open();
  const priming = await cutAfterPriming(await session.post(calling("chatty"), BOTH));
  await open();
  const messages = await (await get(server, session.id, priming)).rest();
  assert.equal(messages.length, EVENTS_MAX);
  assert.equal((messages.at(-1) as { id: unknown }).id, "chatty");
});

Deno.test("a burst that is too much for the connection ends it, not the answer mcp:68 mcp:84", async () => {
  const flood = talkingTool("scripted", async (context) => {
    for (let count = 0; count < 3_000; count++) context.log("info", "f".repeat(1_000));
    await Promise.resolve();
    return "answer";
  });
  await using server = await testApp({ tools: [flood] });
  const session = await server.open();
  let stream = new SseReader(await session.post(calling("flood"), BOTH));
  const isAnswered = async () => (await answerOn(stream)).id === "flood";
  assert.equal(await isAnswered(), false);
  stream = await get(server, session.id, stream.lastId);
  // What is kept of the burst is too much for one connection, too.
  assert.equal(await isAnswered(), false);
  stream = await get(server, session.id, stream.lastId);
  assert.equal(await isAnswered(), true);
});

Deno.test("an answer that waits is not pushed out by a large one that is read mcp:68 mcp:78", async () => {
  const { tool, open } = scripted(() => LARGE);
  await using server = await testApp({ tools: [tool] });
  const session = await server.open();
  const priming = await cutAfterPriming(await session.post(calling("cut"), BOTH));
  await open();
  const read = await answerOn(new SseReader(await session.post(calling("read"), BOTH)));
  assert.equal(read.id, "read");
  const answer = await answerOn(await get(server, session.id, priming));
  assert.deepEqual([answer.id, answer.result.structuredContent.said.length], ["cut", LARGE.length]);
});

Deno.test("an answer that is too large to wait is replaced by an error mcp:68", async () => {
  const { tool, open } = scripted(() => "x".repeat(BYTES_MAX));
  await using server = await testApp({ tools: [tool] });
  const session = await server.open();
  const priming = await cutAfterPriming(await session.post(calling("cut"), BOTH));
  await open();
  const { id, error } = await answerOn(await get(server, session.id, priming));
  assert.deepEqual([id, error.code], ["cut", -32_000]);
  assert.match(error.message, /could not be kept/);
});

Deno.test("an answer that no log could keep leaves what waits alone mcp:82", async () => {
  const { tool, open } = scripted(() => "x".repeat(BYTES_MAX));
  await using server = await testApp({ tools: [tool] });
  const session = await server.open();
  assert.equal(server.app.pushToSession(session.id, notification("notifications/a")), true);
  await open();
  const { id, result } = await answerOn(
    new SseReader(await session.post(calling("large"), BOTH)),
  );
  assert.deepEqual([id, result.structuredContent.said.length], ["large", BYTES_MAX]);
  const listener = await get(server, session.id);
  assert.equal((await listener.next()).method, "notifications/a");
  await listener.close();
});

Deno.test("pushToSession() is false for what is too large to wait, and nothing else is lost mcp:82", async () => {
  await using server = await testApp();
  const session = await server.open();
  const push = (method: string, pad = "") =>
    server.app.pushToSession(session.id, notification(method, { pad }));
  assert.equal(push("notifications/a"), true);
  assert.equal(push("notifications/b", "x".repeat(BYTES_MAX)), false);
  const listener = await get(server, session.id);
  assert.equal((await listener.next()).method, "notifications/a");
  assert.equal(push("notifications/c", "x".repeat(BYTES_MAX)), true);
  assert.equal((await listener.next()).method, "notifications/c");
  await listener.close();
});

Deno.test("a push that waits is not pushed out by calls whose streams are read mcp:82", async () => {
  const speaks = talkingTool("scripted", (context) => {
    for (let progress = 1; progress <= 100; progress++) context.progress({ progress });
  });
  await using server = await testApp({ tools: [speaks] });
  const session = await server.open();
  server.app.pushToSession(session.id, notification("notifications/precious"));
  for (let count = 0; count < 2 * EVENTS_MAX / 100; count++) {
    await (await session.post(calling(`${count}`), BOTH)).text();
  }
  const listener = await get(server, session.id);
  assert.equal((await listener.next()).method, "notifications/precious");
  await listener.close();
});

Deno.test("a client that is cut after its priming event resumes with the whole of a full log mcp:76", async () => {
  await using server = await testApp();
  const session = await server.open();
  for (let at = 0; at < EVENTS_MAX; at++) {
    server.app.pushToSession(session.id, notification("notifications/n", { at }));
  }
  const first = await server.send("GET", { "mcp-session-id": session.id });
  const listener = await get(server, session.id, await cutAfterPriming(first));
  for (let at = 0; at < EVENTS_MAX; at++) assert.equal((await listener.next()).params.at, at);
  await listener.close();
});

Deno.test("GETs that come and go push no answer out mcp:78", async () => {
  const { tool, open } = scripted(() => "answer");
  await using server = await testApp({ tools: [tool] });
  const session = await server.open();
  const priming = await cutAfterPriming(await session.post(calling("cut"), BOTH));
  await open();
  for (let count = 0; count <= EVENTS_MAX; count++) await (await get(server, session.id)).close();
  assert.equal((await answerOn(await get(server, session.id, priming))).id, "cut");
});

Deno.test("a question that waits is not pushed out by what is pushed later mcp:82", async () => {
  const environment = { CAR_LIMITS_EVENT_LOG_EVENTS_MAX: "2" };
  await using server = await testApp({ environment });
  const session = await server.open();
  for (const message of [rpc("roots/list"), notification("a"), notification("b")]) {
    assert.equal(server.app.pushToSession(session.id, message), true);
  }
  const listener = await get(server, session.id);
  assert.equal((await listener.next()).method, "roots/list");
  assert.equal((await listener.next()).method, "b");
  await listener.close();
});
