import assert from "node:assert/strict";
import { readEnvelope } from "../../src/protocol/json_rpc.ts";

function errorOf(value: unknown): { code: number; id: unknown } {
  const envelope = readEnvelope(value);
  assert.equal(envelope.kind, "invalid");
  // The line above checked the kind, which the assertion library cannot tell the compiler.
  const { error } = envelope as Extract<typeof envelope, { kind: "invalid" }>;
  return { code: error.error.code, id: error.id };
}

const ping = { jsonrpc: "2.0", id: 1, method: "ping" };

Deno.test("readEnvelope() refuses what is no message object mcp:23", () => {
  for (const value of [null, 42, "x", true, [], { valid_json: true }]) {
    assert.deepEqual(errorOf(value), { code: -32600, id: null });
  }
});

Deno.test("readEnvelope() refuses a wrong jsonrpc and keeps a readable id mcp:24", () => {
  assert.deepEqual(errorOf({ id: 7, method: "ping" }), { code: -32600, id: 7 });
  assert.deepEqual(errorOf({ ...ping, jsonrpc: "1.0", id: "a" }), { code: -32600, id: "a" });
});

Deno.test("readEnvelope() refuses ids that are no string or integer mcp:25", () => {
  for (const id of [null, 1.5, {}, [], true, 2 ** 53]) {
    assert.deepEqual(errorOf({ ...ping, id }), { code: -32600, id: null });
  }
});

Deno.test("readEnvelope() takes every string and integer as id mcp:26", () => {
  for (const id of [0, -1, "", "x".repeat(10_000), Number.MAX_SAFE_INTEGER]) {
    const envelope = readEnvelope({ ...ping, id });
    assert.equal(envelope.kind, "request");
  }
});

Deno.test("readEnvelope() refuses a missing or wrong method mcp:27", () => {
  assert.deepEqual(errorOf({ jsonrpc: "2.0", id: 1 }), { code: -32600, id: 1 });
  assert.deepEqual(errorOf({ ...ping, method: 5 }), { code: -32600, id: 1 });
});

Deno.test("readEnvelope() refuses params that are no object mcp:28", () => {
  for (const params of [[], "x", 1, null]) {
    assert.deepEqual(errorOf({ ...ping, params }), { code: -32600, id: 1 });
  }
});

Deno.test("readEnvelope() refuses method beside result mcp:31", () => {
  assert.deepEqual(errorOf({ ...ping, result: {} }), { code: -32600, id: 1 });
  assert.deepEqual(errorOf({ ...ping, error: { code: 1, message: "" } }), { code: -32600, id: 1 });
});

Deno.test("readEnvelope() tells requests, notifications and responses apart", () => {
  assert.equal(readEnvelope(ping).kind, "request");
  assert.equal(readEnvelope({ jsonrpc: "2.0", method: "x" }).kind, "notification");
  assert.equal(readEnvelope({ jsonrpc: "2.0", id: 0, result: null }).kind, "response");
  const error = { code: 1, message: "no" };
  assert.equal(readEnvelope({ jsonrpc: "2.0", id: 0, error }).kind, "response");
  assert.equal(readEnvelope({ jsonrpc: "2.0", id: null, error }).kind, "response");
});

Deno.test("readEnvelope() refuses malformed responses", () => {
  const both = { jsonrpc: "2.0", id: 1, result: {}, error: { code: 1, message: "" } };
  assert.equal(errorOf(both).code, -32600);
  assert.equal(errorOf({ jsonrpc: "2.0", result: {} }).code, -32600);
  assert.equal(errorOf({ jsonrpc: "2.0", id: 1, error: "no" }).code, -32600);
});
