// A POST whose handler speaks before it answers, or takes its time: its answer is an event stream.

import assert from "node:assert/strict";
import type { CallContext } from "../../src/rpc/context.ts";
import { FakeClock } from "../helpers/fake_clock.ts";
import { SseReader } from "../helpers/sse_reader.ts";
import { talkingTool } from "../helpers/talking_tool.ts";
import { call, notification, resultOf, rpc, type TestApp, testApp } from "../helpers/test_app.ts";

const BOTH = { accept: "application/json, text/event-stream" };

const counts = talkingTool("counts", (context) => {
  for (const progress of [1, NaN, 2, 2, 1, 3, Infinity]) {
    context.progress({ progress, total: 3, message: "on" });
  }
  return "counted";
});

/** A tool that says one thing, then waits to be told. */
function waiting() {
  const opened = Promise.withResolvers<void>();
  const contexts: CallContext[] = [];
  const tool = talkingTool("waits", async (context) => {
    contexts.push(context);
    context.log("info", "begun");
    await opened.promise;
    context.log("info", "nearly done");
    return "done";
  });
  return { tool, contexts, open: () => opened.resolve() };
}

function counting(id: string | number, progressToken: string | number) {
  return rpc("tools/call", { name: "counts", arguments: {}, _meta: { progressToken } }, id);
}

async function resume(server: TestApp, session: string, lastEventId: string | undefined) {
  return await server.send("GET", {
    "mcp-session-id": session,
    "last-event-id": lastEventId ?? "",
  });
}

Deno.test("a call that reports progress answers with a stream: priming, progress, answer, end mcp:61 mcp:64", async () => {
  await using server = await testApp({ tools: [counts] });
  const session = await server.open();
  const response = await session.post(counting("c", "token"), BOTH);
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("content-type"), "text/event-stream");
  assert.match(response.headers.get("cache-control") ?? "", /no-cache/);
  assert.equal(response.headers.get("x-accel-buffering"), "no");
  assert.equal(response.headers.get("mcp-session-id"), session.id);
  const stream = new SseReader(response);
  const priming = await stream.nextEvent();
  assert.equal(priming?.data, "");
  assert.match(priming?.id ?? "", /^\d+\/1\.[0-9a-z]+$/);
  assert.equal(priming?.retryMs, 3_000);
  for (const progress of [1, 2, 3]) {
    assert.deepEqual(await stream.next(), {
      jsonrpc: "2.0",
      method: "notifications/progress",
      params: { progressToken: "token", progress, total: 3, message: "on" },
    });
  }
  const answer = await stream.next();
  assert.deepEqual([answer.id, answer.result.structuredContent], ["c", { said: "counted" }]);
  assert.equal(await stream.nextEvent(), undefined);
});

Deno.test("older revisions get no empty event, and the oldest no words with the progress mcp:62", async () => {
  await using server = await testApp({ tools: [counts] });
  for (const [revision, message] of [["2025-06-18", "on"], ["2024-11-05", undefined]] as const) {
    const session = await server.open(revision);
    const stream = new SseReader(await session.post(counting(1, 7), BOTH));
    const first = await stream.nextEvent();
    assert.ok(first?.id);
    const { params } = JSON.parse(first.data ?? "");
    assert.deepEqual([params.progress, params.message], [1, message]);
    assert.equal((await stream.rest()).length, 3);
  }
});

Deno.test("a call without a token reports no progress and answers in plain JSON mcp:64", async () => {
  await using server = await testApp({ tools: [counts] });
  const session = await server.open();
  const response = await session.post(call("counts"), BOTH);
  assert.match(response.headers.get("content-type") ?? "", /application\/json/);
  assert.deepEqual((await resultOf(response)).structuredContent, { said: "counted" });
});

Deno.test("a client that takes JSON alone never gets a stream mcp:20", async () => {
  await using server = await testApp({ tools: [counts] });
  const session = await server.open();
  for (const accept of ["application/json", "*/*"]) {
    const response = await session.post(counting(1, 7), { accept });
    assert.deepEqual((await resultOf(response)).structuredContent, { said: "counted" });
  }
});

