// The handshake of the legacy revisions and the sessions it opens (rows 33 to 57, and 60).

import assert from "node:assert/strict";
import {
  assertRpcError,
  call,
  initializeRequest,
  notification,
  resultOf,
  rpc,
  testApp,
} from "../helpers/test_app.ts";

const REVISIONS = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"];
const ping = rpc("ping");

Deno.test("initialize echoes each revision it speaks and opens a session mcp:33", async () => {
  await using server = await testApp();
  for (const revision of REVISIONS) {
    const response = await server.post(initializeRequest(revision));
    assert.match(response.headers.get("mcp-session-id") ?? "", /^[\x21-\x7e]{22,128}$/);
    const result = await resultOf(response);
    assert.equal(result.protocolVersion, revision);
    assert.equal(result.serverInfo.name, "car-mcp");
    assert.ok(result.serverInfo.version);
    assert.ok(result.capabilities.tools);
    assert.ok(result.instructions.length <= 800);
  }
});

Deno.test("initialize answers the newest revision for an unknown one mcp:34 mcp:35", async () => {
  await using server = await testApp();
  for (const revision of ["1900-01-01", "2099-01-01", "x", "2026-07-28"]) {
    const result = await resultOf(await server.post(initializeRequest(revision)));
    assert.equal(result.protocolVersion, "2025-11-25");
  }
});

Deno.test("initialize with empty params answers the oldest revision mcp:36 mcp:181", async () => {
  await using server = await testApp();
  const response = await server.post(rpc("initialize", {}));
  assert.ok(response.headers.get("mcp-session-id"));
  assert.equal((await resultOf(response)).protocolVersion, "2024-11-05");
});

Deno.test("initialize with wrong params leaves no session behind mcp:37", async () => {
  await using server = await testApp();
  for (const params of [undefined, { protocolVersion: 1 }, { capabilities: "x" }]) {
    const response = await server.post(rpc("initialize", params));
    assert.equal(response.headers.get("mcp-session-id"), null);
    await assertRpcError(response, 200, -32602);
  }
  const metrics = await (await server.send("GET", {}, "/metrics")).text();
  assert.match(metrics, /^car_sessions 0$/m);
});

Deno.test("two handshakes open two sessions mcp:38", async () => {
  await using server = await testApp();
  assert.notEqual((await server.open()).id, (await server.open()).id);
});

Deno.test("initialize in a live session is refused and the session goes on mcp:39", async () => {
  await using server = await testApp();
  const session = await server.open("2025-06-18");
  await assertRpcError(await session.post(initializeRequest("2025-11-25")), 400, -32600);
  await resultOf(await session.post(ping));
});

Deno.test("initialize with an ended or unknown session is 404 mcp:40", async () => {
  await using server = await testApp();
  const session = await server.open();
  await server.send("DELETE", { "mcp-session-id": session.id });
  await assertRpcError(await session.post(initializeRequest("2025-11-25")), 404, -32001);
  const unknown = { "mcp-session-id": "unknown" };
  await assertRpcError(await server.post(initializeRequest("2025-11-25"), unknown), 404, -32001);
});

Deno.test("notifications are accepted with 202, empty, echoing the session mcp:41 mcp:49 mcp:180", async () => {
  await using server = await testApp();
  const session = await server.open();
  for (const method of ["notifications/initialized", "notifications/unheard_of"]) {
    const inside = await session.post(notification(method));
    assert.equal(inside.status, 202);
    assert.equal(inside.headers.get("mcp-session-id"), session.id);
    assert.equal(await inside.text(), "");
    const outside = await server.post(notification(method));
    assert.equal(outside.status, 202);
    assert.equal(outside.headers.get("mcp-session-id"), null);
    assert.equal(await outside.text(), "");
  }
});

Deno.test("a request without a session is served on its own mcp:42 mcp:179", async () => {
  await using server = await testApp();
  const response = await server.post(rpc("tools/list"));
  assert.equal(response.headers.get("mcp-session-id"), null);
  assert.ok((await resultOf(response)).tools.length > 0);
  await resultOf(await server.post(call("memory_query", { query: "x" })));
});

Deno.test("http.requireSession refuses what names no session, and says which header mcp:42", async () => {
  await using server = await testApp({ environment: { CAR_HTTP_REQUIRE_SESSION: "true" } });
  const refusal = await assertRpcError(await server.post(rpc("tools/list")), 400, -32000);
  assert.match(refusal.error.message, /Mcp-Session-Id/);
  const session = await server.open();
  await resultOf(await session.post(rpc("tools/list")));
});

