// Calls of stateless clients: what their results carry, what is said on their streams, and how they end.

import assert from "node:assert/strict";
import { FakeClock } from "../helpers/fake_clock.ts";
import { messagesOf, modernRequest, postModern, responseOf } from "../helpers/modern_client.ts";
import { SseReader } from "../helpers/sse_reader.ts";
import { talkingTool } from "../helpers/talking_tool.ts";
import { assertRpcError, resultOf, testApp } from "../helpers/test_app.ts";

const INFO_KEY = "io.modelcontextprotocol/serverInfo";

Deno.test("every result says what it is, and who answered mcp:113 mcp:115", async () => {
  await using server = await testApp();
  const called = { name: "memory_query", arguments: { query: "nothing" } };
  for (const [method, params] of [["tools/list"], ["tools/call", called]] as const) {
    const result = await resultOf(await postModern(server, method, params));
    assert.equal(result.resultType, "complete");
    assert.equal(result._meta[INFO_KEY].name, "car-mcp");
    assert.equal("ttlMs" in result, method === "tools/list");
    assert.equal("cacheScope" in result, method === "tools/list");
  }
});

Deno.test("tools/list is the same on two connections mcp:116", async () => {
  await using server = await testApp();
  const list = async () => (await resultOf(await postModern(server, "tools/list"))).tools;
  assert.deepEqual(await list(), await list());
});

Deno.test("an unknown tool is -32602 and bad arguments are a result under 200 mcp:117 mcp:118", async () => {
  await using server = await testApp();
  const unknown = await postModern(server, "tools/call", { name: "no_such_tool" });
  await assertRpcError(unknown, 200, -32602);
  const bad = { name: "memory_query", arguments: { query: 7 } };
  const { isError, content } = await resultOf(await postModern(server, "tools/call", bad));
  assert.equal(isError, true);
  assert.ok(content[0].text.includes("query"), content[0].text);
});

Deno.test("a tool that throws is a result without a word of what it threw mcp:121", async () => {
  const tool = talkingTool("throw", () => {
    throw new Error("a secret");
  });
  await using server = await testApp({ tools: [tool] });
  const result = await resultOf(await postModern(server, "tools/call", { name: "throw" }));
  assert.equal(result.isError, true);
  assert.equal(result.resultType, "complete");
  assert.ok(!JSON.stringify(result).includes("secret"));
});

Deno.test("progress comes before the result, on a stream without ids or an empty event mcp:122", async () => {
  const tool = talkingTool("work", async (context) => {
    for (const progress of [1, 2, 2, 1, 3]) context.progress({ progress, total: 3 });
    await Promise.resolve();
    return context.log("error", "not asked for");
  });
  await using server = await testApp({ tools: [tool] });
  const progressToken = "token";
  const response = await postModern(server, "tools/call", { name: "work" }, { progressToken });
  assert.equal(response.headers.get("content-type"), "text/event-stream");
  assert.equal(response.headers.get("x-accel-buffering"), "no");
  const reader = new SseReader(response);
  const events = [];
  for (let event = await reader.nextEvent(); event; event = await reader.nextEvent()) {
    assert.equal(event.id, undefined);
    assert.equal(event.retryMs, undefined);
    events.push(JSON.parse(event.data ?? ""));
  }
  const last = events.pop();
  assert.deepEqual(
    events.map(({ method, params }) => [method, params.progressToken, params.progress]),
    [1, 2, 3].map((progress) => ["notifications/progress", progressToken, progress]),
  );
  assert.equal(last.result.structuredContent.said, false);
});

Deno.test("a client that takes no stream gets the answer alone mcp:112", async () => {
  const tool = talkingTool("work", async (context) => {
    await Promise.resolve();
    return context.progress({ progress: 1 });
  });
  await using server = await testApp({ tools: [tool] });
  for (const accept of ["application/json", null]) {
    const options = { progressToken: 1, headers: { accept } };
    const response = await postModern(server, "tools/call", { name: "work" }, options);
    assert.equal(response.headers.get("content-type"), "application/json");
    assert.equal((await resultOf(response)).structuredContent.said, false);
  }
});

