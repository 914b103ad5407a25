// The verify tool as a client sees it; what it checks is tested in tests/proposal/.

import assert from "node:assert/strict";
import { testApp } from "../helpers/test_app.ts";
import { TOOL_NAMES } from "../helpers/tool_names.ts";
import { refusalOf, type ToolResult, useTool } from "../helpers/use_tool.ts";

Deno.test("verify reports on a plan and runs nothing mcp:145", async () => {
  await using server = await testApp();
  const proposal = {
    actions: [
      { id: "a", type: "state_write", parameters: { key: "ready", value: true } },
      {
        id: "b",
        type: "tool_call",
        tool: "memory_add_fact",
        parameters: { subject: "s", body: "b" },
        state_dependencies: ["ready"],
      },
    ],
  };
  const report = await useTool(server, "verify", { proposal });
  assert.deepEqual(report.structuredContent, {
    valid: true,
    issues: [],
    simulated_state: { ready: true },
    execution_levels: [["a"], ["b"]],
    conflicts: [],
  });
  assert.deepEqual(JSON.parse(report.content[0].text), report.structuredContent);
  const found = await useTool(server, "memory_query", { query: "" });
  assert.deepEqual(found.structuredContent.facts, []);
});

Deno.test("verify checks the parameters of built-in tools by their own schemas", async () => {
  await using server = await testApp();
  const proposal = {
    actions: [{ id: "a", type: "tool_call", tool: "memory_query", parameters: { k: 5 } }],
  };
  const report = await useTool(server, "verify", { proposal });
  assert.equal(report.structuredContent.valid, false);
  assert.match(report.structuredContent.issues[0].message, /"query": required/);
});

Deno.test("verify knows which tools exist only when it is told", async () => {
  await using server = await testApp();
  const proposal = { actions: [{ type: "tool_call", tool: "shell", parameters: {} }] };
  const untold = await useTool(server, "verify", { proposal });
  assert.equal(untold.structuredContent.valid, true);
  const told = await useTool(server, "verify", { proposal, tools: ["http"] });
  assert.equal(told.structuredContent.valid, false);
});

Deno.test("verify keeps prototype names in the state as data mcp:30", async () => {
  await using server = await testApp();
  const body =
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"verify","arguments":{"initial_state":{"__proto__":{"x":1}},"proposal":{"actions":[]}}}}';
  const { result } = await (await server.post(body)).json();
  assert.match(result.content[0].text, /"simulated_state":\{"__proto__":\{"x":1\}\}/);
});

Deno.test("verify leaves out the state first when its report is too long, the issues last", async () => {
  await using server = await testApp();
  const actions = Array.from({ length: 100 }, (_, at) => ({
    id: `a${at}`,
    type: "tool_call",
    parameters: {},
  }));
  const initial_state = { text: "x".repeat(20_000) };
  const report = await useTool(server, "verify", {
    proposal: { actions },
    initial_state,
    max_actions: 100,
  });
  const { structuredContent, content } = report;
  assert.equal(structuredContent.left_out[0], "simulated_state");
  assert.ok(structuredContent.issues.length > 50);
  assert.ok(content[0].text.length <= 16 * 1024);
  assert.equal(structuredContent.valid, false);
});

Deno.test("verify refuses what is no plan, or too large a one mcp:118", async () => {
  await using server = await testApp();
  const cases: [Record<string, unknown>, RegExp][] = [
    [{}, /"proposal": required/],
    [{ proposal: { actions: "none" } }, /proposal.actions.*"none"/],
    [{ proposal: { actions: [{ type: "dance" }] } }, /proposal.actions.0.type.*"dance"/],
    [{ proposal: { actions: [] }, max_actions: 1_001 }, /max_actions.*1001/],
    [{ proposal: { actions: [], context: { text: "x".repeat(1_048_576) } } }, /1048576/],
  ];
  for (const [args, complaint] of cases) {
    assert.match(refusalOf(await useTool(server, "verify", args)), complaint);
  }
});

Deno.test("tools/list shows the core six first, with schemas, hints and descriptions mcp:144", async () => {
  await using server = await testApp();
  const session = await server.open("2025-11-25");
  const list = { jsonrpc: "2.0", id: 1, method: "tools/list" };
  const { result } = await (await session.post(list)).json();
  const names = result.tools.map((tool: ToolResult) => tool.name);
  assert.deepEqual(names, TOOL_NAMES);
  for (const tool of result.tools) {
    assert.match(tool.name, /^[A-Za-z0-9_.\/-]{1,64}$/);
    assert.ok(tool.title && tool.description);
    assert.equal(tool.inputSchema.type, "object");
    assert.equal(tool.outputSchema.type, "object");
    assert.equal(Object.keys(tool.annotations).length, 5);
    for (const [name, property] of Object.entries(tool.inputSchema.properties)) {
      assert.ok((property as ToolResult).description, `${tool.name}.${name} has no description`);
    }
  }
});

Deno.test("tools.offer limits the list and the calls", async () => {
  await using core = await testApp({ environment: { CAR_TOOLS_OFFER: "core" } });
  const list = { jsonrpc: "2.0", id: 1, method: "tools/list" };
  assert.equal((await (await core.post(list)).json()).result.tools.length, 6);
  await using some = await testApp({ environment: { CAR_TOOLS_OFFER: "memory_query,verify" } });
  assert.equal((await (await some.post(list)).json()).result.tools.length, 2);
  const call = { ...list, method: "tools/call", params: { name: "skill_list" } };
  assert.equal((await (await some.post(call)).json()).error.code, -32602);
  const unknown = testApp({ environment: { CAR_TOOLS_OFFER: "nothing,verify" } });
  await assert.rejects(unknown, /tools.offer.*nothing/);
});
