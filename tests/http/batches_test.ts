// JSON-RPC batches, which one revision of the protocol has (rows 58 and 59).

import assert from "node:assert/strict";
import { talkingTool } from "../helpers/talking_tool.ts";
import {
  assertRpcError,
  call,
  initializeRequest,
  notification,
  rpc,
  testApp,
} from "../helpers/test_app.ts";

const ping = rpc("ping");

Deno.test("a batch in a 2025-03-26 session is answered message by message mcp:58", async () => {
  await using server = await testApp();
  const session = await server.open("2025-03-26");
  const two = await session.post([rpc("ping", {}, 1), notification("x"), rpc("no/such", {}, "b")]);
  assert.equal(two.status, 200);
  const answers = await two.json();
  assert.deepEqual(answers[0], { jsonrpc: "2.0", id: 1, result: {} });
  assert.equal(answers[1].id, "b");
  assert.equal(answers[1].error.code, -32601);
  assert.equal(answers.length, 2);
  const silent = await session.post([notification("a"), notification("b")]);
  assert.equal(silent.status, 202);
  assert.equal(await silent.text(), "");
});

Deno.test("a batch with initialize, an empty one and one too long are refused mcp:58", async () => {
  await using server = await testApp();
  const session = await server.open("2025-03-26");
  const tooLong = Array.from({ length: 51 }, (_, id) => rpc("ping", {}, id));
  for (const batch of [[initializeRequest("2025-03-26")], [], tooLong]) {
    await assertRpcError(await session.post(batch), 400, -32600);
  }
  const longest = await session.post(tooLong.slice(1));
  assert.equal((await longest.json()).length, 50);
});

Deno.test("a batch answers what is no message, and an id twice, for itself mcp:58", async () => {
  await using server = await testApp();
  const session = await server.open("2025-03-26");
  const response = await session.post([1, rpc("tools/list", {}, 4), rpc("tools/list", {}, 4)]);
  const answers = await response.json();
  assert.equal(answers[0].error.code, -32600);
  assert.ok(answers[1].result.tools);
  assert.equal(answers[2].error.code, -32600);
});

Deno.test("a sessionless batch is served under 2025-03-26 and without a version header mcp:58", async () => {
  await using server = await testApp();
  const batch = [ping];
  assert.equal((await (await server.post(batch)).json()).length, 1);
  const named = await server.post(batch, { "mcp-protocol-version": "2025-03-26" });
  assert.equal((await named.json()).length, 1);
  const newer = { "mcp-protocol-version": "2025-06-18" };
  await assertRpcError(await server.post(batch, newer), 400, -32600);
});

Deno.test("a response in a batch that answers no question is counted and ignored mcp:51 mcp:58", async () => {
  await using server = await testApp();
  const session = await server.open("2025-03-26");
  const stray = { jsonrpc: "2.0", id: 7, result: {} };
  const answers = await (await session.post([stray, ping, stray])).json();
  assert.equal(answers.length, 1);
  const metrics = await (await server.send("GET", {}, "/metrics")).text();
  assert.match(metrics, /^car_stray_responses_total 2$/m);
});

Deno.test("a batch is streamed only to a client that names event streams mcp:58", async () => {
  const speaks = talkingTool("speaks", (context) => context.log("info", "on its way"));
  await using server = await testApp({ tools: [speaks] });
  const session = await server.open("2025-03-26");
  for (const accept of ["*/*", "application/json", "text/event-stream, application/json"]) {
    const response = await session.post([call("speaks")], { accept });
    const names = accept.startsWith("text/event-stream");
    assert.equal(
      response.headers.get("content-type"),
      names ? "text/event-stream" : "application/json",
    );
    await response.text();
  }
});

Deno.test("a batch in another revision is refused mcp:59", async () => {
  await using server = await testApp();
  for (const revision of ["2024-11-05", "2025-06-18", "2025-11-25"]) {
    const session = await server.open(revision);
    await assertRpcError(await session.post([ping]), 400, -32600);
  }
});
