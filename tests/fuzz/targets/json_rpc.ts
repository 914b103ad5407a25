// Messages of JSON-RPC as texts: what is parsed stays within its bounds, and is called a request by the
// book alone.

import assert from "node:assert/strict";
import { checkJsonBounds } from "../../../src/base/json_bounds.ts";
import { scanJson } from "../../../src/base/json_scan.ts";
import { readEnvelope } from "../../../src/protocol/json_rpc.ts";
import { claimedVersion, claimsVersion } from "../../../src/protocol/version_claim.ts";
import { bytesOf, type FuzzTarget, REFUSED, textOf } from "../fuzz_target.ts";
import { isRequest, type Members, nearlyMessage } from "../messages.ts";
import { mutated } from "../mutations.ts";

const BOUNDS = { depthMax: 64, valuesMax: 10_000 };
const SCRAPS = ['"', "{", "}", "[", "]", ",", ":", "\\", "null", '"id":', '"method":', '"params":'];

/** From a text to an envelope. */
export const JSON_RPC: FuzzTarget = {
  name: "json-rpc",
  promise: "readEnvelope() calls a request what is one, and repeats ids that can be read " +
    "mcp:23-28 mcp:31",
  suiteInputs: 10_000,
  outcomes: ["request", "notification", "response", "invalid", REFUSED],
  generate(random) {
    const message = JSON.stringify(nearlyMessage(random));
    if (random(2) === 0) return bytesOf(message);
    return mutated(random, { corpus: [message, `[${message},${message}]`], scraps: SCRAPS });
  },
  open: () => ({ check: (input) => check(textOf(input)) }),
};

function check(text: string): string {
  const early = scanJson(text, BOUNDS);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return REFUSED;
  }
  const fault = checkJsonBounds(value, BOUNDS);
  // The look before the parse may let more through, and refuses nothing that the parse finds right.
  if (early !== undefined) assert.notEqual(fault, undefined);
  if (fault !== undefined) return REFUSED;
  const version = claimedVersion(value);
  if (version !== undefined) assert.ok(claimsVersion(value));
  const envelope = readEnvelope(value);
  assert.equal(envelope.kind === "request", isRequest(value));
  if (envelope.kind === "invalid") {
    const { id, error } = envelope.error;
    assert.equal(error.code, -32600);
    assert.ok(id === null || id === (value as Members)["id"]);
  }
  return envelope.kind;
}
