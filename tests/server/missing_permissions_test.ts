import assert from "node:assert/strict";
import { z } from "zod";
import { Access } from "../../src/auth/access.ts";
import type { Principal } from "../../src/auth/principal.ts";
import { missingPermissions } from "../../src/server/missing_permissions.ts";
import { Admission } from "../../src/tools/admission.ts";
import { defineTool } from "../../src/tools/definition.ts";
import { definePrompt } from "../../src/tools/prompt.ts";
import { PromptRegistry } from "../../src/tools/prompt_registry.ts";
import { ToolRegistry } from "../../src/tools/registry.ts";

const TOOL = defineTool({
  name: "memory_delete",
  title: "Delete",
  description: "Deletes.",
  input: z.object({}),
  needs: { permissions: ["memory:erase"] },
  run: () => ({ text: "" }),
});
const PROMPT = definePrompt({
  name: "greet",
  title: "Greet",
  description: "Greets.",
  arguments: {},
  run: () => ({ messages: [] }),
});

function missing(permissions: readonly string[], canStepUp = true) {
  const access = new Access([{ namespaces: ["prod"], permissions: ["prod:use"] }]);
  const ask = missingPermissions({
    registry: new ToolRegistry([TOOL]),
    prompts: new PromptRegistry([PROMPT]),
    resources: { canonicalUri: (uri) => uri },
    admission: new Admission(access),
  });
  const grants = {
    roles: new Set<string>(),
    permissions: new Set(permissions),
    namespaces: undefined,
    canStepUp,
  };
  const principal: Principal = { id: "ann", grants };
  return (method: string, params?: Record<string, unknown>, namespace?: string) =>
    ask({ jsonrpc: "2.0", id: 1, method, ...(params && { params }) }, {
      principal,
      place: namespace === undefined ? {} : { namespace },
    });
}

Deno.test("missingPermissions() names all that a request needs and the token lacks mcp:171", () => {
  const ask = missing([]);
  const call = { name: "memory_delete", arguments: {} };
  assert.deepEqual(ask("tools/call", call), ["tools:call", "memory:erase"]);
  assert.deepEqual(ask("tools/call", call, "prod"), ["tools:call", "memory:erase", "prod:use"]);
  const inProd = { name: "memory_delete", arguments: { tenant_id: "prod" } };
  assert.deepEqual(ask("tools/call", inProd), ["tools:call", "memory:erase", "prod:use"]);
  for (
    const [method, params] of [
      ["resources/read", { uri: "car://memory/status" }],
      ["resources/subscribe", { uri: "car://memory/status" }],
      ["resources/list", {}],
      ["resources/templates/list", {}],
      ["completion/complete", {}],
      ["prompts/get", { name: "greet" }],
      ["subscriptions/listen", { notifications: { resourceSubscriptions: ["car://x"] } }],
    ] as const
  ) {
    assert.deepEqual(ask(method, params), ["resources:read"], method);
  }
});

Deno.test("missingPermissions() names nothing for what needs nothing, or is not known", () => {
  const ask = missing([]);
  for (const method of ["ping", "tools/list", "prompts/list", "server/discover", "initialize"]) {
    assert.deepEqual(ask(method), [], method);
  }
  assert.deepEqual(ask("tools/call", { name: "none" }), []);
  assert.deepEqual(ask("tools/call", { name: 1 }), []);
  assert.deepEqual(ask("prompts/get", { name: "none" }), []);
  assert.deepEqual(ask("resources/read", {}), []);
  assert.deepEqual(ask("subscriptions/listen", { notifications: { toolsListChanged: true } }), []);
});

Deno.test("missingPermissions() names nothing to whoever has it all, or can fetch nothing", () => {
  const call = { name: "memory_delete", arguments: {} };
  assert.deepEqual(missing(["tools", "memory:erase"])("tools/call", call), []);
  assert.deepEqual(missing([], false)("tools/call", call), []);
});
