// `car-mcp connect` as a person runs it, in a home of its own.

import assert from "node:assert/strict";
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SERVE_PERMISSIONS } from "../../src/cli/self_command.ts";
import { CLIENTS } from "../../src/cli/connect/clients.ts";
import { runProcess } from "../helpers/process.ts";
import { DENO, MAIN, type Runtime, testOnBoth } from "../helpers/runtimes.ts";
import { tempHome } from "../helpers/temp_home.ts";

// One that lies in a package cache is refused as a command, so a copy stands in for it.
const COPIES = tempHome();
addEventListener("unload", () => COPIES[Symbol.dispose]());

function installed(runtime: Runtime): Runtime {
  if (!/_npx|node_modules|[\\/]\.npm/.test(runtime.command)) return runtime;
  const command = join(COPIES.path, runtime.name);
  if (!existsSync(command)) copyFileSync(runtime.command, command);
  return { ...runtime, command };
}

function testInstalledOnBoth(name: string, body: (runtime: Runtime) => Promise<void>): void {
  testOnBoth(name, (runtime) => body(installed(runtime)));
}

// The person's own folder is the test's, and nothing of whoever runs the tests moves a client's.
function connect(home: string, args: readonly string[], runtime: Runtime = installed(DENO)) {
  const moved = { CLAUDE_CONFIG_DIR: "", CODEX_HOME: "", XDG_CONFIG_HOME: "" };
  const environment = { HOME: home, ...moved };
  return runProcess({ runtime, args: ["connect", ...args], environment });
}

testInstalledOnBoth(
  "connect writes an absolute command, and --remove takes it back",
  async (runtime) => {
    using home = tempHome();
    const path = join(home.path, ".claude.json");
    writeFileSync(path, '{"numStartups": 1}\n');
    const connected = await connect(home.path, ["claude-code"], runtime);
    assert.equal(connected.code, 0, connected.stderr);
    assert.equal(
      connected.stdout,
      `Claude Code is connected, in ${path}\nWhat it was is in ${path}.before-car-mcp\n` +
        "Now start it anew and look at /mcp\n",
    );
    const { numStartups, mcpServers: { car } } = JSON.parse(readFileSync(path, "utf8"));
    assert.equal(numStartups, 1);
    assert.equal(car.command, runtime.command);
    const before = runtime.name === "bun"
      ? []
      : ["run", "--quiet", "--no-prompt", ...SERVE_PERMISSIONS];
    assert.deepEqual(car.args, [...before, MAIN, "stdio"]);
    const again = await connect(home.path, ["claude-code"], runtime);
    assert.equal(again.stdout, `Claude Code is connected already, in ${path}\n`);
    const removed = await connect(home.path, ["claude-code", "--remove", "--json"], runtime);
    assert.deepEqual(JSON.parse(removed.stdout), {
      clients: [{
        ...{ client: "claude-code", path, changed: true, backup: `${path}.before-car-mcp` },
      }],
    });
    assert.deepEqual(JSON.parse(readFileSync(path, "utf8")), { numStartups: 1, mcpServers: {} });
  },
);

Deno.test("connect --scope project writes into the root of the project, with its namespace", async () => {
  using home = tempHome();
  const project = join(home.path, "project");
  mkdirSync(join(project, ".git"), { recursive: true });
  mkdirSync(join(project, "deep"));
  const args = ["vscode", "--scope", "project", "--project", join(project, "deep")];
  const connected = await connect(home.path, [...args, "--home", join(home.path, "car")]);
  assert.equal(connected.code, 0, connected.stderr);
  const { servers } = JSON.parse(readFileSync(join(project, ".vscode", "mcp.json"), "utf8"));
  assert.deepEqual(
    servers.car.args.slice(-5),
    ["stdio", "--home", join(home.path, "car"), "--namespace", "auto"],
  );
});

Deno.test("connect --scope project --http names the memory of the project in a header", async () => {
  using home = tempHome();
  const project = join(home.path, "project");
  mkdirSync(join(project, ".git"), { recursive: true });
  const remote = '[remote "origin"]\n\turl = git@git.example:team/app.git\n';
  writeFileSync(join(project, ".git", "config"), remote);
  const args = ["cursor", "--scope", "project", "--project", project, "--http"];
  const connected = await connect(home.path, args);
  assert.equal(connected.code, 0, connected.stderr);
  const { mcpServers } = JSON.parse(readFileSync(join(project, ".cursor", "mcp.json"), "utf8"));
  assert.deepEqual(mcpServers.car.headers, { "car-namespace": "git.example/team/app" });
});

Deno.test("connect --print writes nothing but what belongs into the file", async () => {
  using home = tempHome();
  const printed = await connect(home.path, ["codex", "--print", "--http"]);
  assert.deepEqual(printed, {
    ...{ code: 0, signal: null, stderr: "" },
    stdout: '[mcp_servers.car]\nurl = "http://127.0.0.1:9102/mcp"\n',
  });
  assert.equal(existsSync(join(home.path, ".codex")), false);
});

Deno.test("connect --remove --all takes the server from every client, past files it cannot read", async () => {
  using home = tempHome();
  for (const { name } of CLIENTS) assert.equal((await connect(home.path, [name])).code, 0);
  const broken = join(home.path, ".cursor", "mcp.json");
  writeFileSync(broken, "{");
  const removed = await connect(home.path, ["--remove", "--all", "--scope", "user"]);
  assert.equal(removed.code, 2);
  assert.match(removed.stderr, /^car-mcp: .*mcp\.json is not JSON at line 1[^\n]*\n$/);
  assert.equal(removed.stdout.match(/is no longer connected/g)?.length, CLIENTS.length - 1);
  writeFileSync(broken, "{}");
  const again = await connect(home.path, ["--remove", "--all", "--scope", "user"]);
  assert.deepEqual([again.code, again.stdout], [0, "No client was connected\n"]);
});

const REFUSED: readonly (readonly [line: string, complaint: RegExp])[] = [
  ["", /No client is named; known are claude-code, .*windsurf/],
  ["emacs", /Unknown client "emacs"; known are claude-code/],
  ["cursor --scope team", /--scope must be user or project, not "team"/],
  ["windsurf --scope project", /Windsurf has no configuration for a project/],
  ["claude-desktop --http", /Claude Desktop starts its servers; it takes no URL/],
  ["cursor --all", /--all goes with --remove/],
];

for (const [line, complaint] of REFUSED) {
  Deno.test(`connect ${line} ends with 2 and says why`, async () => {
    using home = tempHome();
    const ended = await connect(home.path, line.split(" ").filter((word) => word !== ""));
    assert.equal(ended.code, 2);
    assert.equal(ended.stdout, "");
    assert.match(ended.stderr, complaint);
  });
}
