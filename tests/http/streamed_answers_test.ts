// A server that is told to stream every answer of a session (`streams.openAfterMs = 0`).

import assert from "node:assert/strict";
import { gateTool } from "../helpers/gate_tool.ts";
import { SseReader } from "../helpers/sse_reader.ts";
import { call, resultOf, rpc, testApp } from "../helpers/test_app.ts";

const BOTH = { accept: "application/json, text/event-stream" };
const STREAMING = { environment: { CAR_STREAMS_OPEN_AFTER_MS: "0" } };

Deno.test("an answer that is there at once is streamed, to who takes streams mcp:61 mcp:20", async () => {
  await using server = await testApp(STREAMING);
  const session = await server.open();
  const response = await session.post(rpc("ping"), BOTH);
  assert.equal(response.headers.get("content-type"), "text/event-stream");
  const stream = new SseReader(response);
  assert.equal((await stream.nextEvent())?.data, "");
  assert.deepEqual(await stream.next(), { jsonrpc: "2.0", id: 1, result: {} });
  assert.equal(await stream.nextEvent(), undefined);
  const json = { accept: "application/json" };
  assert.deepEqual(await resultOf(await session.post(rpc("ping"), json)), {});
  assert.deepEqual(await resultOf(await server.post(rpc("ping"), BOTH)), {});
});

Deno.test("an answer that is there soon is streamed, to who takes streams mcp:61", async () => {
  await using server = await testApp(STREAMING);
  const session = await server.open();
  const fact = { subject: "deploy key", body: "It lives in the vault" };
  for (const accept of ["application/json, text/event-stream", "application/json"]) {
    const response = await session.post(call("memory_add_fact", fact), { accept });
    const isStream = response.headers.get("content-type") === "text/event-stream";
    assert.equal(isStream, accept === BOTH.accept);
    if (!isStream) assert.equal((await resultOf(response)).isError, undefined);
    else await response.body?.cancel();
  }
});

Deno.test("a refusal keeps its status where answers are streamed mcp:32", async () => {
  const gate = gateTool();
  await using server = await testApp({ ...STREAMING, tools: [gate.tool] });
  const session = await server.open();
  const first = session.post(call("gate"), { accept: "application/json" });
  await gate.entered;
  const second = await session.post(rpc("ping"), BOTH);
  assert.equal(second.status, 400);
  assert.equal((await second.json()).error.code, -32600);
  gate.open();
  await resultOf(await first);
});
