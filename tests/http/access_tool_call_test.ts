import assert from "node:assert/strict";
import { bearer, guardedApp } from "../helpers/guarded_app.ts";
import { call } from "../helpers/test_app.ts";

Deno.test("a call by way of tool_call keeps to the namespaces that are open for its target", async () => {
  await using server = await guardedApp({
    environment: { CAR_TOOLS_SEARCH_ABOVE: "1" },
    rules: [
      { namespaces: ["prod"], tools: ["memory_query"], roles: ["operator"] },
      { tools: ["memory_delete"], roles: ["operator"] },
    ],
  });
  const plain = bearer(server.give("bob").token);
  const operator = bearer(server.give("ann", { roles: ["operator"] }).token);
  const asked = async (headers: Record<string, string>, name: string, args: object) => {
    const response = await server.post(call("tool_call", { name, arguments: args }), headers);
    return await response.json();
  };
  const there = { query: "x", tenant_id: "prod" };
  assert.ok(!(await asked(operator, "memory_query", there)).result.isError);
  assert.ok(!(await asked(plain, "memory_query", { query: "x" })).result.isError);
  const { result } = await asked(plain, "memory_query", there);
  assert.equal(result.isError, true);
  assert.match(result.content[0].text, /^Namespace "prod" is not open to this caller/);
  const hidden = await asked(plain, "memory_delete", { id: "x" });
  assert.equal(hidden.error.message, "Unknown tool");
});
