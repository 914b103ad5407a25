// `car-mcp doctor`, `logs`, `config` and `completions`.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { appendFileSync, chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import process from "node:process";
import { CONFIG_KEYS } from "../../src/config/keys.ts";
import { runProcess, within } from "../helpers/process.ts";
import { DENO, MAIN, type Runtime, testOnBoth } from "../helpers/runtimes.ts";
import { tempHome } from "../helpers/temp_home.ts";
import { memory } from "./_memory_commands.ts";

function run(home: string, args: readonly string[], runtime: Runtime = DENO) {
  const moved = { CLAUDE_CONFIG_DIR: "", CODEX_HOME: "", XDG_CONFIG_HOME: "" };
  const environment = { HOME: home, ...moved };
  return runProcess({ runtime, args, environment });
}

testOnBoth("doctor finds nothing in the way of a new home, nor of a used one", async (runtime) => {
  using home = tempHome();
  const port = ["--project", home.path, "--json"];
  // How many users this machine has is not looked at where callers show who they are.
  const free = '[http]\nbind = "127.0.0.1:0"\n[auth]\nlocal = "token"\n';
  writeFileSync(join(home.path, "free.toml"), free);
  const flags = [...port, "--config", join(home.path, "free.toml")];
  const fresh = await run(home.path, ["doctor", ...flags], runtime);
  const { is_well, diagnoses } = JSON.parse(fresh.stdout);
  assert.deepEqual([fresh.code, is_well], [0, true]);
  assert.deepEqual(
    diagnoses.map((one: { about: string; state: string }) => `${one.about} ${one.state}`),
    [
      "configuration well",
      "home note",
      "memory note",
      "policies well",
      "daemon note",
      "clients note",
    ],
  );
  assert.equal((await memory(["add", "a", "b", "--home", join(home.path, ".car")])).code, 0);
  const used = JSON.parse((await run(home.path, ["doctor", ...flags], runtime)).stdout);
  assert.match(used.diagnoses[2].says, /^1 fact in 1 namespace /);
});

Deno.test("doctor says what is in the way, and what to do about it", async () => {
  using home = tempHome();
  const car = join(home.path, ".car");
  assert.equal((await memory(["add", "a", "b", "--home", car])).code, 0);
  chmodSync(join(car, "mcp"), 0o755);
  mkdirSync(join(car, "policies"));
  writeFileSync(join(car, "policies", "bad.toml"), "deny_tool = 3\n");
  mkdirSync(join(home.path, ".cursor"));
  const lost = '{"mcpServers": {"car": {"command": "/nowhere/car-mcp", "args": ["stdio"]}}}';
  writeFileSync(join(home.path, ".cursor", "mcp.json"), lost);
  writeFileSync(join(home.path, ".claude.json"), "{");
  mkdirSync(join(home.path, ".gemini"));
  const occupant = createServer();
  await new Promise<void>((resolve) => occupant.listen(0, "127.0.0.1", resolve));
  const address = occupant.address();
  assert.ok(typeof address === "object" && address !== null);
  writeFileSync(join(car, "config.toml"), `[http]\nbind = "127.0.0.1:${address.port}"\n`);
  const ended = await run(home.path, ["doctor", "--project", home.path]);
  await new Promise((resolve) => occupant.close(resolve));
  assert.equal(ended.code, 8);
  for (
    const said of [
      /BAD {3}home: others may use .*mcp\n {6}to do: chmod go= /,
      /BAD {3}policies: .*bad\.toml/,
      /BAD {3}daemon: none is up, and 127\.0\.0\.1:\d+ cannot be had \(EADDRINUSE\)/,
      /BAD {3}Claude Code: .*is not JSON at line 1/,
      /BAD {3}Cursor: .*names \/nowhere\/car-mcp, which cannot be run\n {6}to do: car-mcp connect cursor\n/,
      /note {2}Gemini CLI: it is not connected\n {6}to do: car-mcp connect gemini\n/,
    ]
  ) assert.match(ended.stdout, said);
  writeFileSync(join(car, "config.toml"), "[http]\nbnid = 1\n");
  const unread = await run(home.path, ["doctor"]);
  assert.equal(unread.code, 8);
  assert.match(unread.stdout, /^BAD {3}configuration: Unknown configuration key "http\.bnid"/);
});

testOnBoth("config show names the source of each setting", async (runtime) => {
  using home = tempHome();
  const file = join(home.path, ".car", "config.toml");
  mkdirSync(join(home.path, ".car"));
  writeFileSync(file, '[log]\nlevel = "warn"\n[tools]\noffer = ["verify"]\n');
  const environment = { HOME: home.path, CAR_SESSIONS_MAX: "7" };
  const show = (...args: string[]) =>
    runProcess({ runtime, args: ["config", ...args], environment });
  const changed = await show("show", "--changed");
  assert.equal(
    changed.stdout,
    `log.level\twarn\t${file}\nsessions.max\t7\tCAR_SESSIONS_MAX\ntools.offer\tverify\t${file}\n`,
  );
  const all = JSON.parse((await show("show", "--json")).stdout);
  assert.deepEqual(all.map(({ name }: { name: string }) => name), [
    "home",
    ...CONFIG_KEYS.map(({ name }) => name),
  ]);
  assert.equal((await show("check", "--json")).stdout, '{"is_fine":true,"changed":3}\n');
  writeFileSync(file, "[log]\nlevel = 3\n");
  const refused = await show("check");
  assert.deepEqual([refused.code, refused.stdout], [2, ""]);
  assert.match(refused.stderr, /"log\.level" \(from .*config\.toml\)/);
  const { properties } = JSON.parse((await show("schema")).stdout);
  assert.deepEqual(properties.log.properties.level.enum, ["debug", "info", "warn", "error"]);
  assert.deepEqual(properties.limits.properties.callMs.type, "integer");
});

Deno.test("logs prints the end of the log, and with -f what is written after it", async () => {
  using home = tempHome();
  const none = await run(home.path, ["logs"]);
  assert.deepEqual([none.code, none.stdout], [7, ""]);
  assert.match(none.stderr, /No client has started a daemon for /);
  mkdirSync(join(home.path, ".car", "mcp"), { recursive: true });
  const path = join(home.path, ".car", "mcp", "daemon.log");
  writeFileSync(path, "one\ntwo\nthree\n");
  assert.equal((await run(home.path, ["logs", "-n", "2"])).stdout, "two\nthree\n");
  assert.equal((await run(home.path, ["logs", "-n", "x"])).code, 2);
  const { command, prefix } = DENO;
  const child = spawn(command, [...prefix, MAIN, "logs", "-f", "-n", "1"], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, HOME: home.path },
  });
  try {
    const output = child.stdout.setEncoding("utf8")[Symbol.asyncIterator]();
    assert.equal((await within(output.next(), "the last line")).value, "three\n");
    appendFileSync(path, "four\n");
    assert.equal((await within(output.next(), "a new line")).value, "four\n");
    // A log that is begun anew is shorter.
    writeFileSync(path, "new\n");
    assert.equal((await within(output.next(), "a line of the new log")).value, "new\n");
  } finally {
    const ended = new Promise((resolve) => child.once("close", resolve));
    process.kill(child.pid ?? 0, "SIGKILL");
    await ended;
  }
});

Deno.test("completions knows three shells", async () => {
  using home = tempHome();
  const unknown = await run(home.path, ["completions", "tcsh"]);
  assert.equal(unknown.code, 2);
  assert.match(unknown.stderr, /Unknown shell "tcsh"; known are bash, zsh and fish/);
});
