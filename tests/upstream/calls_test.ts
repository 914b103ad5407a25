import assert from "node:assert/strict";
import { openAsking, TAKES_STREAMS } from "../helpers/asking_session.ts";
import { type Mounted, mounted } from "../helpers/mounted.ts";
import { SseReader } from "../helpers/sse_reader.ts";
import { call, notification, resultOf, rpc } from "../helpers/test_app.ts";
import type { ToolResult } from "../helpers/use_tool.ts";

async function listedNames({ server }: Mounted): Promise<string[]> {
  const { tools } = await resultOf(await server.post(rpc("tools/list")));
  return tools.map(({ name }: ToolResult) => name).filter((name: string) => /^mcp_/.test(name));
}

Deno.test("a mounted tool is listed under its server's name and answers as the server does", async () => {
  await using box = await mounted({ box: { tools: ["echo", "fail", "refuse"] } });
  assert.deepEqual(await listedNames(box), ["mcp_box_echo", "mcp_box_fail", "mcp_box_refuse"]);
  const session = await box.server.open();
  assert.deepEqual(await resultOf(await session.post(call("mcp_box_echo", { a: 1 }))), {
    content: [{ type: "text", text: '{"a":1}' }],
    structuredContent: { a: 1 },
  });
  assert.equal((await box.call("echo", { a: 1 })).content[0].text, '{"a":1}');
  assert.equal((await box.call("mcp_box_fail")).isError, true);
  const refused = await box.call("mcp_box_refuse");
  assert.equal(refused.isError, true);
  assert.equal(refused.content[0].text, 'Server "box" answered with error -32602: Not like that');
});

Deno.test("two servers may have a tool of one name, and every page is listed mcp:162", async () => {
  const many = Array.from({ length: 5 }, (_, at) => ({ name: `page-${at}`, description: "P" }));
  await using box = await mounted({
    one: { tools: ["echo", "process", ...many], pageSize: 2 },
    two: { tools: ["process"] },
  });
  assert.deepEqual(await listedNames(box), [
    "mcp_one_echo",
    ...many.map(({ name }) => `mcp_one_${name}`),
    "mcp_one_process",
    "mcp_two_process",
  ]);
  const processes = [await box.answer("mcp_one_process"), await box.answer("mcp_two_process")];
  assert.notEqual(processes[0], processes[1]);
  const { error } = await (await box.server.post(call("process"))).json();
  assert.equal(error.code, -32602);
});

Deno.test("a name that grows too long is cut in a stable way and can be called mcp:162", async () => {
  const name = `echo_${"x".repeat(100)}`;
  const other = `${name}y`;
  await using box = await mounted({
    box: { tools: [name, other].map((each) => ({ name: each, description: "D" })) },
  });
  const names = await listedNames(box);
  assert.equal(new Set(names).size, 2);
  for (const each of names) assert.match(each, /^mcp_box_echo_x{40,}_[0-9a-f]{8}$/);
  assert.deepEqual(names.map((each) => each.length), [64, 64]);
  assert.deepEqual(await box.answer(names[0] ?? "", { does: "echo" }), { does: "echo" });
});

Deno.test("calls of one child run side by side and get their own answers", async () => {
  await using box = await mounted({ box: { tools: ["hold", "release"] } });
  const calls = Array.from({ length: 20 }, (_, at) => box.answer("mcp_box_hold", { at }));
  await box.call("mcp_box_release");
  assert.deepEqual(await Promise.all(calls), calls.map((_, at) => ({ at })));
});

Deno.test("a cancelled call drops its own wait, and the child is told", async () => {
  await using box = await mounted({ box: { tools: ["hold", "release", "cancelled", "echo"] } });
  const session = await box.server.open();
  const stream = new SseReader(
    await session.post(call("mcp_box_hold", { n: 1 }, "one"), TAKES_STREAMS),
  );
  const other = session.post(call("mcp_box_hold", { n: 2 }, "two"));
  await session.post(notification("notifications/cancelled", { requestId: "one" }));
  assert.deepEqual(await stream.rest(), []);
  const told = await box.answer("mcp_box_cancelled");
  assert.equal(told.length, 1);
  // The late answer of the cancelled call finds nobody, and nobody else gets it.
  await box.call("mcp_box_release");
  assert.equal((await resultOf(await other)).content[0].text, '{"n":2}');
  assert.deepEqual(await box.answer("mcp_box_echo", { n: 3 }), { n: 3 });
});

Deno.test("progress of a child goes to the caller that wants it", async () => {
  await using box = await mounted({ box: { tools: ["progress"] } });
  const session = await box.server.open();
  const request = call("mcp_box_progress");
  Object.assign(request.params as object, { _meta: { progressToken: "mine" } });
  const stream = new SseReader(await session.post(request, TAKES_STREAMS));
  const messages = await stream.rest() as { params?: unknown; result?: ToolResult }[];
  assert.deepEqual(messages.slice(0, 2).map(({ params }) => params), [
    { progressToken: "mine", progress: 1, total: 2 },
    { progressToken: "mine", progress: 2, total: 2 },
  ]);
  assert.equal(messages[2]?.result.content[0].text, '"told"');
  assert.equal(await box.answer("mcp_box_progress"), "unasked");
});

Deno.test("log messages of a child go to the caller that wants them", async () => {
  await using box = await mounted({ box: { tools: ["log"] } });
  const session = await box.server.open();
  await resultOf(await session.post(rpc("logging/setLevel", { level: "warning" })));
  const stream = new SseReader(await session.post(call("mcp_box_log"), TAKES_STREAMS));
  const [message] = await stream.rest() as { params: unknown }[];
  assert.deepEqual(message?.params, { level: "error", logger: "box/x", data: "ouch" });
});

Deno.test("a list that changes is listed again, and sessions are told", async () => {
  await using box = await mounted({ box: { tools: ["relist"] } });
  const session = await box.server.open();
  const listening = new SseReader(
    await box.server.send("GET", { accept: "text/event-stream", "mcp-session-id": session.id }),
  );
  await box.call("mcp_box_relist", { tools: ["echo"] });
  assert.equal((await listening.next()).method, "notifications/tools/list_changed");
  assert.deepEqual(await listedNames(box), ["mcp_box_echo"]);
  await listening.close();
});

Deno.test("a question of a child goes to the caller that declared it, others are declined", async () => {
  await using box = await mounted({ box: { tools: ["ask"] } });
  const form = {
    method: "elicitation/create",
    params: { message: "Who?", requestedSchema: { type: "object", properties: {} } },
  };
  const asking = await openAsking(box.server, { capabilities: { elicitation: {} } });
  const stream = new SseReader(await asking.post(call("mcp_box_ask", form), TAKES_STREAMS));
  const question = await stream.next();
  assert.equal(question.params.message, "Who?");
  await asking.post({ jsonrpc: "2.0", id: question.id, result: { action: "accept", content: {} } });
  const told = JSON.parse((await stream.next()).result.content[0].text);
  assert.deepEqual(told.result, { action: "accept", content: {} });
  assert.deepEqual((await box.answer("mcp_box_ask", form)).result, { action: "decline" });
  assert.deepEqual((await box.answer("mcp_box_ask", { method: "roots/list" })).result, {
    roots: [],
  });
  const sampling = await box.answer("mcp_box_ask", { method: "sampling/createMessage" });
  assert.equal(sampling.error.code, -32601);
  assert.deepEqual((await box.answer("mcp_box_ask", { method: "ping" })).result, {});
});
