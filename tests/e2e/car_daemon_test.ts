// The tests of CAR's HTTP daemon, one for one, over a real socket. Where the default profile differs
// from that daemon: `initialize` also opens a session and health names the newest revision with a
// handshake, because clients of later revisions need both; tools beyond the six are listed after
// them, and `tools.offer = "core"` lists the six alone. A stream under an id of the client's own is
// opened with `--compat car` only: by default an unknown id is 404, from which clients learn that
// their session is over.

import assert from "node:assert/strict";
import { listeningApp } from "../helpers/listening_app.ts";
import { SseReader } from "../helpers/sse_reader.ts";
import { CORE_TOOL_NAMES, TOOL_NAMES } from "../helpers/tool_names.ts";
import { assertRpcError, call, resultOf, rpc } from "../helpers/test_app.ts";

async function toolNames(environment: Record<string, string> = {}): Promise<string[]> {
  await using server = await listeningApp(environment);
  const { tools } = await resultOf(await server.post(rpc("tools/list", undefined, 2)));
  return tools.map((tool: { name: string }) => tool.name);
}

Deno.test("health_endpoint_returns_ok mcp:13", async () => {
  await using server = await listeningApp();
  const response = await server.send("GET", {}, "/mcp/health");
  assert.equal(response.status, 200);
  const body = await response.json();
  assert.equal(body.status, "ok");
  assert.equal(body.protocol_version, "2026-07-28");
});

Deno.test("initialize_round_trips_over_http mcp:36 mcp:181", async () => {
  await using server = await listeningApp();
  const response = await server.post('{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}');
  assert.equal(response.status, 200);
  const body = await response.json();
  assert.equal(body.jsonrpc, "2.0");
  assert.equal(body.id, 1);
  assert.equal(body.result.protocolVersion, "2024-11-05");
});

Deno.test("tools_list_round_trips_over_http with the six first mcp:144 mcp:179", async () => {
  const names = await toolNames();
  assert.deepEqual(names.slice(0, 6), CORE_TOOL_NAMES);
  assert.deepEqual(names, TOOL_NAMES);
});

Deno.test("tools_list_round_trips_over_http with the six alone when the core is offered", async () => {
  assert.deepEqual(await toolNames({ CAR_TOOLS_OFFER: "core" }), CORE_TOOL_NAMES);
});

Deno.test("malformed_json_returns_parse_error mcp:21 mcp:177", async () => {
  await using server = await listeningApp();
  assert.equal((await assertRpcError(await server.post("{not valid"), 200, -32700)).id, null);
});

Deno.test("shared_memgine_lets_facts_persist_across_requests mcp:148", async () => {
  await using server = await listeningApp();
  const fact = { subject: "daemon", body: "shared engine works" };
  await resultOf(await server.post(call("memory_add_fact", fact)));
  const found = await server.post(call("memory_query", { query: "daemon", k: 5 }, 2));
  const [content] = (await resultOf(found)).content;
  assert.ok(content.text.includes("daemon"), content.text);
});

Deno.test("sse_get_emits_init_event_and_registers_session mcp:182", async () => {
  await using server = await listeningApp({ CAR_COMPAT: "car" });
  const response = await server.send("GET", { "mcp-session-id": "test-session-1" });
  assert.equal(response.status, 200);
  assert.equal(server.app.pushToSession("test-session-1", { x: 1 }), true);
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  const first = (await reader?.read())?.value ?? "";
  assert.ok(first.includes("notifications/initialized"), first);
  assert.ok(first.includes("test-session-1"), first);
  await reader?.cancel();
});

Deno.test("push_to_session_delivers_payload_to_connected_client mcp:184", async () => {
  await using server = await listeningApp({ CAR_COMPAT: "car" });
  const response = await server.send("GET", { "mcp-session-id": "push-session" });
  const stream = new SseReader(response);
  await stream.next();
  const payload = {
    jsonrpc: "2.0",
    id: 99,
    method: "tools/call",
    params: { name: "host_owned_tool", arguments: {} },
  };
  assert.equal(server.app.pushToSession("push-session", payload), true);
  assert.deepEqual(await stream.next(), payload);
  await stream.close();
});

Deno.test("push_to_session_returns_false_for_unknown_session", async () => {
  await using server = await listeningApp();
  assert.equal(server.app.pushToSession("nobody", { x: 1 }), false);
});
