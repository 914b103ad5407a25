// Messages that were made and damaged at random, sent to the endpoint: each is answered in the words of
// the protocol, none is answered with a fault of ours, and a tool runs only for a call of it.

import assert from "node:assert/strict";
import { readEnvelope } from "../../src/protocol/json_rpc.ts";
import { modernRequest } from "../helpers/modern_client.ts";
import { talkingTool } from "../helpers/talking_tool.ts";
import { call, initializeRequest, notification, rpc, testApp } from "../helpers/test_app.ts";
import { damaged, eachInput, INPUTS, oneOf, type Random, randomJson } from "./_inputs.ts";

type Members = Record<string, unknown>;

const MEMBERS = ["jsonrpc", "id", "method", "params", "result", "error"] as const;

/** A message, or nearly one: some members replaced, taken away or added. */
function nearlyMessage(random: Random): Members {
  const message: Members = oneOf(random, [
    rpc("ping"),
    rpc("tools/list", {}, "text"),
    call("count", {}, 0),
    rpc("logging/setLevel", { level: "info" }),
    rpc("no/such/method", {}, ""),
    notification("notifications/cancelled", { requestId: 1 }),
    { jsonrpc: "2.0", id: 5, result: {} },
    { jsonrpc: "2.0", id: 5, error: { code: 1, message: "no" } },
    initializeRequest("2025-11-25"),
  ]);
  const changed = { ...message };
  for (let change = random(3); change > 0; change--) {
    const member = oneOf(random, MEMBERS);
    if (random(3) === 0) delete changed[member];
    else changed[member] = randomJson(random, 2);
  }
  return changed;
}

/** Whether JSON-RPC 2.0 and the protocol call it a request, said in other words than the code does. */
function isRequest(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const { jsonrpc, id, method, params, result, error } = value as Members;
  const hasId = typeof id === "string" || (typeof id === "number" && Number.isSafeInteger(id));
  const hasParams = params === undefined ||
    (typeof params === "object" && params !== null && !Array.isArray(params));
  return jsonrpc === "2.0" && hasId && typeof method === "string" && hasParams &&
    result === undefined && error === undefined;
}

Deno.test("readEnvelope() calls a request what is one, and repeats ids that can be read mcp:23-28 mcp:31", async () => {
  const counts = { request: 0, notification: 0, response: 0 };
  await eachInput((random) => {
    // As it would have come: what JSON cannot say is gone.
    const value = JSON.parse(
      JSON.stringify(random(4) === 0 ? randomJson(random, 3) : nearlyMessage(random)),
    );
    const envelope = readEnvelope(value);
    const shown = JSON.stringify(value);
    assert.equal(envelope.kind === "request", isRequest(value), shown);
    if (envelope.kind !== "invalid") return void (counts[envelope.kind] += 1);
    const { id, error } = envelope.error;
    assert.equal(error.code, -32600);
    assert.ok(id === null || id === value.id, shown);
  });
  // Neither kind of input is rare.
  for (const [kind, count] of Object.entries(counts)) assert.ok(count > INPUTS / 100, kind);
});

const SCRAPS = ['"', "{", "}", "[", "]", ",", ":", "\\", "0", "e", "null", "\u0000"] as const;
const STATUSES: ReadonlySet<number> = new Set([200, 202, 400, 404]);

Deno.test("the endpoint answers whatever comes in the words of the protocol mcp:21-31", async () => {
  let runs = 0;
  const count = talkingTool("count", () => runs += 1);
  await using server = await testApp({ tools: [count] });
  const session = await server.open();
  await eachInput(async (random) => {
    const message = random(3) === 0
      ? modernRequest("tools/call", { name: "count" }).body
      : nearlyMessage(random);
    const text = JSON.stringify(message);
    const body = random(2) === 0 ? damaged(text, random, SCRAPS) : text;
    const version = random(3) === 0 ? { "mcp-protocol-version": "2026-07-28" } : {};
    const post = random(2) === 0 ? server.post : session.post;
    const before = runs;
    const response = await post(body, version);
    const answer = await response.text();
    const context = `${response.status} ${answer} for ${body}`;
    assert.ok(STATUSES.has(response.status), context);
    if (runs > before) assert.ok(isCountCall(body), context);
    if (answer !== "") assertMessage(JSON.parse(answer), context);
  });
  const { result } = await (await session.post(rpc("ping"))).json();
  assert.deepEqual(result, {});
  assert.ok(runs > INPUTS / 100, `${runs} calls`);
});

function isCountCall(body: string): boolean {
  const value = JSON.parse(body);
  return isRequest(value) && value.method === "tools/call" && value.params?.name === "count";
}

function assertMessage(answer: Members, context: string): void {
  assert.equal(answer["jsonrpc"], "2.0", context);
  const { result, error } = answer as { result?: unknown; error?: Members };
  assert.equal((result === undefined) !== (error === undefined), true, context);
  // A fault of ours would be -32603.
  assert.notEqual(error?.["code"], -32603, context);
}