Deno.test("an unknown session is 404, a malformed id 400, neither echoed mcp:43", async () => {
  const lines: string[] = [];
  await using server = await testApp({
    environment: { CAR_LOG_LEVEL: "debug" },
    writeLog: (line) => lines.push(line),
  });
  const cases: [string, number, number][] = [
    ["no-such-session", 404, -32001],
    ["with blank", 400, -32000],
    ["x".repeat(10_000), 400, -32000],
    ["caf\u00e9", 400, -32000],
    ["__proto__", 404, -32001],
  ];
  for (const [id, status, code] of cases) {
    const response = await server.post(ping, { "mcp-session-id": id });
    assert.equal(response.headers.get("mcp-session-id"), null);
    await assertRpcError(response, status, code);
  }
  assert.ok(lines.length >= cases.length);
  for (const [id] of cases) assert.ok(!lines.join("").includes(id));
});

Deno.test("a supported version header other than the negotiated one is served mcp:44", async () => {
  await using server = await testApp();
  const session = await server.open("2024-11-05");
  for (const version of REVISIONS) {
    await resultOf(await session.post(ping, { "mcp-protocol-version": version }));
  }
});

Deno.test("without a version header the negotiated revision holds mcp:45", async () => {
  await using server = await testApp();
  const query = call("memory_query", { query: "x" });
  const older = await server.open("2024-11-05");
  assert.equal("structuredContent" in await resultOf(await older.post(query)), false);
  const newer = await server.open("2025-11-25");
  assert.equal("structuredContent" in await resultOf(await newer.post(query)), true);
});

Deno.test("an unsupported version header is 400 and the answer lists the versions mcp:46", async () => {
  await using server = await testApp();
  const session = await server.open();
  for (const version of ["1999-01-01", "", "garbage", "2025-11-25, 2025-11-25"]) {
    const refusal = await assertRpcError(
      await session.post(ping, { "mcp-protocol-version": version }),
      400,
      -32000,
    );
    assert.equal(refusal.id, 1);
    for (const revision of REVISIONS) assert.ok(refusal.error.message.includes(revision));
  }
});

Deno.test("ping answers an empty object mcp:47", async () => {
  await using server = await testApp();
  const session = await server.open();
  assert.deepEqual(await resultOf(await session.post(ping)), {});
});

Deno.test("an unknown method is -32601 under 200 mcp:48", async () => {
  await using server = await testApp();
  const session = await server.open();
  await assertRpcError(await session.post(rpc("foo/bar")), 200, -32601);
});

Deno.test("requests before initialized are served mcp:52", async () => {
  await using server = await testApp();
  const opened = await server.post(initializeRequest("2025-11-25"));
  const id = opened.headers.get("mcp-session-id");
  await opened.body?.cancel();
  assert.ok((await resultOf(await server.post(rpc("tools/list"), { "mcp-session-id": id }))).tools);
});

Deno.test("DELETE ends a session for POST, GET and DELETE mcp:53 mcp:185", async () => {
  await using server = await testApp();
  const session = await server.open();
  const headers = { "mcp-session-id": session.id };
  const ended = await server.send("DELETE", headers);
  assert.equal(ended.status, 200);
  assert.equal(ended.headers.get("mcp-session-id"), session.id);
  await assertRpcError(await session.post(ping), 404, -32001);
  await assertRpcError(await server.send("GET", headers), 404, -32001);
  await assertRpcError(await server.send("DELETE", headers), 404, -32001);
});

Deno.test("DELETE ends the streams of the session mcp:53", async () => {
  await using server = await testApp();
  const session = await server.open();
  const headers = { "mcp-session-id": session.id };
  const stream = await server.send("GET", headers);
  await server.send("DELETE", headers);
  assert.doesNotMatch(await stream.text(), /jsonrpc/);
});

Deno.test("DELETE without an id is 400, with an unknown one 404 mcp:54 mcp:183", async () => {
  await using server = await testApp();
  await assertRpcError(await server.send("DELETE"), 400, -32000);
  await assertRpcError(await server.send("DELETE", { "mcp-session-id": "nobody" }), 404, -32001);
});

Deno.test("two sessions share the memory and nothing else mcp:60 mcp:148", async () => {
  await using server = await testApp();
  const [one, two] = [await server.open(), await server.open("2025-06-18")];
  const add = (subject: string) => call("memory_add_fact", { subject, body: "shared" }, 1);
  const [first, second] = await Promise.all([one.post(add("alpha")), two.post(add("beta"))]);
  assert.equal(first.headers.get("mcp-session-id"), one.id);
  assert.equal(second.headers.get("mcp-session-id"), two.id);
  assert.equal((await resultOf(first)).structuredContent.subject, "alpha");
  assert.equal((await resultOf(second)).structuredContent.subject, "beta");
  for (const session of [one, two]) {
    const found = await resultOf(await session.post(call("memory_query", { query: "shared" })));
    assert.match(found.content[0].text, /alpha/);
    assert.match(found.content[0].text, /beta/);
  }
});
