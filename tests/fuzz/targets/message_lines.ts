// Lines on stdin and stdout: the lines are those of the whole text, wherever a pipe cuts it; what a mounted
// server prints becomes messages or garbage, and nothing else.

import assert from "node:assert/strict";
import { type BoundedLine, readBoundedLines } from "../../../src/base/bounded_lines.ts";
import { limitsWith } from "../../../src/base/limits.ts";
import { readMessages } from "../../../src/upstream/read_messages.ts";
import { type Bytes, bytesOf, type FuzzTarget } from "../fuzz_target.ts";
import { nearlyMessage } from "../messages.ts";
import { mutated } from "../mutations.ts";
import { inPieces } from "./_pieces.ts";

const LINE_BYTES_MAX = 2_000;
const LIMITS = limitsWith();
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SCRAPS = [
  "\n",
  "\r\n",
  "\r",
  "{",
  "}",
  "[",
  "]",
  '"',
  ",",
  '"id":1,',
  "Listening on port 1\n",
];

/** From bytes to lines, and from lines to the messages of a mounted server. */
export const MESSAGE_LINES: FuzzTarget = {
  name: "message-lines",
  promise: "readBoundedLines() gives the lines of the bytes wherever they are cut, and " +
    "readMessages() what stands in them",
  suiteInputs: 8_000,
  outcomes: ["message", "garbage", "not_utf8", "too_long"],
  generate(random) {
    const lines = Array.from(
      { length: 1 + random(3) },
      () => JSON.stringify(nearlyMessage(random)),
    );
    const corpus = [`${lines.join("\n")}\n`, "x".repeat(LINE_BYTES_MAX + random(3) - 1)];
    return mutated(random, { corpus, scraps: SCRAPS, bytesMax: 16_384 });
  },
  open: () => ({ check }),
};

async function check(input: Bytes): Promise<string> {
  const whole = await linesOf([input]);
  assert.deepEqual(await linesOf(inPieces(input)), whole);
  const expected = linesByTheBook(input);
  assert.equal(whole.length, expected.length);
  const found = new Set<string>();
  for (const [at, line] of whole.entries()) {
    const bytes = expected[at] ?? new Uint8Array();
    assert.equal(line.number, at + 1);
    assert.equal("fault" in line && line.fault === "too_long", bytes.length > LINE_BYTES_MAX);
    if ("fault" in line) {
      found.add(line.fault);
      continue;
    }
    const wanted = bytes.at(-1) === CARRIAGE_RETURN ? bytes.slice(0, -1) : bytes;
    const text = at === 0 ? line.text.replace(/^\ufeff/, "") : line.text;
    const marked = at === 0 && wanted[0] === 0xef && wanted[1] === 0xbb && wanted[2] === 0xbf;
    assert.deepEqual(bytesOf(text), marked ? bytesOf(text) : wanted);
    found.add(kindOf(line.text));
  }
  return ["not_utf8", "too_long", "message", "garbage"].find((kind) => found.has(kind)) ?? "none";
}

async function linesOf(pieces: readonly Bytes[]): Promise<readonly BoundedLine[]> {
  async function* chunks() {
    yield* pieces;
  }
  return await Array.fromAsync(readBoundedLines(chunks(), LINE_BYTES_MAX));
}

function linesByTheBook(input: Bytes): readonly Bytes[] {
  const lines: Bytes[] = [];
  for (let start = 0; start < input.length;) {
    const end = input.indexOf(LINE_FEED, start);
    lines.push(input.slice(start, end === -1 ? input.length : end));
    start = end === -1 ? input.length : end + 1;
  }
  return lines;
}

function kindOf(text: string): "message" | "garbage" {
  let messages = 0;
  readMessages(text, LIMITS, {
    onMessage(message) {
      assert.ok(["request", "notification", "response"].includes(message.kind));
      messages++;
    },
    onGarbage({ id }) {
      assert.ok(id === undefined || Number.isSafeInteger(id));
    },
  });
  return messages > 0 ? "message" : "garbage";
}
