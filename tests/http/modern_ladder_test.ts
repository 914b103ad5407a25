// What is checked of a stateless request before it runs, and in which era a message is served.

import assert from "node:assert/strict";
import {
  MODERN,
  modernRequest,
  type ModernRequestOptions,
  postModern,
} from "../helpers/modern_client.ts";
import {
  assertRpcError,
  call,
  initializeRequest,
  notification,
  resultOf,
  rpc,
  type TestApp,
  testApp,
} from "../helpers/test_app.ts";

const PREFIX = "io.modelcontextprotocol/";
const MODERN_HEADER = { "mcp-protocol-version": MODERN };
const EMPTY_QUERY = { name: "memory_query", arguments: { query: "" } };

async function refusal(
  server: TestApp,
  [method, params]: readonly [string, Record<string, unknown>?],
  options: ModernRequestOptions,
  [status, code]: readonly [number, number],
) {
  const response = await postModern(server, method, params, { id: "seven", ...options });
  const body = await assertRpcError(response, status, code);
  assert.equal(body.id, "seven");
  return body.error;
}

Deno.test("server/discover names the versions, the capabilities and in _meta the server mcp:85 mcp:113 mcp:114", async () => {
  await using server = await testApp();
  const response = await postModern(server, "server/discover");
  assert.equal(response.headers.get("mcp-session-id"), null);
  const { _meta, instructions, ...result } = await resultOf(response);
  assert.equal(_meta[`${PREFIX}serverInfo`].name, "car-mcp");
  assert.ok(instructions.length > 0);
  assert.deepEqual(Object.keys(result).sort(), [
    "cacheScope",
    "capabilities",
    "resultType",
    "supportedVersions",
    "ttlMs",
  ]);
  assert.deepEqual(result.supportedVersions, [MODERN]);
  assert.equal(result.resultType, "complete");
  assert.equal(result.cacheScope, "public");
  assert.ok(Number.isInteger(result.ttlMs) && result.ttlMs >= 0);
  assert.ok("tools" in result.capabilities);
});

Deno.test("a request whose _meta is missing or incomplete is -32602 under 400 mcp:86 mcp:111", async () => {
  await using server = await testApp();
  const missing = rpc("tools/list", {}, "seven");
  const error = await assertRpcError(await server.post(missing, MODERN_HEADER), 400, -32602);
  assert.equal(error.id, "seven");
  for (const left of ["protocolVersion", "clientCapabilities"]) {
    const meta = { [`${PREFIX}${left}`]: undefined };
    const { message } = await refusal(server, ["tools/list"], { meta }, [400, -32602]);
    assert.ok(message.includes(left), message);
  }
});

Deno.test("a request that does not say who its client is is served mcp:87", async () => {
  await using server = await testApp();
  const meta = { [`${PREFIX}clientInfo`]: undefined };
  assert.ok(
    (await resultOf(await postModern(server, "tools/list", {}, { meta }))).tools.length > 0,
  );
});

Deno.test("members of _meta of the wrong type are -32602 under 400 mcp:88", async () => {
  await using server = await testApp();
  const wrong: [string, unknown][] = [
    ["clientInfo", "a name"],
    ["clientInfo", { name: "without a version" }],
    ["clientCapabilities", []],
    ["clientCapabilities", null],
    ["logLevel", "loud"],
    ["protocolVersion", 20260728],
  ];
  for (const [name, value] of wrong) {
    const meta = { [`${PREFIX}${name}`]: value };
    const { message } = await refusal(server, ["tools/list"], { meta }, [400, -32602]);
    assert.ok(message.includes(name), message);
  }
});

Deno.test("capabilities that nobody could mean are -32602 mcp:88", async () => {
  await using server = await testApp();
  const capabilities = { experimental: { much: "x".repeat(20_000) } };
  await refusal(server, ["tools/list"], { capabilities }, [400, -32602]);
});

