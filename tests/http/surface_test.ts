// The HTTP surface of the endpoint: methods, Host, Origin, media types, size (rows 1 to 20).

import assert from "node:assert/strict";
import { assertRpcError, call, resultOf, rpc, testApp } from "../helpers/test_app.ts";

const ping = rpc("ping");

Deno.test("the endpoint answers 405 with Allow to PUT and PATCH mcp:1", async () => {
  await using server = await testApp();
  for (const method of ["PUT", "PATCH"]) {
    const response = await server.send(method);
    assert.equal(response.status, 405);
    assert.equal(response.headers.get("allow"), "GET, POST, DELETE");
  }
});

Deno.test("the endpoint answers 405 without a body to HEAD mcp:2", async () => {
  await using server = await testApp();
  const session = await server.open();
  const response = await server.send("HEAD", { "mcp-session-id": session.id });
  assert.equal(response.status, 405);
  assert.equal(response.body, null);
});

Deno.test("the endpoint answers 405 to OPTIONS when CORS is off mcp:3", async () => {
  await using server = await testApp();
  const response = await server.send("OPTIONS", { "access-control-request-method": "POST" });
  assert.equal(response.status, 405);
  assert.equal(response.headers.get("access-control-allow-origin"), null);
});

Deno.test("a preflight of an allowed origin gets its CORS headers mcp:4", async () => {
  const environment = { CAR_HTTP_ALLOWED_ORIGINS: "https://app.example" };
  await using server = await testApp({ environment });
  const preflight = await server.send("OPTIONS", {
    origin: "https://app.example",
    "access-control-request-method": "POST",
    "access-control-request-headers": "content-type, Mcp-Param-Tenant-Id, x-evil",
  });
  assert.equal(preflight.status, 204);
  assert.equal(preflight.headers.get("access-control-allow-origin"), "https://app.example");
  assert.match(preflight.headers.get("vary") ?? "", /origin/);
  assert.match(preflight.headers.get("access-control-allow-methods") ?? "", /POST/);
  const allowed = preflight.headers.get("access-control-allow-headers") ?? "";
  for (
    const name of [
      "mcp-session-id",
      "mcp-protocol-version",
      "authorization",
      "last-event-id",
      "content-type",
      "mcp-method",
      "mcp-name",
      "mcp-param-tenant-id",
    ]
  ) {
    assert.ok(allowed.includes(name), name);
  }
  assert.ok(!allowed.includes("x-evil"));
  const answer = await server.post(ping, { origin: "https://app.example" });
  assert.equal(answer.headers.get("access-control-allow-origin"), "https://app.example");
  const exposed = answer.headers.get("access-control-expose-headers") ?? "";
  assert.ok(exposed.includes("mcp-session-id") && exposed.includes("www-authenticate"));
  await answer.body?.cancel();
});

Deno.test("a foreign Origin is refused for every method and changes nothing mcp:5 mcp:187", async () => {
  const environment = { CAR_HTTP_ALLOWED_ORIGINS: "https://app.example" };
  await using server = await testApp({ environment });
  const origin = "https://evil.example";
  const fact = { subject: "evil", body: "planted" };
  const post = await server.post(call("memory_add_fact", fact), { origin });
  assert.equal(post.status, 403);
  assert.equal(post.headers.get("access-control-allow-origin"), null);
  await post.body?.cancel();
  for (const method of ["GET", "DELETE", "OPTIONS"]) {
    const response = await server.send(method, { origin });
    assert.equal(response.status, 403);
    assert.equal(response.headers.get("access-control-allow-origin"), null);
    await response.body?.cancel();
  }
  const found = await resultOf(await server.post(call("memory_query", { query: "evil" })));
  assert.equal(found.content[0].text, "[]");
});

Deno.test("Origin null is refused mcp:6", async () => {
  await using server = await testApp();
  const response = await server.post(ping, { origin: "null" });
  assert.equal(response.status, 403);
  await response.body?.cancel();
});

Deno.test("a request without an Origin is served mcp:8", async () => {
  await using server = await testApp();
  assert.deepEqual(await resultOf(await server.post(ping)), {});
});

Deno.test("a foreign Host is refused, also on health and metrics mcp:9 mcp:11", async () => {
  await using server = await testApp();
  for (
    const host of [
      "evil.example",
      "127.0.0.1.evil.example",
      "localhost.evil.example",
      "localhost:1",
      "localhost@evil.example",
      "",
    ]
  ) {
    const response = await server.post(ping, { host });
    assert.equal(response.status, 403, host);
    await response.body?.cancel();
  }
  for (const path of ["/mcp/health", "/metrics"]) {
    const response = await server.send("GET", { host: "evil.example" }, path);
    assert.equal(response.status, 403);
    await response.body?.cancel();
  }
});

Deno.test("an Origin that only begins like a loopback name is refused mcp:11", async () => {
  await using server = await testApp();
  for (const origin of ["http://localhost.evil.example", "http://127.0.0.1.evil.example"]) {
    const response = await server.post(ping, { origin });
    assert.equal(response.status, 403);
    await response.body?.cancel();
  }
});

