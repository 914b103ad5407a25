import assert from "node:assert/strict";
import { jwtApp } from "../helpers/jwt_app.ts";
import { call } from "../helpers/test_app.ts";

Deno.test("a batch is answered 403 with all that its requests lack together, and runs none mcp:171", async () => {
  await using server = await jwtApp();
  const headers = { ...await server.shows("openid"), "mcp-protocol-version": "2025-03-26" };
  const read = { method: "resources/read", params: { uri: "car://memory/status" } };
  const batch = [
    { ...call("memory_add_fact", { subject: "s", body: "b" }), id: 1 },
    { jsonrpc: "2.0", id: 2, ...read },
    { jsonrpc: "2.0", id: 3, method: "ping" },
  ];
  const response = await server.post(batch, headers);
  const { id, error } = await response.json();
  assert.equal(response.status, 403);
  assert.equal(id, null);
  assert.equal(error.message, "Forbidden: the token lacks tools:call, resources:read");
  const challenge = response.headers.get("www-authenticate") ?? "";
  assert.match(challenge, /scope="tools:call resources:read"/);

  const wider = { ...await server.shows("tools:call resources:read") };
  const facts = await server.post(call("memory_query", { query: "s" }), wider);
  const { result } = await facts.json();
  assert.deepEqual(JSON.parse(result.content[0].text), []);
});
