// What one principal may hold of the server at once, and that the others are served meanwhile.

import assert from "node:assert/strict";
import { bearer, guardedApp } from "../helpers/guarded_app.ts";
import { gateTool } from "../helpers/gate_tool.ts";
import { postModern } from "../helpers/modern_client.ts";
import {
  assertRpcError,
  call,
  initializeRequest,
  resultOf,
  rpc,
  testApp,
} from "../helpers/test_app.ts";

/** A server with a tool that waits, and two principals. */
async function sharedApp(environment: Record<string, string>) {
  const gate = gateTool();
  const server = await guardedApp({ tools: [gate.tool], environment });
  const ann = bearer(server.give("ann").token);
  const bob = bearer(server.give("bob").token);
  return { server, gate, ann, bob };
}

async function open(
  { post }: Pick<Awaited<ReturnType<typeof guardedApp>>, "post">,
  token: Record<string, string>,
): Promise<Record<string, string>> {
  const response = await post(initializeRequest("2025-11-25"), token);
  await resultOf(response.clone());
  const id = response.headers.get("mcp-session-id") ?? "";
  await response.body?.cancel();
  return { "mcp-session-id": id, ...token };
}

Deno.test("one request of a principal more than its share is answered 429", async () => {
  const { server, gate, ann, bob } = await sharedApp({ CAR_LIMITS_PRINCIPAL_REQUESTS_MAX: "1" });
  await using _server = server;
  const running = server.post(call("gate"), ann);
  await gate.entered;
  const refused = await server.post(rpc("ping"), ann);
  assert.equal(refused.headers.get("retry-after"), "1");
  await assertRpcError(refused, 429, -32000);
  await resultOf(await server.post(rpc("ping"), bob));
  gate.open();
  await resultOf(await running);
  await resultOf(await server.post(rpc("ping"), ann));
});

Deno.test("one call of a principal more than its share is a result that says so", async () => {
  const { server, gate, ann, bob } = await sharedApp({ CAR_LIMITS_PRINCIPAL_CALLS_MAX: "1" });
  await using _server = server;
  const session = await open(server, ann);
  const running = server.post(call("gate"), session);
  await gate.entered;
  const told = {
    content: [{
      type: "text",
      text: "Too many calls at once: at most 1; wait for one of them to end",
    }],
    isError: true,
  };
  assert.deepEqual(await resultOf(await server.post(call("verify", {}, 2), session)), told);
  const { resultType: _, ...modern } = await resultOf(
    await postModern(server, "tools/call", { name: "memory_query", arguments: { query: "x" } }, {
      headers: ann,
    }),
  );
  assert.deepEqual({ content: modern.content, isError: modern.isError }, told);
  await resultOf(await server.post(rpc("ping", {}, 3), session));
  const ofBob = await resultOf(await server.post(call("memory_query", { query: "x" }), bob));
  assert.notEqual(ofBob.isError, true);
  gate.open();
  await resultOf(await running);
  const after = await resultOf(await server.post(call("memory_query", { query: "x" }), ann));
  assert.notEqual(after.isError, true);
  const metrics = await (await server.send("GET", ann, "/metrics")).text();
  assert.match(metrics, /car_limits_met_total\{limit="principalCallsMax"\} 2/);
});

Deno.test("a call that fails gives its place back", async () => {
  const { server, ann } = await sharedApp({ CAR_LIMITS_PRINCIPAL_CALLS_MAX: "1" });
  await using _server = server;
  for (let each = 0; each < 3; each++) {
    const { content } = await resultOf(await server.post(call("memory_query", {}), ann));
    assert.match(content[0].text, /query/);
  }
});