Deno.test("a version header that is missing or differs from the claim is -32020 mcp:89 mcp:90 mcp:99", async () => {
  await using server = await testApp();
  for (const version of [null, "2025-11-25", "2027-01-01", "", `${MODERN}, ${MODERN}`]) {
    const headers = { "mcp-protocol-version": version };
    await refusal(server, ["tools/list"], { headers }, [400, -32020]);
  }
});

Deno.test("a version that is not spoken is -32022 with those that are mcp:91 mcp:92", async () => {
  await using server = await testApp();
  for (const version of ["2027-01-01", "v999.0.0", "2025-11-25"]) {
    const { data } = await refusal(server, ["tools/list"], { version }, [400, -32022]);
    assert.deepEqual(data, { supported: [MODERN], requested: version });
  }
});

Deno.test("a method header that is missing, wrong or doubled is -32020 mcp:93 mcp:99", async () => {
  await using server = await testApp();
  for (const header of [null, "tools/call", "TOOLS/LIST", "", "tools/list, tools/list"]) {
    await refusal(server, ["tools/list"], { headers: { "mcp-method": header } }, [400, -32020]);
  }
});

Deno.test("header names are read in any case, values without the blanks around them mcp:94 mcp:96", async () => {
  await using server = await testApp();
  const { body, headers } = modernRequest("tools/call", EMPTY_QUERY);
  for (
    const spell of [(name: string) => name.toUpperCase(), (name: string) => name.toLowerCase()]
  ) {
    const spelled = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [spell(name), `  ${value} `]),
    );
    assert.equal((await server.post(body, spelled)).status, 200);
  }
});

Deno.test("a name header that is missing, wrong or of another case is -32020 mcp:95 mcp:98", async () => {
  await using server = await testApp();
  const uri = "car://memory/status";
  for (const header of [null, "memory_add_fact", "MEMORY_QUERY", "é"]) {
    const headers = { "mcp-name": header };
    await refusal(server, ["tools/call", EMPTY_QUERY], { headers }, [400, -32020]);
    await refusal(server, ["resources/read", { uri }], { headers }, [400, -32020]);
    await refusal(server, ["prompts/get", { name: "x" }], { headers }, [400, -32020]);
  }
});

Deno.test("a name header beside a body that names nothing is -32020, without it -32602 mcp:95", async () => {
  await using server = await testApp();
  const headers = { "mcp-name": "memory_query" };
  await refusal(server, ["tools/call", {}], { headers }, [400, -32020]);
  await refusal(server, ["tools/call", {}], {}, [200, -32602]);
});

Deno.test("methods of the other era and unknown ones are 404 with -32601 mcp:104", async () => {
  await using server = await testApp();
  const methods = [
    "initialize",
    "ping",
    "logging/setLevel",
    "resources/subscribe",
    "resources/unsubscribe",
    "tasks/list",
    "tasks/result",
    "roots/list",
    "foo/bar",
    "constructor",
  ];
  for (const method of methods) await refusal(server, [method, {}], {}, [404, -32601]);
});

Deno.test("session headers mean nothing to a stateless request mcp:105", async () => {
  await using server = await testApp();
  for (const value of ["unknown", "with blanks", "x".repeat(10_000)]) {
    const headers = { "mcp-session-id": value, "last-event-id": value };
    const response = await postModern(server, "tools/list", {}, { headers });
    assert.equal(response.status, 200);
    assert.equal(response.headers.get("mcp-session-id"), null);
    await response.body?.cancel();
  }
});

Deno.test("GET and DELETE of a stateless client are 405 mcp:106", async () => {
  await using server = await testApp();
  for (const method of ["GET", "DELETE"]) {
    const response = await server.send(method, { ...MODERN_HEADER, accept: "text/event-stream" });
    assert.equal(response.status, 405);
    assert.equal(response.headers.get("allow"), "POST");
  }
});

