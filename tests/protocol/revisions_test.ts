import assert from "node:assert/strict";
import { limitsWith } from "../../src/base/limits.ts";
import {
  isModernVersion,
  LEGACY_REVISION_NAMES,
  legacyRevisionNamed,
  NEWEST_LEGACY_REVISION,
} from "../../src/protocol/revisions.ts";
import { negotiateRevision, readHandshake } from "../../src/protocol/lifecycle.ts";
import { toolForRevision } from "../../src/protocol/tools.ts";

Deno.test("negotiateRevision() echoes what it speaks, else answers the newest mcp:33 mcp:34", () => {
  for (const name of LEGACY_REVISION_NAMES) assert.equal(negotiateRevision(name).name, name);
  for (const name of ["1900-01-01", "2099-01-01", "x"]) {
    assert.equal(negotiateRevision(name).name, NEWEST_LEGACY_REVISION.name);
  }
});

Deno.test("negotiateRevision() never answers a stateless revision mcp:35", () => {
  assert.equal(negotiateRevision("2026-07-28").name, "2025-11-25");
});

Deno.test("negotiateRevision() answers the oldest where none is named mcp:36", () => {
  assert.equal(negotiateRevision(undefined).name, "2024-11-05");
});

Deno.test("readHandshake() complains about wrong types mcp:37", () => {
  for (
    const params of [
      undefined,
      { protocolVersion: 5 },
      { capabilities: [] },
      { clientInfo: { name: 1 } },
    ]
  ) {
    assert.equal(
      readHandshake(params, { limits: limitsWith(), takesClientTools: false }).ok,
      false,
    );
  }
});

Deno.test("isModernVersion() knows the stateless revisions by their date", () => {
  assert.equal(isModernVersion("2026-07-28"), true);
  assert.equal(isModernVersion("2027-01-01"), true);
  for (const name of ["2025-11-25", "2026-07-27", "v999.0.0", "", "9999"]) {
    assert.equal(isModernVersion(name), false);
  }
});

Deno.test("legacyRevisionNamed() has batches in 2025-03-26 only mcp:58 mcp:59", () => {
  const withBatches = LEGACY_REVISION_NAMES.filter((name) => legacyRevisionNamed(name)?.hasBatches);
  assert.deepEqual(withBatches, ["2025-03-26"]);
});

Deno.test("toolForRevision() leaves out what an older revision does not know", () => {
  const tool = {
    name: "t",
    title: "T",
    description: "d",
    inputSchema: {},
    outputSchema: { type: "object" },
    annotations: {
      readOnlyHint: true,
      destructiveHint: false,
      idempotentHint: true,
      openWorldHint: false,
    },
  };
  const members = (name: string) => {
    const revision = legacyRevisionNamed(name);
    assert.ok(revision);
    return Object.keys(toolForRevision(tool, revision));
  };
  assert.deepEqual(members("2024-11-05"), ["name", "description", "inputSchema"]);
  assert.deepEqual(members("2025-03-26"), ["name", "description", "inputSchema", "annotations"]);
  assert.deepEqual(members("2025-11-25").length, 6);
  const anyOutput = { ...tool, outputSchema: { type: "array" } };
  assert.equal("outputSchema" in toolForRevision(anyOutput, NEWEST_LEGACY_REVISION), false);
});

Deno.test("readHandshake() cuts names and refuses capabilities beyond their bound", () => {
  const limits = limitsWith({ clientNameCharsMax: 16, capabilitiesBytesMax: 256 });
  const options = { limits, takesClientTools: false };
  const clientInfo = { name: "n".repeat(17), version: "v".repeat(1_000) };
  const outcome = readHandshake({ clientInfo, capabilities: { a: "x".repeat(240) } }, options);
  assert.ok(outcome.ok);
  assert.deepEqual(outcome.handshake.client, { name: "n".repeat(16), version: "v".repeat(16) });
  const tooMuch = readHandshake({ capabilities: { a: "x".repeat(300) } }, options);
  assert.equal(tooMuch.ok, false);
});
