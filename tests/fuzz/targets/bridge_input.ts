// What a client writes to the bridge, from its first line to the end of its input: every line that comes
// back is a message, each request has one answer, and the bridge ends.

import assert from "node:assert/strict";
import { Writable } from "node:stream";
import { limitsWith } from "../../../src/base/limits.ts";
import { runBridge } from "../../../src/stdio/bridge.ts";
import { MessageOutput } from "../../../src/stdio/message_output.ts";
import { FakeClock } from "../../helpers/fake_clock.ts";
import { modernRequest } from "../../helpers/modern_client.ts";
import { call, initializeRequest, notification, rpc, testApp } from "../../helpers/test_app.ts";
import type { Bytes, FuzzTarget, OpenTarget } from "../fuzz_target.ts";
import { nearlyMessage } from "../messages.ts";
import { mutated } from "../mutations.ts";
import { inPieces } from "./_pieces.ts";

const LIMITS = limitsWith({ bodyBytesMax: 8_192 });
const SCRAPS = ["\n", "\r\n", "{", "}", "[", "]", '"', ",", '"id":1', '"params":{', "\u0000"];

/** The stdin of a bridge. */
export const BRIDGE_INPUT: FuzzTarget = {
  name: "bridge-input",
  promise: "the bridge answers whatever is written to it in messages, and ends with its input",
  suiteInputs: 1_500,
  outcomes: ["answered"],
  generate(random) {
    const legacy = [initializeRequest("2025-11-25"), notification("notifications/initialized")];
    const { body } = modernRequest("tools/list");
    const messages = [
      ...(random(3) === 0 ? [] : legacy),
      ...[rpc("ping", {}, 2), call("verify", {}, 3), nearlyMessage(random), body],
    ].slice(0, 1 + random(6));
    const text = messages.map((message) => `${JSON.stringify(message)}\n`).join("");
    return mutated(random, { corpus: [text], scraps: SCRAPS, bytesMax: 16_384 });
  },
  open,
};

async function open(): Promise<OpenTarget> {
  const { app, ...server } = await testApp({ environment: { CAR_SESSIONS_MAX: "64" } });
  return {
    async check(input) {
      const lines: string[] = [];
      const output = new Writable({
        write(chunk, _encoding, done) {
          lines.push(`${chunk}`);
          done();
        },
      });
      await runBridge({
        locate: () => Promise.resolve({ url: app.url, send: (request) => app.fetch(request) }),
        headers: {},
        input: streamOf(input),
        output: new MessageOutput(output),
        limits: LIMITS,
        clock: new FakeClock(),
        onTrouble: () => {},
      });
      const messages = lines.join("").split("\n").filter((line) => line !== "")
        .flatMap((line) => JSON.parse(line));
      for (const message of messages) assert.equal(message.jsonrpc, "2.0");
      return messages.length > 0 ? "answered" : "silent";
    },
    close: () => server[Symbol.asyncDispose](),
  };
}

async function* streamOf(input: Bytes): AsyncGenerator<Uint8Array> {
  yield* inPieces(input);
}
