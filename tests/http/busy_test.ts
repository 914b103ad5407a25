// Requests that take their time: what they keep alive, what bounds them, and how they end with the
// server.

import assert from "node:assert/strict";
import { z } from "zod";
import { CarError } from "../../src/base/errors.ts";
import { defineTool } from "../../src/tools/definition.ts";
import { FakeClock } from "../helpers/fake_clock.ts";
import { gateTool } from "../helpers/gate_tool.ts";
import { assertRpcError, call, resultOf, rpc, testApp } from "../helpers/test_app.ts";

const ping = rpc("ping");

Deno.test("a request in flight keeps its session alive mcp:55", async () => {
  const clock = new FakeClock();
  const gate = gateTool();
  const environment = { CAR_SESSIONS_IDLE_MS: "10000", CAR_LIMITS_CALL_MS: "3600000" };
  await using server = await testApp({ clock, tools: [gate.tool], environment });
  const session = await server.open();
  const running = session.post(call("gate"));
  await gate.entered;
  clock.advance(600_000);
  await resultOf(await session.post(rpc("ping", {}, 2)));
  gate.open();
  assert.deepEqual((await resultOf(await running)).structuredContent, { passed: true });
});

Deno.test("a busy session is not crowded out mcp:56", async () => {
  const gate = gateTool();
  await using server = await testApp({
    tools: [gate.tool],
    environment: { CAR_SESSIONS_MAX: "1" },
  });
  const session = await server.open();
  const running = session.post(call("gate"));
  await gate.entered;
  const refused = await server.post(rpc("initialize", {}));
  await assertRpcError(refused, 503, -32000);
  gate.open();
  await resultOf(await running);
});

Deno.test("one request more than the process takes is refused with 503", async () => {
  const gate = gateTool();
  const environment = { CAR_LIMITS_PROCESS_REQUESTS_MAX: "1" };
  await using server = await testApp({ tools: [gate.tool], environment });
  const running = server.post(call("gate"));
  await gate.entered;
  await assertRpcError(await server.post(ping), 503, -32000);
  gate.open();
  await resultOf(await running);
  await resultOf(await server.post(ping));
});

Deno.test("bodies that together take too much memory are refused with 503 mcp:16", async () => {
  const environment = { CAR_LIMITS_PROCESS_BODY_BYTES_MAX: String(1_048_576) };
  await using server = await testApp({ environment });
  const post = (bytes: number) => {
    const text = JSON.stringify(ping).padEnd(bytes, " ");
    const body = new Blob([text]).stream();
    const headers = { "content-type": "application/json" };
    return server.app.fetch(new Request(server.app.url, { method: "POST", headers, body }));
  };
  const refused = await post(1_048_577);
  assert.equal(refused.headers.get("connection"), "close");
  await assertRpcError(refused, 503, -32000);
  // What was taken is given back, so the same size just below passes again and again.
  for (let round = 0; round < 3; round++) await resultOf(await post(1_000_000));
});

Deno.test("stop() gives a call of a session its time before it ends the session", async () => {
  const clock = new FakeClock();
  const gate = gateTool();
  await using server = await testApp({ clock, tools: [gate.tool] });
  const session = await server.open();
  const running = session.post(call("gate"));
  await gate.entered;
  const stopping = server.app.stop();
  clock.advance(4_999);
  gate.open();
  assert.deepEqual((await resultOf(await running)).structuredContent, { passed: true });
  await stopping;
});

Deno.test("stop() ends a call that outlasts the grace time, without an answer", async () => {
  const clock = new FakeClock();
  const gate = gateTool();
  await using server = await testApp({ clock, tools: [gate.tool] });
  const session = await server.open();
  const running = session.post(call("gate"));
  await gate.entered;
  const stopping = server.app.stop();
  clock.advance(5_000);
  await stopping;
  assert.equal((await running).status, 202);
  gate.open();
});

Deno.test("after stop() nothing is served and no session opened", async () => {
  await using server = await testApp();
  await server.app.stop();
  assert.equal((await server.post(rpc("initialize", {}))).status, 503);
  assert.equal((await server.send("GET", {}, "/metrics")).status, 503);
});

Deno.test("the log holds no whole session id and nothing of a fault but its kind", async () => {
  const lines: string[] = [];
  const broken = defineTool({
    name: "broken",
    title: "Broken",
    description: "Throws",
    input: z.object({ text: z.string() }),
    output: z.object({}),
    run({ text }) {
      throw new TypeError(`cannot handle ${text}`);
    },
  });
  await using server = await testApp({
    tools: [broken],
    environment: { CAR_LOG_LEVEL: "debug" },
    writeLog: (line) => lines.push(line),
  });
  const session = await server.open();
  const result = await resultOf(await session.post(call("broken", { text: "my secret" })));
  assert.equal(result.isError, true);
  assert.doesNotMatch(JSON.stringify(result), /my secret/);
  await server.send("DELETE", { "mcp-session-id": session.id });
  const log = lines.join("");
  assert.match(log, /"name":"TypeError"/);
  assert.match(log, /session ended/);
  assert.doesNotMatch(log, /my secret/);
  assert.ok(!log.includes(session.id));
});

Deno.test("a failing storage is told to the caller, counted and logged", async () => {
  const lines: string[] = [];
  const failing = defineTool({
    name: "failing",
    title: "Failing",
    description: "Cannot write",
    input: z.object({}),
    output: z.object({}),
    run() {
      throw new CarError("storage_failed", "Cannot commit a write: the disk is full");
    },
  });
  await using server = await testApp({ tools: [failing], writeLog: (line) => lines.push(line) });
  const result = await resultOf(await server.post(call("failing")));
  assert.equal(result.isError, true);
  assert.match(result.content[0].text, /disk is full/);
  assert.match(lines.join(""), /"code":"storage_failed"/);
  const metrics = await (await server.send("GET", {}, "/metrics")).text();
  assert.match(metrics, /^car_faults_total 1$/m);
  assert.match(metrics, /car_tool_calls_total\{tool="failing",outcome="fault"\} 1/);
});
