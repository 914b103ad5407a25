// Mounted servers as a user meets them: files in a home, a daemon of either runtime, real children.

import assert from "node:assert/strict";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fakeCommand } from "../helpers/fake_launch.ts";
import type { FakeChildPlan } from "../helpers/fake_plan.ts";
import { type RunningProcess, startServer } from "../helpers/process.ts";
import { type Runtime, testOnBoth } from "../helpers/runtimes.ts";
import { tempHome } from "../helpers/temp_home.ts";
import { call, clientOf, resultOf } from "../helpers/test_app.ts";

const WAIT_MS = 30_000;

/** Asks until the answer is the wanted one. */
async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const lastMs = performance.now() + WAIT_MS;
  while (!await isSo()) {
    if (performance.now() > lastMs) throw new Error(`Waited too long: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function writeUpstream(home: string, name: string, plan: FakeChildPlan, more = ""): void {
  const folder = join(home, "upstreams");
  mkdirSync(folder, { recursive: true });
  const { command, args } = fakeCommand(plan);
  const text = `command = ${JSON.stringify(command)}\nargs = ${JSON.stringify(args)}\n${more}`;
  writeFileSync(join(folder, `${name}.toml`), text);
}

function connect(server: RunningProcess) {
  const url = server.firstLine;
  const { post } = clientOf((request) => fetch(request), url);
  // deno-lint-ignore no-explicit-any
  const health = async (): Promise<any> => await (await fetch(`${url}/health`)).json();
  // deno-lint-ignore no-explicit-any
  const answer = async (tool: string, args: Record<string, unknown> = {}): Promise<any> => {
    const { content } = await resultOf(await post(call(tool, args)));
    return JSON.parse(content[0].text);
  };
  const stateOf = async (name: string) =>
    (await health()).upstreams?.find((one: { name: string }) => one.name === name)?.state;
  return { answer, health, post, stateOf };
}

async function startMounted(runtime: Runtime, home: string, environment = {}) {
  const server = await startServer(runtime, home, [], environment);
  return { server, ...connect(server) };
}

testOnBoth("serve mounts what the files say, and takes up what they say later", async (runtime) => {
  using home = tempHome();
  const secretPath = join(home.path, "secret");
  writeFileSync(secretPath, "file-secret\n", { mode: 0o600 });
  const env = `env = { KEY = "\${env:MY_KEY}", FILE = "\${file:${secretPath}}" }\n`;
  const plan: FakeChildPlan = { tools: ["environment", "complain"], says: "here: env-secret" };
  writeUpstream(home.path, "box", plan, `${env}cwd = ${JSON.stringify(home.path)}\n`);
  writeUpstream(home.path, "broken", {}, "colour = 1\n");
  const given = { MY_KEY: "env-secret", OTHER_TOKEN: "not-for-children" };
  const { server, answer, health, stateOf } = await startMounted(runtime, home.path, given);
  await using _ = server;
  await until("the mount", async () => await stateOf("box") === "ready");
  const environment = await answer("mcp_box_environment");
  assert.equal(environment.KEY, "env-secret");
  assert.equal(environment.FILE, "file-secret");
  assert.equal(environment.OTHER_TOKEN, undefined);
  const broken = (await health()).upstreams[1];
  assert.match(broken.fault, /broken\.toml, line 3: key "colour": there is no such key$/);
  writeUpstream(home.path, "late", { tools: ["echo"] });
  await until("the late one", async () => await stateOf("late") === "ready");
  assert.deepEqual(await answer("mcp_late_echo", { a: 1 }), { a: 1 });
  chmodSync(secretPath, 0o644);
  const { stderr } = await server.stop();
  assert.doesNotMatch(stderr, /secret/);
  const log = readFileSync(join(home.path, "mcp", "upstreams", "box.log"), "utf8");
  assert.match(log, /^\S+Z here: \[secret\]$/m);
});

testOnBoth("children end with the daemon, also with one that is killed", async (runtime) => {
  // At once: a child that does not want to end is waited for.
  await Promise.all((["SIGTERM", "SIGKILL"] as const).map(async (signal) => {
    using home = tempHome();
    writeUpstream(home.path, "polite", { tools: ["process"] });
    writeUpstream(home.path, "stubborn", { tools: ["process"], ignoresTerm: true });
    const { server, answer, stateOf } = await startMounted(runtime, home.path);
    await using _ = server;
    for (const name of ["polite", "stubborn"]) {
      await until(name, async () => await stateOf(name) === "ready");
    }
    const pids = [await answer("mcp_polite_process"), await answer("mcp_stubborn_process")];
    assert.deepEqual(pids.map(isAlive), [true, true]);
    const { code } = await server.stop(signal);
    if (signal === "SIGTERM") {
      assert.equal(code, 0);
      assert.deepEqual(pids.map(isAlive), [false, false]);
    } else {
      await until("the end of the children", () => !pids.some(isAlive));
    }
  }));
});

testOnBoth(
  "who waits for a child that dies is told, and a later call reaches the next mcp:161",
  async (runtime) => {
    using home = tempHome();
    writeUpstream(home.path, "box", { tools: ["process", "die"] });
    const { server, answer, post, stateOf } = await startMounted(runtime, home.path);
    await using _ = server;
    await until("the mount", async () => await stateOf("box") === "ready");
    const first = await answer("mcp_box_process");
    const died = await resultOf(await post(call("mcp_box_die")));
    assert.match(died.content[0].text, /Server "box" has ended/);
    assert.notEqual(await answer("mcp_box_process"), first);
  },
);

testOnBoth("a command that does not exist is a state and not an end", async (runtime) => {
  using home = tempHome();
  mkdirSync(join(home.path, "upstreams"));
  writeFileSync(join(home.path, "upstreams", "none.toml"), 'command = "/no/such/program"\n');
  const { server, health } = await startMounted(runtime, home.path);
  await using _ = server;
  await until("the fault", async () => (await health()).upstreams[0].fault !== undefined);
  const { status, upstreams } = await health();
  assert.equal(status, "ok");
  assert.match(upstreams[0].fault, /cannot be started: ENOENT/);
});
