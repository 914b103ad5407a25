// Declarations of tools that clients lend: whatever they hold, they are refused by name or become tools that
// can be listed and called.

import assert from "node:assert/strict";
import { checkJsonBounds } from "../../../src/base/json_bounds.ts";
import { limitsWith } from "../../../src/base/limits.ts";
import { CLIENT_TOOLS_CAPABILITY, readClientTools } from "../../../src/protocol/client_tools.ts";
import { readHandshake } from "../../../src/protocol/lifecycle.ts";
import { withoutAnnotations } from "../../../src/protocol/mirrored_arguments.ts";
import { NEWEST_REVISION, OLDEST_REVISION } from "../../../src/protocol/revisions.ts";
import { toolForRevision, type WireTool } from "../../../src/protocol/tools.ts";
import { LENT_PREFIX, listedName, slugFrom } from "../../../src/tools/foreign_names.ts";
import { defineJsonTool } from "../../../src/tools/json_tool.ts";
import { bytesOf, type FuzzTarget, REFUSED, textOf } from "../fuzz_target.ts";
import { mutated } from "../mutations.ts";
import type { Random } from "../random_inputs.ts";

const LIMITS = limitsWith({ clientToolsMax: 4, clientToolBytesMax: 1_024 });
const BOUNDS = { depthMax: LIMITS.jsonDepthMax, valuesMax: LIMITS.jsonValuesMax };
const NAMES = ["open", "größe", "a b", "__proto__", "x".repeat(257), "", "2_open"];
const SCHEMAS = [
  { type: "object", properties: { path: { type: "string" } }, required: ["path"] },
  { type: "object", properties: { a: { "x-mcp-header": "A", type: "string" } } },
  { $ref: "#/$defs/a", $defs: { a: { $ref: "#/$defs/a" } } },
  { type: "object", patternProperties: { "^(a+)+$": false }, additionalProperties: {} },
  { type: "array" },
  true,
];
const SCRAPS = [
  '"name":',
  '"inputSchema":',
  '"tools":[',
  '"type":"object"',
  "{}",
  "null",
  '"$ref":"#"',
];

/** From the capabilities of a client to the tools that it lends. */
export const CLIENT_TOOLS: FuzzTarget = {
  name: "client-tools",
  promise: "readClientTools() refuses a declaration by name, or gives tools that can be used",
  suiteInputs: 6_000,
  outcomes: ["none", "tools", "fault", REFUSED],
  generate(random) {
    const corpus = [JSON.stringify(capabilitiesOf(random)), JSON.stringify({ roots: {} })];
    return random(2) === 0 ? bytesOf(corpus[0] ?? "") : mutated(random, { corpus, scraps: SCRAPS });
  },
  open: () => ({ check: (input) => check(textOf(input)) }),
};

function capabilitiesOf(random: Random): unknown {
  const tools = Array.from({ length: random(6) }, () => ({
    name: NAMES[random(NAMES.length)],
    description: random(8) === 0 ? 7 : "d".repeat(random(200)),
    inputSchema: SCHEMAS[random(SCHEMAS.length)],
    annotations: random(2) === 0 ? { readOnlyHint: true } : "none",
  }));
  return { experimental: { [CLIENT_TOOLS_CAPABILITY]: random(10) === 0 ? tools : { tools } } };
}

function check(text: string): string {
  let capabilities: unknown;
  try {
    capabilities = JSON.parse(text);
  } catch {
    return REFUSED;
  }
  // The wire looks at that before anything else.
  if (checkJsonBounds(capabilities, BOUNDS) !== undefined) return REFUSED;
  const options = { limits: LIMITS, takesClientTools: true };
  const outcome = readHandshake({ capabilities }, options);
  if (!outcome.ok) return outcome.complaint.includes(CLIENT_TOOLS_CAPABILITY) ? "fault" : REFUSED;
  const reading = readClientTools(outcome.handshake.capabilities, LIMITS);
  // What was taken with the handshake is taken again after a restart.
  assert.ok(reading.ok);
  const { tools } = reading;
  assert.ok(tools.length <= LIMITS.clientToolsMax);
  assert.equal(new Set(tools.map(({ name }) => name)).size, tools.length);
  for (const tool of tools) assertUsable(tool);
  return tools.length === 0 ? "none" : "tools";
}

function assertUsable(wire: WireTool): void {
  const name = listedName(`${LENT_PREFIX}${slugFrom(wire.name)}_${wire.name}`);
  assert.match(name, /^[A-Za-z0-9_.-]{1,64}$/);
  assert.equal(wire.inputSchema.type, "object");
  const inputSchema = withoutAnnotations(wire.inputSchema);
  const tool = defineJsonTool({ wire: { ...wire, name, inputSchema }, run: () => ({}) });
  for (const args of [{}, { path: "a" }, { a: [{ a: 1 }] }]) {
    const checked = tool.check(args);
    assert.equal(typeof (checked.ok ? "" : checked.complaint), "string");
  }
  for (const revision of [OLDEST_REVISION, NEWEST_REVISION]) {
    JSON.stringify(toolForRevision(tool.wire, revision));
  }
}
