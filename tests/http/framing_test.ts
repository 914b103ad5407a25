// What a body must be to be a message, and the status of what is not (rows 21 to 32).

import assert from "node:assert/strict";
import { z } from "zod";
import { defineTool } from "../../src/tools/definition.ts";
import { assertRpcError, call, resultOf, rpc, testApp } from "../helpers/test_app.ts";

const ping = rpc("ping");
const MODERN = { "mcp-protocol-version": "2026-07-28" };

Deno.test("broken JSON is answered -32700 with id null, under 200 or 400 mcp:21 mcp:177", async () => {
  await using server = await testApp();
  for (const body of ["{not valid", "", " ", "not json"]) {
    assert.equal((await assertRpcError(await server.post(body), 200, -32700)).id, null);
    assert.equal((await assertRpcError(await server.post(body, MODERN), 400, -32700)).id, null);
  }
});

Deno.test("invalid UTF-8 is answered -32700 mcp:22", async () => {
  await using server = await testApp();
  const text = JSON.stringify(rpc("ping", { note: "é" }));
  const bytes = new TextEncoder().encode(text).filter((byte) => byte !== 0xa9);
  await assertRpcError(await server.post(bytes), 200, -32700);
  await assertRpcError(await server.post(bytes, MODERN), 400, -32700);
});

Deno.test("JSON that is no message is answered -32600 mcp:23 mcp:178", async () => {
  await using server = await testApp();
  for (const body of ["null", "42", '"x"', "true", '{"valid_json": true}']) {
    await assertRpcError(await server.post(body), 200, -32600);
    await assertRpcError(await server.post(body, MODERN), 400, -32600);
  }
});

Deno.test("a message of the wrong shape is answered -32600 with its id if readable mcp:24 mcp:25 mcp:27 mcp:28 mcp:31", async () => {
  await using server = await testApp();
  const cases: [Record<string, unknown>, unknown][] = [
    [{ id: 5, method: "ping" }, 5],
    [{ ...ping, jsonrpc: "1.0" }, 1],
    [{ ...ping, id: null }, null],
    [{ ...ping, id: 1.5 }, null],
    [{ ...ping, id: {} }, null],
    [{ ...ping, id: [] }, null],
    [{ ...ping, id: true }, null],
    [{ jsonrpc: "2.0", id: "a" }, "a"],
    [{ ...ping, method: 7 }, 1],
    [{ ...ping, params: [] }, 1],
    [{ ...ping, params: "x" }, 1],
    [{ ...ping, result: {} }, 1],
  ];
  for (const [body, id] of cases) {
    assert.equal((await assertRpcError(await server.post(body), 200, -32600)).id, id);
    assert.equal((await assertRpcError(await server.post(body, MODERN), 400, -32600)).id, id);
  }
});

Deno.test("ids are echoed with their type mcp:26", async () => {
  await using server = await testApp();
  for (const id of [0, -1, "", "1", "x".repeat(100_000), Number.MAX_SAFE_INTEGER]) {
    const answer = await (await server.post(rpc("ping", {}, id))).json();
    assert.deepEqual(answer, { jsonrpc: "2.0", id, result: {} });
  }
});

Deno.test("deep nesting and very many values are refused and the next request works mcp:29", async () => {
  await using server = await testApp();
  const deep = `{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":${"[".repeat(100_000)}${
    "]".repeat(100_000)
  }}}`;
  const deepAnswer = await server.post(deep);
  assert.equal(deepAnswer.status, 400);
  await deepAnswer.body?.cancel();
  const keys = Array.from({ length: 250_000 }, (_, at) => `"k${at}":0`).join(",");
  const wide = `{"jsonrpc":"2.0","id":1,"method":"ping","params":{${keys}}}`;
  await assertRpcError(await server.post(wide), 400, -32600);
  const millionKeys = `{${Array.from({ length: 1_000_000 }, (_, at) => `"${at}":0`).join(",")}}`;
  await assertRpcError(await server.post(millionKeys), 413, -32000);
  await resultOf(await server.post(ping));
});

Deno.test("nesting at the bound is served", async () => {
  await using server = await testApp();
  // The message, its params and the arguments of the nesting are levels, too.
  const at = (levels: number) =>
    `{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":${"[".repeat(levels)}${
      "]".repeat(levels)
    }}}`;
  await resultOf(await server.post(at(62)));
  await assertRpcError(await server.post(at(63)), 400, -32600);
});

Deno.test("the names of prototype members are data mcp:30", async () => {
  await using server = await testApp();
  const polluted =
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"memory_query","__proto__":{"isAdmin":1},"arguments":{"query":"x","__proto__":{"k":3},"constructor":{"prototype":{"isAdmin":1}}}}}';
  const result = await resultOf(await server.post(polluted));
  assert.equal(result.isError, true);
  assert.match(result.content[0].text, /Unknown argument/);
  assert.equal(({} as Record<string, unknown>).isAdmin, undefined);
  for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty"]) {
    await assertRpcError(await server.post(call(name)), 200, -32602);
    await assertRpcError(await server.post(rpc(name)), 200, -32601);
  }
  const stored = await resultOf(
    await server.post(call("memory_add_fact", { subject: "__proto__", body: "constructor" })),
  );
  assert.equal(stored.isError, undefined);
  const found = await resultOf(await server.post(call("memory_query", { query: "constructor" })));
  assert.match(found.content[0].text, /__proto__/);
});

Deno.test("an id in flight is refused with 400 and the first answer comes mcp:32", async () => {
  const started = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const slow = defineTool({
    name: "slow",
    title: "Slow",
    description: "Answers when told",
    input: z.object({}),
    output: z.object({ done: z.boolean() }),
    async run() {
      started.resolve();
      await release.promise;
      return { structured: { done: true } };
    },
  });
  await using server = await testApp({ tools: [slow] });
  const session = await server.open();
  const first = session.post(call("slow", {}, 7));
  await started.promise;
  assert.equal((await assertRpcError(await session.post(rpc("ping", {}, 7)), 400, -32600)).id, 7);
  await resultOf(await session.post(rpc("ping", {}, "7")));
  release.resolve();
  assert.deepEqual((await resultOf(await first)).structuredContent, { done: true });
});

Deno.test("a method name of a megabyte is an unknown method", async () => {
  await using server = await testApp();
  const answer = await assertRpcError(await server.post(rpc("m".repeat(1_048_576))), 200, -32601);
  assert.ok(JSON.stringify(answer).length < 1_000);
  const unknownTool = await assertRpcError(
    await server.post(call("t".repeat(1_048_576))),
    200,
    -32602,
  );
  assert.ok(JSON.stringify(unknownTool).length < 1_000);
});
