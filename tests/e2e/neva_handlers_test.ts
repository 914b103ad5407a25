// The tests of neva's HTTP handlers, one for one, over a real socket. Where the default profile differs:
// GET and DELETE take only the id of a live session and answer 404 for any other, because the
// specification wants clients to learn from it that a session is over; neva takes any UUID.

import assert from "node:assert/strict";
import { listeningApp } from "../helpers/listening_app.ts";
import {
  assertRpcError,
  initializeRequest,
  notification,
  resultOf,
  rpc,
} from "../helpers/test_app.ts";

Deno.test("notification_returns_202_without_pending_entry mcp:41 mcp:180", async () => {
  await using server = await listeningApp();
  const session = await server.open();
  const cancelled = notification("notifications/cancelled", { requestId: 1 });
  for (const response of [await server.post(cancelled), await session.post(cancelled)]) {
    assert.equal(response.status, 202);
    assert.equal(await response.text(), "");
  }
  // Nothing waits under the number that the notification named: a request may use it.
  await resultOf(await session.post(rpc("ping", undefined, 1)));
});

Deno.test("malformed_json_returns_parse_error_response mcp:21 mcp:177", async () => {
  await using server = await listeningApp();
  await assertRpcError(await server.post("not json"), 200, -32700);
});

Deno.test("invalid_message_shape_returns_invalid_request mcp:23 mcp:178", async () => {
  await using server = await listeningApp();
  await assertRpcError(await server.post('{"valid_json": true}'), 200, -32600);
});

Deno.test("init_request_pre_registers_session mcp:33", async () => {
  await using server = await listeningApp();
  const response = await server.post(initializeRequest("2025-11-25"));
  const id = response.headers.get("mcp-session-id");
  await resultOf(response);
  assert.ok(id);
  assert.equal(server.app.pushToSession(id, notification("notifications/test")), true);
});

Deno.test("delete_without_session_id_returns_400 mcp:54 mcp:183", async () => {
  await using server = await listeningApp();
  await assertRpcError(await server.send("DELETE"), 400, -32000);
});

Deno.test("delete_with_session_id_echoes_it_back mcp:53 mcp:185", async () => {
  await using server = await listeningApp();
  const { id } = await server.open();
  const response = await server.send("DELETE", { "mcp-session-id": id });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("mcp-session-id"), id);
  await response.body?.cancel();
});

Deno.test("delete_with_session_id_echoes_it_back for any UUID under compat mcp:185", async () => {
  await using server = await listeningApp({ CAR_COMPAT: "car" });
  const id = crypto.randomUUID();
  const response = await server.send("DELETE", { "mcp-session-id": id });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("mcp-session-id"), id);
  await response.body?.cancel();
});

Deno.test("delete of a session that is not there is 404 mcp:54", async () => {
  await using server = await listeningApp();
  const response = await server.send("DELETE", { "mcp-session-id": crypto.randomUUID() });
  await assertRpcError(response, 404, -32001);
});

Deno.test("get_without_session_id_returns_400 mcp:72 mcp:183", async () => {
  await using server = await listeningApp();
  await assertRpcError(await server.send("GET"), 400, -32000);
});

Deno.test("get_with_session_returns_stream_with_session_header mcp:71", async () => {
  await using server = await listeningApp();
  const { id } = await server.open();
  const response = await server.send("GET", { "mcp-session-id": id });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("content-type"), "text/event-stream");
  assert.equal(response.headers.get("mcp-session-id"), id);
  await response.body?.cancel();
});
