// The arguments of our own tools that a stateless call repeats in headers, and who is told of them.

import assert from "node:assert/strict";
import { SYSTEM_CLOCK } from "../../src/base/clock.ts";
import { loadConfig } from "../../src/config/config.ts";
import { openEngines } from "../../src/engines.ts";
import { createLog } from "../../src/observe/log.ts";
import { readMirroredArguments } from "../../src/protocol/mirrored_arguments.ts";
import { NEWEST_REVISION } from "../../src/protocol/revisions.ts";
import { toolForRevision } from "../../src/protocol/tools.ts";
import { openHome } from "../../src/storage/home.ts";
import { builtinTools } from "../../src/tools/builtin/catalog.ts";
import { defineJsonTool } from "../../src/tools/json_tool.ts";
import { ELICITED_APPROVER } from "../../src/tools/elicited_approver.ts";
import { ToolRegistry } from "../../src/tools/registry.ts";
import { tempHome } from "../helpers/temp_home.ts";
import { resultOf, rpc, testApp } from "../helpers/test_app.ts";

const TENANT_ID = [{ header: "mcp-param-tenant-id", path: ["tenant_id"] }];

/** Runs a check with a registry of all built-in tools. */
async function withBuiltinTools(check: (registry: ToolRegistry) => void): Promise<void> {
  using home = tempHome();
  await using opened = new AsyncDisposableStack();
  const config = loadConfig({ environment: { CAR_HOME: home.path } });
  const clock = SYSTEM_CLOCK;
  const log = createLog({ level: "error", format: "json", clock, write: () => {} });
  const engines = await openEngines(openHome(home.path), { config, clock, log }, opened);
  check(
    new ToolRegistry(builtinTools({
      ...engines,
      approver: ELICITED_APPROVER,
      limits: config.limits,
      findTool: () => undefined,
    })),
  );
}

Deno.test("the namespace of every tool that takes one is repeated in a header", async () => {
  await withBuiltinTools((registry) => {
    for (const { wire: { name, inputSchema } } of registry.list()) {
      const { properties } = inputSchema as { properties: object };
      const expected = "tenant_id" in properties ? TENANT_ID : [];
      assert.deepEqual(registry.mirroredArguments(name), expected, name);
    }
    assert.equal(registry.mirroredArguments("memory_query").length, 1);
  });
});

Deno.test("no annotation of a built-in tool breaks a rule", async () => {
  await withBuiltinTools((registry) => {
    for (const { wire: { name, inputSchema } } of registry.list()) {
      assert.equal(readMirroredArguments(inputSchema).ok, true, name);
    }
  });
});

Deno.test("clients of older revisions see no annotations", async () => {
  await using server = await testApp();
  const text = JSON.stringify(await resultOf(await server.post(rpc("tools/list"))));
  assert.match(text, /"tenant_id"/);
  assert.ok(!text.includes("x-mcp-header"));
  const wire = { name: "t", inputSchema: { properties: { a: { type: "string" } } } };
  assert.equal(toolForRevision(wire, NEWEST_REVISION).inputSchema, wire.inputSchema);
});

Deno.test("mirroredArguments() has none of a tool that is unknown or breaks the rules", () => {
  const toolOf = (name: string, header: string) =>
    defineJsonTool({
      wire: {
        name,
        inputSchema: {
          type: "object",
          properties: { a: { type: "string", "x-mcp-header": header } },
        },
      },
      run: () => ({ text: "" }),
    });
  const registry = new ToolRegistry([toolOf("good", "A"), toolOf("bad", "not a name")]);
  assert.deepEqual(registry.mirroredArguments("good"), [{ header: "mcp-param-a", path: ["a"] }]);
  assert.equal(registry.mirroredArguments("good"), registry.mirroredArguments("good"));
  assert.deepEqual(registry.mirroredArguments("bad"), []);
  assert.deepEqual(registry.mirroredArguments("unknown"), []);
});
