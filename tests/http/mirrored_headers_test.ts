// Headers that repeat the body of a stateless request, over the whole server.

import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { z } from "zod";
import { HEADER_ANNOTATION } from "../../src/protocol/mirrored_arguments.ts";
import { defineTool } from "../../src/tools/definition.ts";
import { listeningApp } from "../helpers/listening_app.ts";
import { modernRequest, postModern } from "../helpers/modern_client.ts";
import { RawSocket } from "../helpers/raw_socket.ts";
import { assertRpcError, resultOf, testApp } from "../helpers/test_app.ts";

const encoded = (text: string) => `=?base64?${Buffer.from(text).toString("base64")}?=`;

let runs = 0;
const ROUTED = defineTool({
  name: "routed",
  title: "Routed",
  description: "Has arguments that a gateway may read",
  input: z.object({
    region: z.string().optional().meta({ [HEADER_ANNOTATION]: "Region" }),
    count: z.int().optional().meta({ [HEADER_ANNOTATION]: "Count" }),
  }),
  output: z.object({ runs: z.int() }),
  run: () => ({ structured: { runs: ++runs } }),
});

async function routed() {
  const server = await testApp({ tools: [ROUTED] });
  const send = (args: Record<string, unknown>, headers: Record<string, string> = {}) =>
    postModern(server, "tools/call", { name: "routed", arguments: args }, { headers });
  return { server, send };
}

Deno.test("Mcp-Name may be written in Base64, and must then be right mcp:97", async () => {
  await using server = await testApp();
  const params = { name: "memory_query", arguments: { query: "x" } };
  const send = (name: string) =>
    postModern(server, "tools/call", params, { headers: { "mcp-name": name } });
  assert.ok(await resultOf(await send(encoded("memory_query"))));
  const wrong = [
    encoded("memory_add_fact"),
    "=?base64?bWVtb3J5X3F1ZXJ5",
    "=?base64?bWVtb3J5X3F1ZXJ?=",
    "=?base64?%%%?=",
    "=?BASE64?bWVtb3J5X3F1ZXJ5?=",
    encoded(encoded("memory_query")),
  ];
  for (const name of wrong) await assertRpcError(await send(name), 400, -32020);
});

Deno.test("a header that repeats an argument must be there and fit, or the tool does not run mcp:100", async () => {
  const { server, send } = await routed();
  await using _server = server;
  const before = runs;
  const wrong: Record<string, string>[] = [
    {},
    { "mcp-param-region": "us" },
    { "mcp-param-region": "EU" },
    { "mcp-param-region": "eu, eu" },
    { "mcp-param-region": "=?base64?%%%?=" },
    { "mcp-param-region": encoded("us") },
  ];
  for (const headers of wrong) {
    await assertRpcError(await send({ region: "eu" }, headers), 400, -32020);
  }
  assert.equal(runs, before);
  for (const region of ["eu", encoded("eu")]) {
    assert.ok(await resultOf(await send({ region: "eu" }, { "mcp-param-region": region })));
  }
  const far = "Zürich";
  assert.ok(await resultOf(await send({ region: far }, { "mcp-param-region": encoded(far) })));
});

Deno.test("defineTool() refuses a mark that no client could follow", () => {
  const input = z.object({ region: z.string().nullable().meta({ [HEADER_ANNOTATION]: "Region" }) });
  const spec = { name: "t", title: "t", description: "t", input, output: z.object({}) };
  assert.throws(() => defineTool({ ...spec, run: () => ({ structured: {} }) }), /x-mcp-header/);
});

Deno.test("an argument that is null or absent has no header mcp:101", async () => {
  const { server, send } = await routed();
  await using _server = server;
  for (const args of [{}, { region: null }]) {
    // The tool takes no null; what matters is that the headers are in order.
    assert.ok(await resultOf(await send(args)));
    const refused = await send(args, { "mcp-param-region": "eu" });
    await assertRpcError(refused, 400, -32020);
  }
});

Deno.test("numbers are compared as numbers mcp:102", async () => {
  const { server, send } = await routed();
  await using _server = server;
  for (const count of ["42", "42.0"]) {
    assert.ok(await resultOf(await send({ count: 42 }, { "mcp-param-count": count })));
  }
  for (const count of ["43", "", "forty-two", "0x2a"]) {
    await assertRpcError(await send({ count: 42 }, { "mcp-param-count": count }), 400, -32020);
  }
});

Deno.test("a raw byte beyond ASCII in a checked header is refused mcp:103", async () => {
  await using server = await listeningApp();
  const { body, headers } = modernRequest("tools/call", { name: "é", arguments: {} });
  const text = JSON.stringify(body);
  const names = Object.entries({ ...headers, "mcp-name": "é" })
    .map(([name, value]) => `${name}: ${value}`);
  const head = [
    "POST /mcp HTTP/1.1",
    `Host: ${new URL(server.app.url).host}`,
    "Content-Type: application/json",
    `Content-Length: ${Buffer.byteLength(text)}`,
    "Connection: close",
    ...names,
  ];
  for (const encoding of ["latin1", "utf8"] as const) {
    const socket = await RawSocket.open(Number(new URL(server.app.url).port));
    socket.write(Buffer.from(`${head.join("\r\n")}\r\n\r\n`, encoding));
    socket.write(text);
    const answer = await socket.answer();
    assert.equal(answer?.status, 400);
    assert.equal(JSON.parse(answer.body).error.code, -32020);
    await socket.end();
  }
});

Deno.test("the namespace of a built-in tool is repeated, so that a gateway can route by it mcp:100", async () => {
  await using server = await testApp();
  const params = { name: "memory_query", arguments: { query: "x", tenant_id: "team" } };
  await assertRpcError(await postModern(server, "tools/call", params), 400, -32020);
  const headers = { "mcp-param-tenant-id": "team" };
  assert.ok(await resultOf(await postModern(server, "tools/call", params, { headers })));
});
