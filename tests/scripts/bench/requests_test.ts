import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { countedCall, goodResult } from "../../../scripts/bench/_requests.ts";

Deno.test("countedCall() raises the id in place and leaves the rest as it was", () => {
  const call = { name: "verify", arguments: { id: 1_000_000_000 } };
  const request = countedCall(new URL("http://127.0.0.1:1/mcp"), call, "session");
  const idOf = () => JSON.parse(Buffer.from(request.bytes).toString().split("\r\n\r\n")[1] ?? "");
  const before = idOf();
  for (let count = 0; count < 1_100; count++) request.next();
  assert.deepEqual(idOf(), { ...before, id: before.id + 1_100 });
});

Deno.test("countedCall() keeps the ids of lanes apart", () => {
  const url = new URL("http://127.0.0.1:1/mcp");
  const idOf = (lane: number) => {
    const { bytes } = countedCall(url, { name: "verify", arguments: {} }, "session", lane);
    return JSON.parse(Buffer.from(bytes).toString().split("\r\n\r\n")[1] ?? "").id;
  };
  assert.deepEqual([idOf(0), idOf(1), idOf(99)], [1_000_000_000, 1_010_000_000, 1_990_000_000]);
});

Deno.test("goodResult() gives the result in the last event when the answer is a stream", () => {
  const progress = JSON.stringify({ method: "notifications/progress" });
  const event = (json: string) => `id: 1/0.a\nevent: message\ndata: ${json}\n\n`;
  const body = (answer: unknown) =>
    Buffer.from(`: open\n\n${event(progress)}${event(JSON.stringify(answer))}`);
  assert.deepEqual(goodResult(body({ result: { content: [] } })), { content: [] });
  assert.throws(() => goodResult(body({ result: { isError: true } })), /The call failed/);
});

Deno.test("goodResult() gives the result and throws for an error of either kind", () => {
  const bodyOf = (answer: unknown) => Buffer.from(JSON.stringify(answer));
  assert.deepEqual(goodResult(bodyOf({ result: { content: [] } })), { content: [] });
  assert.throws(() => goodResult(bodyOf({ error: { code: -32600 } })), /The call failed/);
  assert.throws(() => goodResult(bodyOf({ result: { isError: true } })), /The call failed/);
});