Deno.test("the loopback names are served as Host in any letter case mcp:10", async () => {
  await using server = await testApp();
  for (const host of ["localhost", "127.0.0.1", "[::1]", "LocalHost"]) {
    await resultOf(await server.post(ping, { host }));
  }
});

Deno.test("http.allowedHosts adds names to the Host values that are served mcp:9", async () => {
  await using server = await testApp({
    environment: { CAR_HTTP_ALLOWED_HOSTS: "car.example:8443" },
  });
  await resultOf(await server.post(ping, { host: "car.example:8443" }));
  const response = await server.post(ping, { host: "car.example" });
  assert.equal(response.status, 403);
  await response.body?.cancel();
});

Deno.test("an unknown path is a plain 404 mcp:12", async () => {
  await using server = await testApp();
  for (const path of ["/", "/mcp/", "/MCP", "/mcp/other", "/health", "//mcp"]) {
    const response = await server.send("POST", {}, new URL(path, "http://127.0.0.1").href);
    assert.equal(response.status, 404, path);
    assert.match(response.headers.get("content-type") ?? "", /^text\/plain/);
    await response.body?.cancel();
  }
});

Deno.test("health names the server, its version and the newest revision mcp:13", async () => {
  await using server = await testApp();
  const response = await server.send("GET", {}, "/mcp/health");
  assert.equal(response.status, 200);
  assert.deepEqual(await response.json(), {
    status: "ok",
    protocol_version: "2026-07-28",
    server_name: "car-mcp",
    version: "0.1.0",
  });
});

Deno.test("a POST that is not JSON by its type is refused, one without a type served mcp:14", async () => {
  await using server = await testApp();
  for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]) {
    await assertRpcError(await server.post(ping, { "content-type": type }), 415, -32000);
  }
  await resultOf(await server.post(ping, { "content-type": null }));
});

Deno.test("a JSON content type is taken with parameters and in any letter case mcp:15", async () => {
  await using server = await testApp();
  for (const type of ["application/json; charset=utf-8", "APPLICATION/JSON;charset=UTF-8"]) {
    await resultOf(await server.post(ping, { "content-type": type }));
  }
});

Deno.test("a body over the limit is refused, whole or in pieces; one within is served mcp:16", async () => {
  const environment = { CAR_LIMITS_BODY_BYTES_MAX: "2048" };
  await using server = await testApp({ environment });
  const pad = (bytes: number) => JSON.stringify(ping).padEnd(bytes, " ");
  await resultOf(await server.post(pad(2048)));
  const announced = await server.post(pad(2049), { "content-length": "2049" });
  await assertRpcError(announced, 413, -32000);
  let pulled = 0;
  const body = new ReadableStream({
    pull(controller) {
      pulled++;
      controller.enqueue(new Uint8Array(1024));
    },
  });
  const headers = { "content-type": "application/json" };
  const streamed = new Request(server.app.url, { method: "POST", headers, body });
  await assertRpcError(await server.app.fetch(streamed), 413, -32000);
  assert.ok(pulled < 10, `read ${pulled} pieces`);
  await resultOf(await server.post(ping));
});

Deno.test("a Content-Length that is not one number is refused mcp:16", async () => {
  await using server = await testApp();
  for (const length of ["many", "-1", "1.5", "40, 40", ""]) {
    await assertRpcError(await server.post(ping, { "content-length": length }), 400, -32000);
  }
});

Deno.test("a POST must accept JSON mcp:18", async () => {
  await using server = await testApp();
  for (const accept of ["text/html", "application/json;q=0", "text/event-stream", ""]) {
    await assertRpcError(await server.post(ping, { accept }), 406, -32000);
  }
});

Deno.test("a POST that accepts anything, or does not say, is served mcp:19", async () => {
  await using server = await testApp();
  for (const accept of [null, "*/*", "application/*", "text/html, application/json;q=0.5"]) {
    await resultOf(await server.post(ping, { accept }));
  }
});

Deno.test("a POST that accepts JSON only gets JSON mcp:20", async () => {
  await using server = await testApp();
  const response = await server.post(ping, { accept: "application/json" });
  assert.equal(response.headers.get("content-type"), "application/json");
  await resultOf(response);
});

Deno.test("metrics show calls, sessions, facts and bytes, and nothing a user wrote", async () => {
  await using server = await testApp();
  const session = await server.open();
  await resultOf(await session.post(call("memory_add_fact", { subject: "s3cret", body: "b" })));
  await resultOf(await session.post(call("memory_query", { k: 0, query: "s3cret" })));
  const response = await server.send("GET", {}, "/metrics");
  const text = await response.text();
  assert.match(response.headers.get("content-type") ?? "", /^text\/plain/);
  for (
    const line of [
      'car_tool_calls_total{tool="memory_add_fact",outcome="ok"} 1',
      'car_tool_calls_total{tool="memory_query",outcome="refused"} 1',
      'car_tool_call_seconds_count{tool="memory_add_fact"} 1',
      "car_sessions 1",
      "car_streams 0",
      "car_facts 1",
    ]
  ) {
    assert.ok(text.includes(line), line);
  }
  assert.match(text, /car_database_bytes [1-9]/);
  assert.doesNotMatch(text, /s3cret/);
  assert.equal((await server.send("POST", {}, "/metrics")).status, 405);
});
