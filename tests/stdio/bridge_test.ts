// What a client at stdin and stdout sees of a bridge, with a real server behind it.

import assert from "node:assert/strict";
import { ADA, WHO } from "../helpers/asking_rounds.ts";
import { bridge, bridged, type Line } from "../helpers/bridged.ts";
import type { Inbox } from "../helpers/inbox.ts";
import { changingTools } from "../helpers/changing_tools.ts";
import { modernRequest } from "../helpers/modern_client.ts";
import { talkingTool } from "../helpers/talking_tool.ts";
import { call, initializeRequest, notification, rpc } from "../helpers/test_app.ts";

const discover = modernRequest("server/discover", {}, { id: "d" }).body;
const modernCall = (name: string, args: Record<string, unknown> = {}, id: string | number = 1) =>
  modernRequest("tools/call", { name, arguments: args }, { id, capabilities: { elicitation: {} } })
    .body;

Deno.test("a session over lines: one message a line, and nothing else mcp:150", async () => {
  await using client = await bridged();
  client.write(initializeRequest("2025-11-25"));
  const { result } = await client.answerTo("open");
  assert.equal(result.protocolVersion, "2025-11-25");
  client.write(notification("notifications/initialized"));
  client.write(call("memory_add_fact", { subject: "a", body: "one\nline\r\nmore" }, 7));
  assert.equal((await client.answerTo(7)).result.structuredContent.created, true);
  client.write(call("memory_query", { query: "line" }, "8"));
  const [fact] = (await client.answerTo("8")).result.structuredContent.facts;
  assert.equal(fact.body, "one\nline\r\nmore");
  assert.equal(client.lines.all.filter((line) => "id" in line).length, 3);
});

Deno.test("stateless calls over lines, without a request of the server mcp:151", async () => {
  const tools = [talkingTool("ask", (context) => context.ask(WHO))];
  await using client = await bridged({ tools });
  client.write(discover);
  assert.deepEqual((await client.answerTo("d")).result.supportedVersions, ["2026-07-28"]);
  client.write(modernCall("ask"));
  const { resultType, requestState } = (await client.answerTo(1)).result;
  assert.equal(resultType, "input_required");
  const params = { name: "ask", arguments: {}, requestState, inputResponses: { answer: ADA } };
  client.write(
    modernRequest("tools/call", params, { id: 2, capabilities: { elicitation: {} } }).body,
  );
  assert.deepEqual((await client.answerTo(2)).result.structuredContent.said, ADA);
  assert.deepEqual(client.lines.all.filter((line) => "method" in line), []);
});

Deno.test("who has only looked around may still open a session mcp:152", async () => {
  await using client = await bridged();
  client.write(discover);
  await client.answerTo("d");
  client.write(initializeRequest("2025-06-18"));
  assert.equal((await client.answerTo("open")).result.protocolVersion, "2025-06-18");
  client.write(modernRequest("server/discover", {}, { id: "again" }).body);
  assert.ok("result" in await client.answerTo("again"));
});

Deno.test("who has called without a session cannot open one mcp:153", async () => {
  await using client = await bridged();
  client.write(modernCall("memory_query", { query: "x" }));
  await client.answerTo(1);
  client.write(initializeRequest("2025-11-25"));
  const { error } = await client.answerTo("open");
  assert.equal(error.code, -32022);
  assert.deepEqual(error.data.supported, ["2026-07-28"]);
});

Deno.test("a line that is no message is answered, and the next one is served mcp:154", async () => {
  await using client = await bridged({ limits: { bodyBytesMax: 2_000 } });
  client.write("{broken");
  client.write("");
  client.write("   ");
  client.write(`${JSON.stringify(rpc("ping", {}, 1))}\r`);
  client.write(JSON.stringify(rpc("ping", { filler: "x".repeat(3_000) }, 2)));
  client.write({ jsonrpc: "2.0", id: null, method: "ping" });
  client.write(rpc("ping", {}, 3));
  assert.deepEqual((await client.answerTo(3)).result, {});
  assert.deepEqual((await client.answerTo(1)).result, {});
  const codes = client.lines.all.flatMap((line) => line.id === null ? line.error.code : []);
  assert.deepEqual(codes, [-32700, -32600, -32600]);
});

for (const isModern of [false, true]) {
  Deno.test(`a ${isModern ? "stateless" : "session's"} request that is cancelled stops and has no response mcp:155`, async () => {
    const started = Promise.withResolvers<void>();
    const stopped = Promise.withResolvers<void>();
    const tool = talkingTool("wait", async ({ signal }) => {
      signal.addEventListener("abort", () => stopped.resolve(), { once: true });
      started.resolve();
      await stopped.promise;
    });
    await using client = await bridged({ tools: [tool] });
    if (!isModern) {
      client.write(initializeRequest("2025-11-25"));
      await client.answerTo("open");
      client.write(notification("notifications/initialized"));
    }
    client.write(isModern ? modernCall("wait", {}, 9) : call("wait", {}, 9));
    await started.promise;
    client.write(notification("notifications/cancelled", { requestId: 9 }));
    await stopped.promise;
    client.write(isModern ? modernCall("memory_query", { query: "" }, 10) : rpc("ping", {}, 10));
    await client.answerTo(10);
    await client.end();
    assert.deepEqual(client.lines.all.filter((line) => line.id === 9), []);
  });
}

