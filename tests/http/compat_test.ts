// `--compat car`: the second column of the table of contradictions, switch by switch.

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
import { CORE_TOOL_NAMES } from "../helpers/tool_names.ts";

const CAR = { environment: { CAR_COMPAT: "car" } };
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const pushed = { jsonrpc: "2.0", id: 99, method: "tools/call", params: { name: "host_owned" } };

Deno.test("compat: a notification is answered 200 with an empty object mcp:180", async () => {
  await using server = await testApp(CAR);
  const response = await server.post(notification("notifications/initialized"));
  assert.equal(response.status, 200);
  assert.deepEqual(await response.json(), {});
});

Deno.test("compat: initialize answers the oldest revision whatever is asked mcp:181", async () => {
  await using server = await testApp(CAR);
  for (const version of ["2024-11-05", "2025-11-25", "2026-07-28"]) {
    const result = await resultOf(await server.post(initializeRequest(version)));
    assert.equal(result.protocolVersion, "2024-11-05");
  }
});

Deno.test("compat: exactly the six tools are listed, also where more are configured mcp:179", async () => {
  await using server = await testApp({
    environment: { ...CAR.environment, CAR_TOOLS_OFFER: "all" },
  });
  const { tools } = await resultOf(await server.post(rpc("tools/list")));
  assert.deepEqual(tools.map((tool: { name: string }) => tool.name), CORE_TOOL_NAMES);
});

Deno.test("compat: GET registers the client's own id and says so first mcp:182", async () => {
  await using server = await testApp(CAR);
  const response = await server.send("GET", { "mcp-session-id": "test-session-1" });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("mcp-session-id"), "test-session-1");
  const stream = new SseReader(response);
  assert.deepEqual(await stream.next(), {
    jsonrpc: "2.0",
    method: "notifications/initialized",
    params: { session_id: "test-session-1" },
  });
  assert.equal(server.app.pushToSession("test-session-1", pushed), true);
  assert.deepEqual(await stream.next(), pushed);
  await resultOf(await server.post(rpc("ping"), { "mcp-session-id": "test-session-1" }));
  await stream.close();
});

Deno.test("compat: GET without an id opens a stream under a fresh UUID mcp:183", async () => {
  await using server = await testApp(CAR);
  const [one, two] = [await server.send("GET"), await server.send("GET")];
  const ids = [one, two].map((response) => response.headers.get("mcp-session-id") ?? "");
  for (const id of ids) assert.match(id, UUID);
  assert.notEqual(ids[0], ids[1]);
  const stream = new SseReader(one);
  assert.equal((await stream.next()).params.session_id, ids[0]);
  await stream.close();
  await two.body?.cancel();
});

Deno.test("compat: GET refuses an id that could not be one mcp:43", async () => {
  await using server = await testApp(CAR);
  for (const id of ["with blank", "x".repeat(129)]) {
    await assertRpcError(await server.send("GET", { "mcp-session-id": id }), 400, -32000);
  }
});

Deno.test("compat: a session that a GET registered is over when its stream is mcp:186", async () => {
  await using server = await testApp(CAR);
  const headers = { "mcp-session-id": "listener" };
  const [first, second] = [await server.send("GET", headers), await server.send("GET", headers)];
  await first.body?.cancel();
  assert.equal(server.app.pushToSession("listener", pushed), true);
  await second.body?.cancel();
  assert.equal(server.app.pushToSession("listener", pushed), false);
  const metrics = await (await server.send("GET", {}, "/metrics")).text();
  assert.match(metrics, /^car_sessions 0$/m);
});

Deno.test("compat: a session that initialize opened outlives its stream", async () => {
  await using server = await testApp(CAR);
  const opened = await server.post(initializeRequest("2025-11-25"));
  const id = opened.headers.get("mcp-session-id") ?? "";
  await opened.body?.cancel();
  const stream = await server.send("GET", { "mcp-session-id": id });
  await stream.body?.cancel();
  assert.equal(server.app.pushToSession(id, pushed), true);
});

Deno.test("compat: a client that listens and answers nothing keeps its session mcp:55", async () => {
  const clock = new FakeClock();
  await using server = await testApp({ ...CAR, clock });
  const opened = await server.post(initializeRequest("2024-11-05"));
  const id = opened.headers.get("mcp-session-id") ?? "";
  await opened.body?.cancel();
  const streams = [id, "listener"].map((session) =>
    server.send("GET", { "mcp-session-id": session })
  );
  const [own, chosen] = (await Promise.all(streams)).map((response) => new SseReader(response));
  clock.advance(3 * 3_600_000);
  for (const [session, stream] of [[id, own], ["listener", chosen]] as const) {
    assert.equal(server.app.pushToSession(session, pushed), true);
    await stream?.next();
    assert.deepEqual(await stream?.next(), pushed);
    await stream?.close();
  }
});

Deno.test("compat: no line of the log holds an id that a client chose", async () => {
  const lines: string[] = [];
  await using server = await testApp({ ...CAR, writeLog: (line) => lines.push(line) });
  const stream = await server.send("GET", { "mcp-session-id": "hunter2" });
  await stream.body?.cancel();
  assert.ok(lines.some((line) => line.includes("session ended")));
  assert.ok(!lines.join().includes("hunter2"));
});

Deno.test("compat: DELETE ends any session and echoes its id mcp:185", async () => {
  await using server = await testApp(CAR);
  const id = crypto.randomUUID();
  const response = await server.send("DELETE", { "mcp-session-id": id });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("mcp-session-id"), id);
  await assertRpcError(await server.send("DELETE"), 400, -32000);
});

Deno.test("compat: Host and Origin are checked as ever mcp:187", async () => {
  await using server = await testApp(CAR);
  const origin = { origin: "https://evil.example" };
  assert.equal((await server.post(rpc("ping"), origin)).status, 403);
  assert.equal((await server.send("GET", origin)).status, 403);
});
