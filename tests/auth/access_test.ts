import assert from "node:assert/strict";
import { Access, holds, type Use } from "../../src/auth/access.ts";
import { ACCESS_RULES } from "../../src/auth/access_schema.ts";
import type { Principal } from "../../src/auth/principal.ts";

function someone(grants: {
  roles?: readonly string[];
  permissions?: readonly string[];
  canStepUp?: boolean;
}): Principal {
  const { roles = [], permissions = ["tools:call", "resources:read"], canStepUp = false } = grants;
  return {
    id: "ann",
    grants: {
      roles: new Set(roles),
      permissions: new Set(permissions),
      namespaces: undefined,
      canStepUp,
    },
  };
}

const DELETE: Use = { kind: "tool", name: "memory_delete" };

Deno.test("Access.judge() allows everything to whoever has no grants", () => {
  const access = new Access([{ tools: ["*"], roles: ["nobody"] }]);
  assert.deepEqual(access.judge({ id: "local" }, DELETE, "default"), { kind: "allowed" });
});

Deno.test("Access.judge() needs one role and one permission of each rule that concerns the use", () => {
  const access = new Access([
    { tools: ["memory_*"], roles: ["a", "b"] },
    { tools: ["memory_delete"], permissions: ["memory:erase", "memory:all"] },
    { tools: ["skill_*"], roles: ["nobody"] },
  ]);
  const judge = (grants: Parameters<typeof someone>[0]) =>
    access.judge(someone(grants), DELETE, "default").kind;
  assert.equal(judge({ roles: ["b"], permissions: ["tools", "memory:all"] }), "allowed");
  assert.equal(judge({ roles: ["b"] }), "hidden");
  assert.equal(judge({ roles: [], permissions: ["tools", "memory"] }), "hidden");
});

Deno.test("Access.judge() names all that a token lacks which could be wider mcp:171", () => {
  const access = new Access([
    { tools: ["memory_delete"], permissions: ["memory:erase"] },
    { namespaces: ["prod"], permissions: ["prod:use"] },
  ]);
  const principal = someone({ permissions: ["resources:read"], canStepUp: true });
  assert.deepEqual(access.judge(principal, DELETE, "prod"), {
    kind: "lacking",
    permissions: ["tools:call", "memory:erase", "prod:use"],
  });
});

Deno.test("Access.judge() hides what no token of that principal can have", () => {
  const access = new Access([{ tools: ["memory_delete"], roles: ["admin"] }]);
  const principal = someone({ permissions: [], canStepUp: true });
  assert.deepEqual(access.judge(principal, DELETE, "default"), { kind: "hidden" });
});

Deno.test("Access.judge() knows a tool by its other names", () => {
  const access = new Access([{ tools: ["search"], roles: ["admin"] }]);
  const use: Use = { kind: "tool", name: "mcp_web_search", aliases: ["search"] };
  assert.equal(access.judge(someone({}), use, "default").kind, "hidden");
});

Deno.test("holds() counts a parent for its children and nothing else", () => {
  const held = new Set(["tools", "memory:read"]);
  const cases: [string, boolean][] = [
    ["tools", true],
    ["tools:call", true],
    ["tools:call:x:y", true],
    ["toolsmith", false],
    ["memory", false],
    ["memory:read", true],
    ["memory:reader", false],
    ["", false],
    [":tools", false],
  ];
  for (const [permission, expected] of cases) {
    assert.equal(holds(held, permission), expected, permission);
  }
});

Deno.test("ACCESS_RULES refuses rules that say nothing, and unknown keys", () => {
  const refused = [
    {},
    { tools: ["x"] },
    { roles: ["x"] },
    { tools: [], roles: ["x"] },
    { tools: ["a*b"], roles: ["x"] },
    { tools: [""], roles: ["x"] },
    { tools: ["x"], roles: ["two words"] },
    { namespaces: ["a b"], roles: ["x"] },
    { tool: ["x"], roles: ["x"] },
  ];
  for (const rule of refused) {
    assert.equal(ACCESS_RULES.safeParse([rule]).success, false, JSON.stringify(rule));
  }
  assert.ok(ACCESS_RULES.safeParse([{ namespaces: ["team/*"], permissions: ["a:b"] }]).success);
});