Deno.test("the end of the input waits for what runs, but not for ever mcp:156", async () => {
  const gate = Promise.withResolvers<string>();
  const tools = [
    talkingTool("wait", () => gate.promise),
    talkingTool("hang", () => new Promise(() => {})),
  ];
  await using client = await bridged({ tools });
  client.write(modernCall("wait", {}, 1));
  client.write(modernCall("hang", {}, 2));
  const listening = { notifications: { toolsListChanged: true } };
  client.write(modernRequest("subscriptions/listen", listening, { id: 3 }).body);
  const ended = client.end();
  gate.resolve("done");
  assert.equal((await client.answerTo(1)).result.structuredContent.said, "done");
  let isOver = false;
  void ended.then(() => isOver = true);
  while (!isOver) {
    client.clock.advance(1_000);
    await new Promise<void>(setImmediate);
  }
  assert.deepEqual(client.lines.all.filter((line) => line.id === 2), []);
});

Deno.test("a session is asked on its lines and told of changes mcp:150", async () => {
  const source = changingTools();
  const tools = [talkingTool("ask", (context) => context.ask(WHO))];
  await using client = await bridged({ tools, toolSources: [source] });
  const initialize = initializeRequest("2025-11-25");
  Object.assign(initialize["params"] as object, { capabilities: { elicitation: {} } });
  client.write(initialize);
  await client.answerTo("open");
  client.write(notification("notifications/initialized"));
  client.write(call("ask", {}, 1));
  const asked = await nth(client.lines, ({ method }) => method === "elicitation/create");
  client.write({ jsonrpc: "2.0", id: asked.id, result: ADA });
  assert.deepEqual((await client.answerTo(1)).result.structuredContent.said, ADA);
  source.set([]);
  await nth(client.lines, ({ method }) => method === "notifications/tools/list_changed");
});

Deno.test("a listener of a stateless client is told on its lines mcp:151", async () => {
  const source = changingTools();
  await using client = await bridged({ toolSources: [source] });
  const listening = { notifications: { toolsListChanged: true } };
  client.write(modernRequest("subscriptions/listen", listening, { id: "l" }).body);
  const methods = ["notifications/subscriptions/acknowledged", "notifications/tools/list_changed"];
  await nth(client.lines, ({ method }) => method === methods[0]);
  source.set([]);
  const { params } = await nth(client.lines, ({ method }) => method === methods[1]);
  assert.equal(params._meta["io.modelcontextprotocol/subscriptionId"], "l");
});

Deno.test("stateless messages get the headers that repeat them mcp:158", async () => {
  await using client = await bridged({ headers: { "car-namespace": "here" } });
  client.write(modernCall("memory_query", { query: "x", tenant_id: "team" }, 1));
  assert.equal((await client.answerTo(1)).result.isError, undefined);
  client.write(modernCall("größe", {}, 2));
  assert.equal((await client.answerTo(2)).error.code, -32602);
  const calls = client.requests.filter(({ headers }) => headers.get("mcp-method") === "tools/call");
  const [first, second] = calls.map(({ headers }) => headers);
  assert.equal(first?.get("mcp-protocol-version"), "2026-07-28");
  assert.equal(first?.get("mcp-name"), "memory_query");
  assert.equal(first?.get("mcp-param-tenant-id"), "team");
  assert.equal(first?.get("car-namespace"), "here");
  assert.equal(second?.get("mcp-name"), "=?base64?Z3LDtsOfZQ==?=");
  // The tools were asked for once, unnoticed.
  assert.equal(client.requests.length, 3);
  assert.deepEqual(client.lines.all.map((line) => line.id), [1, 2]);
});

Deno.test("a request with an id that is in flight is refused", async () => {
  const gate = Promise.withResolvers<void>();
  await using client = await bridged({ tools: [talkingTool("wait", () => gate.promise)] });
  client.write(modernCall("wait", {}, 1));
  client.write(modernCall("wait", {}, 1));
  assert.equal((await client.answerTo(1)).error.code, -32600);
  gate.resolve();
});

Deno.test("no more than so many answers of the client are on their way at once", async () => {
  const gates: PromiseWithResolvers<Response>[] = [];
  const client = bridge(() => ({
    url: "http://127.0.0.1/mcp",
    send() {
      const gate = Promise.withResolvers<Response>();
      gates.push(gate);
      return gate.promise;
    },
  }), { limits: { sessionRequestsMax: 4 } });
  for (let id = 0; id < 10; id++) client.write({ jsonrpc: "2.0", id, result: {} });
  for (let turn = 0; turn < 50; turn++) await new Promise<void>(setImmediate);
  assert.equal(gates.length, 4);
  const ended = client.end();
  for (let told = 0; told < 10; told++) {
    while (gates[told] === undefined) await new Promise<void>(setImmediate);
    gates[told]?.resolve(new Response(null, { status: 202 }));
  }
  await ended;
  assert.equal(gates.length, 10);
});

/** The first line of that kind. */
async function nth(lines: Inbox<Line>, is: (line: Line) => boolean): Promise<Line> {
  for (let count = 1;; count++) {
    const found = (await lines.until(count)).find(is);
    if (found !== undefined) return found;
  }
}
