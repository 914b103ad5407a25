// `car-mcp upstream` as a person meets it: files that appear and go, what a trial says, what a daemon
// makes of it.

import assert from "node:assert/strict";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fakeCommand } from "../helpers/fake_launch.ts";
import type { FakeChildPlan } from "../helpers/fake_plan.ts";
import { type Ended, runProcess, startServer } from "../helpers/process.ts";
import { DENO, type Runtime, testOnBoth } from "../helpers/runtimes.ts";
import { tempHome } from "../helpers/temp_home.ts";

function upstream(home: string, args: readonly string[], runtime: Runtime = DENO): Promise<Ended> {
  const [command = "", ...rest] = args;
  return runProcess({ runtime, args: ["upstream", command, "--home", home, ...rest] });
}

function behindDashes(plan: FakeChildPlan): readonly string[] {
  const { command, args } = fakeCommand(plan);
  return ["--", command, ...args];
}

testOnBoth("upstream add, test, list and remove care for one server", async (runtime) => {
  using home = tempHome();
  const plan: FakeChildPlan = { tools: ["echo", "hold"] };
  const added = await upstream(home.path, ["add", "box", ...behindDashes(plan)], runtime);
  assert.equal(added.code, 0, added.stderr);
  const path = join(home.path, "upstreams", "box.toml");
  assert.equal(added.stdout, `${path}\n`);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  const tried = await upstream(home.path, ["test", "box"], runtime);
  assert.equal(tried.stdout, "box works (legacy): 2 tools\n  mcp_box_echo\n  mcp_box_hold\n");
  assert.equal(tried.code, 0);
  const listed = await upstream(home.path, ["list"], runtime);
  assert.equal(listed.stdout, "box: no daemon runs\n");
  const removed = await upstream(home.path, ["remove", "box"], runtime);
  assert.equal(removed.code, 0);
  assert.equal(existsSync(path), false);
  const again = await upstream(home.path, ["remove", "box"], runtime);
  assert.deepEqual([again.code, again.stderr], [2, 'car-mcp: There is no server "box"\n']);
});

Deno.test("upstream test says why a server does not work, and ends with 8", async () => {
  using home = tempHome();
  await upstream(home.path, [
    "add",
    "box",
    ...behindDashes({ exitsAtOnce: true, says: "No key\x07" }),
  ]);
  const tried = await upstream(home.path, ["test", "box"]);
  assert.equal(tried.code, 8);
  assert.match(tried.stdout, /^box does not work: It ended with code 7\n {2}No key\?\n/);
});

Deno.test("upstream add refuses what no file may say, and what is there", async () => {
  using home = tempHome();
  const complaints: readonly (readonly [readonly string[], number, RegExp])[] = [
    [["add", "Box", "--", "a"], 2, /up to 32 of a-z, 0-9 and -/],
    [["add", "box"], 2, /either --url or a command/],
    [["add", "box", "--url", "ftp://a.example"], 2, /key "url": must be a URL/],
    [["add", "box", "--env", "A", "--", "a"], 2, /--env must be NAME=VALUE/],
    [["add", "box", "--cwd", "here", "--", "a"], 2, /key "cwd": must be an absolute path/],
  ];
  for (const [args, code, complaint] of complaints) {
    const ended = await upstream(home.path, args);
    assert.equal(ended.code, code, ended.stderr);
    assert.match(ended.stderr, complaint);
  }
  assert.equal((await upstream(home.path, ["add", "box", "--", "a"])).code, 0);
  const twice = await upstream(home.path, ["add", "box", "--", "b"]);
  assert.match(twice.stderr, /already; --replace replaces it/);
  assert.equal((await upstream(home.path, ["add", "box", "--replace", "--", "b"])).code, 0);
  assert.match(readFileSync(join(home.path, "upstreams", "box.toml"), "utf8"), /command = "b"/);
});

Deno.test("upstream import mounts what a client has configured, once", async () => {
  using home = tempHome();
  const file = join(home.path, "client.json");
  const servers = { "My Box": { command: "box" }, old: { type: "sse", url: "https://a.example" } };
  writeFileSync(file, JSON.stringify({ mcpServers: servers }));
  const dry = await upstream(home.path, ["import", "--from", file, "--dry-run"]);
  assert.match(dry.stdout, /my-box: mounted\n1 server would be mounted\n$/);
  assert.equal(existsSync(join(home.path, "upstreams")), false);
  const done = await upstream(home.path, ["import", "--from", file]);
  assert.match(done.stdout, /old: left out, it speaks HTTP\+SSE, which is too old\n/);
  assert.equal(
    readFileSync(join(home.path, "upstreams", "my-box.toml"), "utf8"),
    'command = "box"\n',
  );
  const twice = await upstream(home.path, ["import", "--from", file]);
  assert.match(twice.stdout, /my-box: is there already\n0 servers mounted\n$/);
});

Deno.test("upstream list, logs and approve speak of what a daemon has mounted", async () => {
  using home = tempHome();
  const before: FakeChildPlan = { tools: ["echo"], says: "hello" };
  await upstream(home.path, ["add", "box", ...behindDashes(before)]);
  await using server = await startServer(DENO, home.path);
  const until = async (what: RegExp) => {
    const lastMs = performance.now() + 30_000;
    let said = "";
    while (performance.now() < lastMs) {
      said = (await upstream(home.path, ["list"])).stdout;
      if (what.test(said)) return;
    }
    assert.match(said, what);
  };
  await until(/^box: ready \(legacy\), 1 tool\n$/);
  assert.match((await upstream(home.path, ["logs", "box"])).stdout, /^\S+Z hello\n/);
  const tools = [{ name: "echo", description: "Does something else" }];
  await upstream(home.path, ["add", "box", "--replace", ...behindDashes({ tools })]);
  await until(
    /^box: ready \(legacy\), 0 tools\n {2}held back: echo; see upstream approve box --show/,
  );
  const shown = await upstream(home.path, ["approve", "box", "--show"]);
  assert.equal(shown.stdout, "echo\n  Does something else\n1 tool held back\n");
  const approved = await upstream(home.path, ["approve", "box"]);
  assert.match(approved.stdout, /1 tool approved\n$/);
  await until(/^box: ready \(legacy\), 1 tool\n$/);
  assert.equal((await server.stop()).code, 0);
});