Deno.test("log messages come only to a request that names a level, from that level on mcp:123 mcp:124", async () => {
  const tool = talkingTool("log", async (context) => {
    await Promise.resolve();
    return ["debug", "info", "warning", "error"]
      .map((level) => context.log(level as "debug", level, "test"));
  });
  await using server = await testApp({ tools: [tool] });
  const logged = async (logLevel?: string) => {
    const options = logLevel === undefined ? {} : { logLevel };
    const messages = await messagesOf(
      await postModern(server, "tools/call", { name: "log" }, options),
    );
    assert.ok("result" in messages.pop());
    return messages.map(({ method, params }) => {
      assert.equal(method, "notifications/message");
      return params.level;
    });
  };
  assert.deepEqual(await logged(), []);
  assert.deepEqual(await logged("warning"), ["warning", "error"]);
  assert.deepEqual(await logged("debug"), ["debug", "info", "warning", "error"]);
});

Deno.test("a client that closes its stream has cancelled the call mcp:125", async () => {
  const { promise: aborted, resolve: onAborted } = Promise.withResolvers<boolean>();
  const said = Promise.withResolvers<boolean>();
  const tool = talkingTool("wait", async (context) => {
    context.progress({ progress: 1 });
    await new Promise<void>((resolve) =>
      context.signal.addEventListener("abort", () => resolve(), { once: true })
    );
    onAborted(true);
    said.resolve(context.progress({ progress: 2 }));
  });
  await using server = await testApp({ tools: [tool] });
  const options = { progressToken: 1 };
  const response = await postModern(server, "tools/call", { name: "wait" }, options);
  const reader = new SseReader(response);
  assert.equal((await reader.next()).params.progress, 1);
  await reader.close();
  assert.equal(await aborted, true);
  assert.equal(await said.promise, false);
});

Deno.test("a client that takes no stream and goes away has cancelled the call mcp:125", async () => {
  const { promise: aborted, resolve: onAborted } = Promise.withResolvers<void>();
  const started = Promise.withResolvers<void>();
  const tool = talkingTool("wait", async (context) => {
    context.signal.addEventListener("abort", () => onAborted(), { once: true });
    started.resolve();
    await aborted;
  });
  await using server = await testApp({ tools: [tool] });
  const client = new AbortController();
  const options = { headers: { accept: "application/json" } };
  const { body, headers } = modernRequest("tools/call", { name: "wait" }, options);
  const request = new Request(server.app.url, {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "content-type": "application/json", ...headers as Record<string, string> },
    signal: client.signal,
  });
  const answer = server.app.fetch(request);
  await started.promise;
  client.abort();
  await aborted;
  await (await answer).body?.cancel();
});

Deno.test("a call that takes its time is answered on a stream, and can be an error there mcp:112 mcp:126", async () => {
  const started = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const tool = talkingTool("ask", async (context) => {
    started.resolve();
    await gate.promise;
    return await context.ask({ kind: "roots" });
  });
  const clock = new FakeClock();
  await using server = await testApp({ tools: [tool], clock });
  const answer = postModern(server, "tools/call", { name: "ask" });
  await started.promise;
  clock.advance(1_000);
  const response = await answer;
  assert.equal(response.headers.get("content-type"), "text/event-stream");
  gate.resolve();
  assert.equal((await responseOf(response)).error.code, -32021);
});

Deno.test("a call that says more than its reader takes loses reports, and never its answer", async () => {
  const environment = { CAR_LIMITS_STREAM_BUFFER_BYTES_MAX: "2000" };
  const tool = talkingTool("spew", async (context) => {
    await Promise.resolve();
    return Array.from({ length: 100 }, (_, at) => context.log("error", "x".repeat(at)))
      .filter(Boolean).length;
  });
  await using server = await testApp({ tools: [tool], environment });
  const response = await postModern(server, "tools/call", { name: "spew" }, { logLevel: "debug" });
  const messages = await messagesOf(response);
  const { said } = messages.pop().result.structuredContent;
  assert.ok(said > 0 && said < 100, String(said));
  assert.equal(messages.length, said);
});