Deno.test("an answer that takes its time becomes a stream, and stays JSON before that", async () => {
  const clock = new FakeClock();
  const { tool, open, contexts } = waiting();
  const patient = talkingTool("patient", async (context) => {
    contexts.push(context);
    await new Promise<void>((resolve) => clock.after(150, resolve));
    return "soon";
  });
  const slow = talkingTool("slow", async () => {
    await new Promise<void>((resolve) => clock.after(5_000, resolve));
    return "late";
  });
  await using server = await testApp({ clock, tools: [tool, patient, slow] });
  const session = await server.open();
  const soon = session.post(call("patient", {}, 1), BOTH);
  const late = session.post(call("slow", {}, 2), BOTH);
  while (clock.timers < 5) await new Promise((resolve) => setImmediate(resolve));
  clock.advance(150);
  assert.equal((await resultOf(await soon)).structuredContent.said, "soon");
  clock.advance(150);
  const stream = new SseReader(await late);
  assert.equal((await stream.nextEvent())?.data, "");
  clock.advance(5_000);
  assert.equal((await stream.next()).result.structuredContent.said, "late");
  open();
});

Deno.test("three calls at once have three streams, each with its own answer mcp:63", async () => {
  const { tool, open } = waiting();
  await using server = await testApp({ tools: [tool] });
  const session = await server.open();
  const streams = await Promise.all(
    [1, 2, 3].map(async (id) => new SseReader(await session.post(call("waits", {}, id), BOTH))),
  );
  open();
  const names = new Set<string | undefined>();
  for (const [at, stream] of streams.entries()) {
    const messages = await stream.rest() as { id?: number }[];
    names.add(stream.lastId?.split("/")[1]);
    assert.deepEqual(messages.map(({ id }) => id), [undefined, undefined, at + 1]);
  }
  assert.equal(names.size, 3);
});

Deno.test("a dropped connection does not end the call: its answer waits for the resume mcp:68 mcp:77", async () => {
  const { contexts, tool, open } = waiting();
  await using server = await testApp({ tools: [tool] });
  const session = await server.open();
  const first = new SseReader(await session.post(call("waits", {}, 5), BOTH));
  assert.equal((await first.next()).params.data, "begun");
  await first.close();
  assert.equal(contexts[0]?.signal.aborted, false);
  const again = new SseReader(await resume(server, session.id, first.lastId));
  open();
  assert.equal((await again.next()).params.data, "nearly done");
  assert.equal((await again.next()).id, 5);
  assert.equal(await again.nextEvent(), undefined);
});

Deno.test("an answer that nobody was there to read is kept for a minute mcp:68 mcp:78 mcp:79", async () => {
  const clock = new FakeClock();
  const { tool, open } = waiting();
  await using server = await testApp({ clock, tools: [tool] });
  const session = await server.open();
  const first = new SseReader(await session.post(call("waits", {}, 5), BOTH));
  await first.next();
  await first.close();
  open();
  const seen = first.lastId;
  let again = new SseReader(await resume(server, session.id, seen));
  assert.deepEqual((await again.rest() as { id?: number }[]).map(({ id }) => id), [undefined, 5]);
  clock.advance(59_000);
  again = new SseReader(await resume(server, session.id, seen));
  assert.equal((await again.rest()).length, 2);
  clock.advance(2_000);
  assert.equal((await resume(server, session.id, seen)).status, 400);
});

Deno.test("notifications/cancelled stops the work; the stream ends without an answer mcp:69", async () => {
  const { contexts, tool } = waiting();
  await using server = await testApp({ tools: [tool] });
  const session = await server.open();
  const stream = new SseReader(await session.post(call("waits", {}, 5), BOTH));
  await stream.next();
  await session.post(notification("notifications/cancelled", { requestId: 5 }));
  assert.equal(contexts[0]?.signal.aborted, true);
  assert.deepEqual(await stream.rest(), []);
  assert.equal(contexts[0]?.log("error", "too late"), false);
});

Deno.test("a client that comes back for a cancelled call is told to stop mcp:69 mcp:78", async () => {
  const { tool } = waiting();
  await using server = await testApp({ tools: [tool] });
  const session = await server.open();
  const stream = new SseReader(await session.post(call("waits", {}, 5), BOTH));
  await session.post(notification("notifications/cancelled", { requestId: 5 }));
  await stream.rest();
  const response = await resume(server, session.id, stream.lastId);
  assert.equal(response.status, 204);
  assert.equal(response.headers.get("mcp-session-id"), session.id);
  assert.equal(response.body, null);
});

