// Values that headers repeat from a body: what was written is read again, and what is read was written in
// the one right way.

import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { decodeHeaderValue, encodeHeaderValue } from "../../../src/protocol/mirrored_headers.ts";
import { bytesOf, type FuzzTarget, textOf } from "../fuzz_target.ts";
import { mutated } from "../mutations.ts";
import { randomText } from "../random_inputs.ts";

const SCRAPS = ["=", "?", "?=", "=?base64?", "=?BASE64?", "A", "-", "_", " ", "\t", "é"];

/** Encoded header values. */
export const HEADER_VALUES: FuzzTarget = {
  name: "header-values",
  promise:
    "encodeHeaderValue() writes what a header carries and decodeHeaderValue() reads again, " +
    "and reads nothing else mcp:97 mcp:103",
  suiteInputs: 10_000,
  outcomes: ["plain", "decoded", "unreadable"],
  generate(random) {
    const text = randomText(random, 12);
    if (random(4) === 0) return bytesOf(encodeHeaderValue(text));
    return mutated(random, { corpus: [text, encodeHeaderValue(text)], scraps: SCRAPS });
  },
  open: () => ({ check: (input) => check(textOf(input)) }),
};

function check(text: string): string {
  const written = encodeHeaderValue(text);
  // A header loses blanks around its value and takes no other than Latin-1 characters.
  assert.equal(new Headers({ name: written }).get("name"), written);
  assert.equal(decodeHeaderValue(written), text);
  const read = decodeHeaderValue(text);
  if (read === undefined) return "unreadable";
  if (read === text) return "plain";
  // This is the only text that says so.
  assert.equal(text, `=?base64?${Buffer.from(read, "utf8").toString("base64")}?=`);
  return "decoded";
}
