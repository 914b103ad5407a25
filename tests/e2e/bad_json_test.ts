// JSON made to exhaust a parser or whoever walks its result, to the parsers of both runtimes. An error within
// bounds, and the next request is answered.

import assert from "node:assert/strict";
import type { RawAnswer } from "../helpers/raw_socket.ts";
import { rawPost } from "../helpers/raw_socket.ts";
import { answerTo, assertServes, type Target, testTarget } from "../helpers/raw_target.ts";
import { call, rpc } from "../helpers/test_app.ts";

const ENCODER = new TextEncoder();

/** Checks that the answer is a JSON-RPC error with one of these codes, and short. */
function assertError(answer: RawAnswer | undefined, ...codes: readonly number[]): void {
  assert.ok(answer !== undefined && answer.body.length < 1_000);
  const { error } = JSON.parse(answer.body);
  assert.ok(codes.includes(error?.code), answer.body);
}

function post(server: Target, body: string): Promise<RawAnswer | undefined> {
  return answerTo(server, rawPost(body));
}

const DEEP = 100_000;
const DEEP_VALUES: Readonly<Record<string, string>> = {
  arrays: "[".repeat(DEEP) + "]".repeat(DEEP),
  objects: '{"a":'.repeat(DEEP) + "1" + "}".repeat(DEEP),
  "arrays that never end": "[".repeat(DEEP),
};

for (const [name, value] of Object.entries(DEEP_VALUES)) {
  testTarget(`100,000 levels of ${name} are an error mcp:29`, async (server) => {
    assertError(await post(server, value), -32700, -32600);
    const inside = JSON.stringify(call("verify", { proposal: "DEEP" })).replace('"DEEP"', value);
    assertError(await post(server, inside), -32700, -32600);
    await assertServes(server);
  });
}

testTarget("300,000 keys or a million elements are an error mcp:29", async (server) => {
  const keys = Array.from({ length: 300_000 }, (_, at) => `"k${at}":1`).join(",");
  assertError(
    await post(server, `{"jsonrpc":"2.0","id":1,"method":"ping","params":{${keys}}}`),
    -32600,
  );
  const million = Array(1_000_000).fill("0").join(",");
  assertError(await post(server, `[${million}]`), -32600);
  await assertServes(server);
});

testTarget("a name of a megabyte is an unknown method or an unknown tool", async (server) => {
  const name = "n".repeat(1024 * 1024);
  assertError(await post(server, JSON.stringify(rpc(name))), -32601);
  assertError(await post(server, JSON.stringify(call(name))), -32602);
  await assertServes(server);
});

testTarget("bytes that are not UTF-8 are a parse error mcp:22", async (server) => {
  for (const bytes of [[0xff], [0xc3, 0x28], [0xed, 0xa0, 0x80], [0xc0, 0xaf], [0xf5, 0x80]]) {
    const [before = "", after = ""] = JSON.stringify(rpc("ping", { text: "HERE" })).split("HERE");
    const body = [...ENCODER.encode(before), ...bytes, ...ENCODER.encode(after)];
    const head = rawPost("", { "content-length": String(body.length) });
    assertError(await answerTo(server, head, Uint8Array.from(body)), -32700);
  }
  await assertServes(server);
});