Deno.test("one stream of a principal more than its share is answered 429", async () => {
  const { server, ann, bob } = await sharedApp({
    CAR_LIMITS_PRINCIPAL_STREAMS_MAX: "1",
    CAR_STREAMS_OPEN_AFTER_MS: "0",
  });
  await using _server = server;
  const session = await open(server, ann);
  const listen = (headers: Record<string, string>) =>
    server.send("GET", { accept: "text/event-stream", ...headers });
  const first = await listen(session);
  assert.equal(first.status, 200);
  const second = await listen(session);
  assert.equal(second.headers.get("retry-after"), "5");
  await assertRpcError(second, 429, -32000);
  const notifications = { toolsListChanged: true };
  const modern = await postModern(server, "subscriptions/listen", { notifications }, {
    id: 9,
    headers: ann,
  });
  assert.equal((await assertRpcError(modern, 429, -32000)).id, 9);
  // A call is answered all the same, without a stream.
  const streaming = { accept: "application/json, text/event-stream" };
  const plain = await server.post(rpc("ping"), { ...session, ...streaming });
  assert.equal(plain.headers.get("content-type"), "application/json");
  await resultOf(plain);
  const ofBob = await listen(await open(server, bob));
  assert.equal(ofBob.status, 200);
  await ofBob.body?.cancel();
  await first.body?.cancel();
  const again = await listen(session);
  assert.equal(again.status, 200);
  await again.body?.cancel();
});

Deno.test("a piece of a body more than a principal's share is answered 429", async () => {
  const { server, ann, bob } = await sharedApp({
    CAR_LIMITS_PRINCIPAL_BODY_BYTES_MAX: "2048",
  });
  await using _server = server;
  const text = (bytes: number) => JSON.stringify(rpc("ping")).padEnd(bytes, " ");
  const slow = new TransformStream<Uint8Array, Uint8Array>();
  const writer = slow.writable.getWriter();
  const headers = { "content-type": "application/json", ...ann };
  const request = new Request(server.app.url, { method: "POST", headers, body: slow.readable });
  const receiving = server.app.fetch(request);
  // Taken when the second piece is asked for.
  await writer.write(new TextEncoder().encode(text(1_500)));
  await writer.write(new TextEncoder().encode(" "));
  const announced = { "content-length": "1000" };
  const refused = await server.post(text(1_000), { ...ann, ...announced });
  assert.equal(refused.headers.get("connection"), "close");
  assert.equal(refused.headers.get("retry-after"), "1");
  await assertRpcError(refused, 429, -32000);
  const inPieces = await server.post(text(1_000), ann);
  await assertRpcError(inPieces, 429, -32000);
  await resultOf(await server.post(text(1_000), bob));
  await writer.close();
  await resultOf(await receiving);
  await resultOf(await server.post(text(1_000), { ...ann, ...announced }));
});

Deno.test("a fact too many is a result that says so, and is counted by limit", async () => {
  const environment = { CAR_LIMITS_NAMESPACE_BYTES_MAX: "1024", CAR_LIMITS_FACTS_MAX: "2" };
  await using server = await testApp({ environment });
  const add = async (body: string) => {
    const fact = { subject: "s", body };
    const { content, isError } = await resultOf(await server.post(call("memory_add_fact", fact)));
    return { text: content[0].text as string, isError };
  };
  assert.equal((await add("x".repeat(1_000))).isError, undefined);
  assert.deepEqual(await add("y".repeat(1_000)), {
    text: "The namespace holds 1001 bytes of facts; allowed: at most 1024",
    isError: true,
  });
  assert.equal((await add("z")).isError, undefined);
  assert.match((await add("y")).text, /2 facts; allowed: at most 2$/);
  const metrics = await (await server.send("GET", {}, "/metrics")).text();
  assert.match(metrics, /car_limits_met_total\{limit="namespaceBytesMax"\} 1/);
  assert.match(metrics, /car_limits_met_total\{limit="factsMax"\} 1/);
});

Deno.test("one user has no share to keep to", async () => {
  const gate = gateTool();
  const environment = {
    CAR_LIMITS_PRINCIPAL_REQUESTS_MAX: "1",
    CAR_LIMITS_PRINCIPAL_CALLS_MAX: "1",
  };
  await using server = await testApp({ tools: [gate.tool], environment });
  const running = server.post(call("gate"));
  await gate.entered;
  const other = await resultOf(await server.post(call("memory_query", { query: "x" })));
  assert.notEqual(other.isError, true);
  gate.open();
  await resultOf(await running);
});