Deno.test("a call may end its connection: the client is told when to come back for the rest mcp:70", async () => {
  const opened = Promise.withResolvers<void>();
  const polled = talkingTool("polled", async (context) => {
    const couldLeave = context.disconnect(20);
    await opened.promise;
    return couldLeave;
  });
  await using server = await testApp({ tools: [polled] });
  const session = await server.open();
  const first = new SseReader(await session.post(call("polled", {}, 9), BOTH));
  assert.deepEqual(await first.rest(), []);
  assert.equal(first.retryMs, 20);
  opened.resolve();
  const again = new SseReader(await resume(server, session.id, first.lastId));
  assert.equal((await again.next()).id, 9);
  const older = await server.open("2025-06-18");
  const plain = await older.post(call("polled", {}, 9), BOTH);
  assert.equal((await resultOf(plain)).structuredContent.said, false);
});

Deno.test("logging/setLevel decides which messages a session hears mcp:65", async () => {
  const logs = talkingTool("logs", (context) => {
    for (const level of ["debug", "info", "warning", "emergency"] as const) {
      context.log(level, { level }, "test");
    }
  });
  await using server = await testApp({ tools: [logs] });
  const session = await server.open();
  const heard = async () => {
    const stream = new SseReader(await session.post(call("logs"), BOTH));
    const messages = await stream.rest() as { params?: { level: string } }[];
    return messages.slice(0, -1).map(({ params }) => params?.level);
  };
  assert.deepEqual(await heard(), ["info", "warning", "emergency"]);
  assert.deepEqual(
    await resultOf(await session.post(rpc("logging/setLevel", { level: "warning" }))),
    {},
  );
  assert.deepEqual(await heard(), ["warning", "emergency"]);
  for (const level of ["loud", 3, undefined]) {
    const response = await session.post(rpc("logging/setLevel", { level }));
    assert.equal((await response.json()).error.code, -32602);
  }
  const sessionless = await server.post(rpc("logging/setLevel", { level: "info" }));
  assert.equal((await sessionless.json()).error.code, -32000);
});

Deno.test("what a call logs reaches the common stream when its client takes JSON alone", async () => {
  const logs = talkingTool("logs", (context) => context.log("info", "seen"));
  await using server = await testApp({ tools: [logs] });
  const session = await server.open();
  assert.equal((await resultOf(await session.post(call("logs")))).structuredContent.said, true);
  const common = new SseReader(await server.send("GET", { "mcp-session-id": session.id }));
  assert.equal((await common.next()).params.data, "seen");
  await common.close();
});

Deno.test("the calls of a batch share one stream, each with an answer of its own mcp:58", async () => {
  await using server = await testApp({ tools: [counts] });
  const session = await server.open("2025-03-26");
  const batch = [counting("a", "t1"), counting("b", "t2"), rpc("ping", undefined, "p")];
  const stream = new SseReader(await session.post(batch, BOTH));
  const messages = await stream.rest() as { id?: string }[];
  assert.equal(messages.length, 6 + 3);
  assert.deepEqual(messages.slice(6).map(({ id }) => id), ["a", "b", "p"]);
});

Deno.test("progress and cancellations that an embedder pushes go to the stream of their call", async () => {
  const { tool, open } = waiting();
  await using server = await testApp({ tools: [tool] });
  const session = await server.open();
  const common = new SseReader(await server.send("GET", { "mcp-session-id": session.id }));
  const params = { name: "waits", arguments: {}, _meta: { progressToken: "mine" } };
  const stream = new SseReader(await session.post(rpc("tools/call", params, 3), BOTH));
  await stream.next();
  const progress = notification("notifications/progress", { progressToken: "mine", progress: 1 });
  const stray = notification("notifications/progress", { progressToken: "else", progress: 1 });
  for (const none of [Infinity, "2", true, null, undefined]) {
    const params = { progressToken: "mine", progress: none };
    const payload = notification("notifications/progress", params);
    assert.equal(server.app.pushToSession(session.id, payload), false);
  }
  assert.equal(server.app.pushToSession(session.id, progress), true);
  assert.equal(server.app.pushToSession(session.id, progress), false);
  assert.equal(server.app.pushToSession(session.id, stray), true);
  assert.deepEqual(await stream.next(), progress);
  assert.deepEqual(await common.next(), stray);
  // A response belongs to its call, which gives it itself (row 71: none on the common stream).
  assert.equal(server.app.pushToSession(session.id, { jsonrpc: "2.0", id: 3, result: {} }), false);
  open();
  assert.equal((await stream.rest()).length, 2);
  await common.close();
});
