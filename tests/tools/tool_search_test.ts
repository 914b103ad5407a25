import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Tool } from "../../src/tools/definition.ts";
import { changingTools, passingTool } from "../helpers/changing_tools.ts";
import { assertRpcError, call, resultOf, rpc, type TestApp, testApp } from "../helpers/test_app.ts";
import { tempHome } from "../helpers/temp_home.ts";
import type { ToolResult } from "../helpers/use_tool.ts";

function describedTool(name: string, description: string): Tool {
  const tool = passingTool(name, { content: [{ type: "text", text: `from ${name}` }] });
  return { ...tool, wire: { ...tool.wire, description } };
}

const TOOLS = [
  describedTool("mcp_git_create_branch", "Creates a new branch in a repository"),
  describedTool("mcp_mail_send", "Sends an email to one or more people"),
  describedTool("mcp_sql_query", "Runs a query against the database of orders"),
];

async function listed(server: TestApp): Promise<string[]> {
  const { tools } = await resultOf(await server.post(rpc("tools/list")));
  return tools.map(({ name }: ToolResult) => name);
}

async function largeRoof(environment: Record<string, string> = {}) {
  const source = changingTools();
  source.set(TOOLS);
  const searching = { CAR_TOOLS_SEARCH_ABOVE: "20", ...environment };
  return { source, server: await testApp({ toolSources: [source], environment: searching }) };
}

Deno.test("above tools.searchAbove the tools of sources are searched, below it they are listed", async () => {
  const { source, server } = await largeRoof();
  await using _ = server;
  const names = await listed(server);
  assert.deepEqual(names.slice(-2), ["tool_search", "tool_call"]);
  assert.ok(names.every((name) => !name.startsWith("mcp_")));
  source.set([]);
  const few = await listed(server);
  assert.deepEqual(few, names.slice(0, -2));
  await assertRpcError(await server.post(call("tool_search", { query: "x" })), 200, -32602);
});

Deno.test("tool_search finds tools by what they do, and tool_call calls what was found", async () => {
  const { server } = await largeRoof();
  await using _ = server;
  const ask = async (query: string) => {
    const { content } = await resultOf(await server.post(call("tool_search", { query, k: 1 })));
    return JSON.parse(content[0].text).tools;
  };
  const [mail] = await ask("write an email to Ada");
  assert.deepEqual(mail, {
    name: "mcp_mail_send",
    description: "Sends an email to one or more people",
    inputSchema: { type: "object" },
  });
  assert.equal((await ask("new git branch"))[0].name, "mcp_git_create_branch");
  assert.equal((await ask("orders in the database"))[0].name, "mcp_sql_query");
  const called = await resultOf(
    await server.post(call("tool_call", { name: "mcp_mail_send", arguments: { to: "Ada" } })),
  );
  assert.equal(called.content[0].text, "from mcp_mail_send");
  const direct = await resultOf(await server.post(call("mcp_mail_send")));
  assert.equal(direct.content[0].text, "from mcp_mail_send");
});

Deno.test("tool_call is refused for what is no tool, no call, or itself", async () => {
  const { server } = await largeRoof();
  await using _ = server;
  for (const args of [{}, { name: "nothing" }, { name: "tool_call", arguments: { name: "x" } }]) {
    const { isError } = await resultOf(await server.post(call("tool_call", args)));
    assert.equal(isError, true);
  }
});

Deno.test("tool_call stands under the rules of its target, and is counted as it", async () => {
  using home = tempHome();
  mkdirSync(join(home.path, "policies"));
  writeFileSync(join(home.path, "policies", "a.toml"), 'deny_tool = ["mcp_mail_*"]\n');
  const { server } = await largeRoof({ CAR_HOME: home.path });
  await using _ = server;
  const denied = await resultOf(await server.post(call("tool_call", { name: "mcp_mail_send" })));
  assert.match(denied.content[0].text, /deny_tool:mcp_mail_\*/);
  await resultOf(await server.post(call("tool_call", { name: "mcp_sql_query" })));
  const metrics = await (await server.send("GET", {}, "/metrics")).text();
  assert.match(metrics, /car_tool_calls_total\{tool="mcp_sql_query",outcome="ok"\} 1/);
  assert.doesNotMatch(metrics, /tool="tool_call"/);
});