Deno.test("a stateless notification is 202 without a body mcp:107", async () => {
  await using server = await testApp();
  const cancelled = notification("notifications/cancelled", { requestId: 1 });
  const claiming = modernRequest("notifications/cancelled", { requestId: 1 });
  delete claiming.body["id"];
  const sent = [
    await server.post(cancelled, MODERN_HEADER),
    await server.post(cancelled, { ...MODERN_HEADER, "mcp-method": "notifications/cancelled" }),
    await server.post(claiming.body, claiming.headers),
  ];
  for (const response of sent) {
    assert.equal(response.status, 202);
    assert.equal(await response.text(), "");
  }
  const other = { ...MODERN_HEADER, "mcp-method": "tools/list" };
  await assertRpcError(await server.post(cancelled, other), 400, -32020);
});

Deno.test("a response posted by a stateless client is 400 mcp:108", async () => {
  await using server = await testApp();
  const response = { jsonrpc: "2.0", id: 1, result: {} };
  await assertRpcError(await server.post(response, MODERN_HEADER), 400, -32600);
});

Deno.test("an array with a stateless message, an empty one and any of a stateless client are -32600 mcp:109", async () => {
  await using server = await testApp();
  const { body } = modernRequest("tools/list");
  await assertRpcError(await server.post([rpc("ping"), body]), 400, -32600);
  await assertRpcError(await server.post([]), 400, -32600);
  await assertRpcError(await server.post([rpc("ping")], MODERN_HEADER), 400, -32600);
});

Deno.test("initialize under a stateless version header is -32020 mcp:110", async () => {
  await using server = await testApp();
  const response = await server.post(initializeRequest("2025-11-25"), MODERN_HEADER);
  await assertRpcError(response, 400, -32020);
});

Deno.test("a body that is no message is 400 under a stateless header", async () => {
  await using server = await testApp();
  await assertRpcError(await server.post("{", MODERN_HEADER), 400, -32700);
  const unreadable = { jsonrpc: "1.0", id: "seven", method: "tools/list" };
  const error = await assertRpcError(await server.post(unreadable, MODERN_HEADER), 400, -32600);
  assert.equal(error.id, "seven");
});

Deno.test("the checks run in their order: the first one that fails answers mcp:86 mcp:90 mcp:91 mcp:93 mcp:104", async () => {
  await using server = await testApp();
  // Everything is wrong at first; each step mends what the step before complained of.
  const steps: [ModernRequestOptions, number, number][] = [
    [{ meta: { [`${PREFIX}clientCapabilities`]: 1 } }, 400, -32602],
    [{ headers: { "mcp-method": null, "mcp-protocol-version": null } }, 400, -32020],
    [{ version: "2027-01-01", headers: { "mcp-method": null } }, 400, -32022],
    [{ headers: { "mcp-method": null } }, 400, -32020],
    [{}, 404, -32601],
  ];
  for (const [options, status, code] of steps) {
    await refusal(server, ["foo/bar"], { version: MODERN, ...options }, [status, code]);
  }
});

Deno.test("both eras are served on one endpoint at once mcp:143 mcp:188", async () => {
  for (const environment of [{}, { CAR_COMPAT: "car" }]) {
    await using server = await testApp({ environment });
    const opened = await server.post(initializeRequest("2025-11-25"));
    await opened.body?.cancel();
    const session = { "mcp-session-id": opened.headers.get("mcp-session-id") };
    const added = { subject: "era", body: "both" };
    const [legacy, modern] = await Promise.all([
      server.post(call("memory_add_fact", added), session),
      postModern(server, "tools/call", {
        name: "memory_add_fact",
        arguments: { ...added, subject: "era too" },
      }),
    ]);
    const ofSession = await resultOf(legacy);
    assert.equal("resultType" in ofSession, false);
    assert.equal((await resultOf(modern)).resultType, "complete");
    const query = { name: "memory_query", arguments: { query: "era" } };
    const { structuredContent } = await resultOf(await postModern(server, "tools/call", query));
    assert.equal(structuredContent.facts.length, 2);
  }
});
