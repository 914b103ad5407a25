import assert from "node:assert/strict";
import { LEGACY_REVISION_NAMES, legacyRevisionNamed } from "../../src/protocol/revisions.ts";
import { capabilitiesFor } from "../../src/server/capabilities.ts";

const EVERYWHERE = {
  logging: {},
  tools: { listChanged: true },
  prompts: { listChanged: true },
  resources: { subscribe: true, listChanged: true },
};

Deno.test("capabilitiesFor() says what is offered, completions from 2025-03-26 on", () => {
  for (const name of LEGACY_REVISION_NAMES) {
    const revision = legacyRevisionNamed(name);
    assert.ok(revision);
    const completions = name === "2024-11-05" ? {} : { completions: {} };
    assert.deepEqual(capabilitiesFor(revision), { ...EVERYWHERE, ...completions });
  }
});
