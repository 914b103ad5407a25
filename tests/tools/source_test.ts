import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CallToolResult } from "../../src/protocol/tools.ts";
import { ToolRegistry } from "../../src/tools/registry.ts";
import type { PersonalToolSource, ToolViewer } from "../../src/tools/source.ts";
import { changingTools, passingTool } from "../helpers/changing_tools.ts";
import { SseReader } from "../helpers/sse_reader.ts";
import { tempHome } from "../helpers/temp_home.ts";
import { call, resultOf, rpc, type TestApp, testApp } from "../helpers/test_app.ts";
import type { ToolResult } from "../helpers/use_tool.ts";

const EMPTY: CallToolResult = { content: [] };

async function namesOf(server: TestApp): Promise<string[]> {
  const { tools } = await resultOf(await server.post(rpc("tools/list")));
  return tools.map(({ name }: ToolResult) => name).filter((name: string) => /^mcp_/.test(name));
}

Deno.test("ToolRegistry lists what sources have now behind its own, which keep their names", () => {
  const source = changingTools();
  const own = passingTool("own", EMPTY);
  const registry = new ToolRegistry([own], { sources: [source] });
  assert.deepEqual(registry.list(), [own]);
  const late = passingTool("late", EMPTY, ["own"]);
  source.set([late, passingTool("own", EMPTY)]);
  assert.deepEqual(registry.list(), [own, late]);
  assert.equal(registry.list(), registry.list());
  assert.equal(registry.find("own"), own);
  assert.equal(registry.find("late"), late);
  source.set([]);
  assert.deepEqual(registry.list(), [own]);
  assert.equal(registry.find("late"), undefined);
});

Deno.test("ToolRegistry shows a viewer what only some see, before what sources have", () => {
  const source = changingTools();
  const [own, hers, shared] = ["own", "hers", "shared"].map((name) => passingTool(name, EMPTY));
  assert.ok(own && hers && shared);
  // A bare name of a source must not take the name of a tool that is listed.
  source.set([{ ...shared, aliases: ["hers"] }]);
  const [ada, bob] = ["ada", "bob"].map((id) => ({ principal: { id } }));
  const lists = new Map([["ada", [hers, passingTool("own", EMPTY)]]]);
  const listOf = ({ principal }: ToolViewer) => lists.get(principal.id) ?? [];
  const personal: PersonalToolSource = {
    list: listOf,
    find: (name, viewer) => listOf(viewer).find(({ wire }) => wire.name === name),
    onChange: () => () => {},
  };
  const registry = new ToolRegistry([own], { sources: [source], personal });
  const names = (viewer?: ToolViewer) => registry.list(viewer).map(({ wire }) => wire.name);
  assert.deepEqual(names(ada), ["own", "hers", "shared"]);
  assert.deepEqual(names(bob), ["own", "shared"]);
  assert.deepEqual(names(), ["own", "shared"]);
  assert.equal(registry.list(ada), registry.list(ada));
  assert.equal(registry.find("own", ada), own);
  assert.equal(registry.find("hers", ada), hers);
  assert.notEqual(registry.find("hers", bob), hers);
  source.set([]);
  assert.deepEqual(names(ada), ["own", "hers"]);
  assert.equal(registry.find("hers", bob), undefined);
  lists.set("ada", []);
  assert.deepEqual(names(ada), ["own"]);
});

Deno.test("tools/list shows tools that come and go, and sessions are told", async () => {
  const source = changingTools();
  await using server = await testApp({ toolSources: [source] });
  assert.deepEqual(await namesOf(server), []);
  const session = await server.open();
  const listening = await server.send("GET", {
    accept: "text/event-stream",
    "mcp-session-id": session.id,
  });
  const messages = new SseReader(listening);
  source.set([passingTool("mcp_box_open", EMPTY)]);
  assert.deepEqual(await messages.next(), {
    jsonrpc: "2.0",
    method: "notifications/tools/list_changed",
  });
  assert.deepEqual(await namesOf(server), ["mcp_box_open"]);
  source.set([]);
  assert.deepEqual(await namesOf(server), []);
  await messages.close();
});

Deno.test("tools.offer holds for tools of sources, too", async () => {
  const source = changingTools();
  source.set([passingTool("mcp_box_open", EMPTY, ["open"]), passingTool("mcp_box_shut", EMPTY)]);
  const namesFor = async (environment: Record<string, string>) => {
    await using server = await testApp({ toolSources: [source], environment });
    return await namesOf(server);
  };
  assert.deepEqual(await namesFor({}), ["mcp_box_open", "mcp_box_shut"]);
  assert.deepEqual(await namesFor({ CAR_TOOLS_OFFER: "core" }), []);
  assert.deepEqual(await namesFor({ CAR_TOOLS_OFFER: "verify,mcp_box_open" }), ["mcp_box_open"]);
  assert.deepEqual(await namesFor({ CAR_COMPAT: "car" }), []);
});

Deno.test("tools/call passes on what another server answered, as the revision knows it", async () => {
  const passed: CallToolResult = {
    content: [{ type: "image", data: "aGk=", mimeType: "image/png" }],
    structuredContent: { seen: 1 },
    isError: true,
    _meta: { "example.org/took": 3 },
  };
  const source = changingTools();
  source.set([passingTool("mcp_box_look", passed, ["look"])]);
  await using server = await testApp({ toolSources: [source] });
  const newest = await server.open();
  assert.deepEqual(await resultOf(await newest.post(call("mcp_box_look"))), passed);
  assert.deepEqual(await resultOf(await newest.post(call("look"))), passed);
  const oldest = await server.open("2024-11-05");
  const { structuredContent: _, ...rest } = passed;
  assert.deepEqual(await resultOf(await oldest.post(call("mcp_box_look"))), rest);
});

Deno.test("a rule about an alias of a tool holds under every name of it", async () => {
  const source = changingTools();
  source.set([passingTool("mcp_box_look", EMPTY, ["look"])]);
  using home = tempHome();
  mkdirSync(join(home.path, "policies"));
  writeFileSync(join(home.path, "policies", "a.toml"), 'deny_tool = ["look"]\n');
  await using strict = await testApp({
    toolSources: [source],
    environment: { CAR_HOME: home.path },
  });
  for (const name of ["mcp_box_look", "look"]) {
    const { isError, content } = await resultOf(await strict.post(call(name)));
    assert.equal(isError, true);
    assert.match(content[0].text, /deny_tool:look/);
  }
});
