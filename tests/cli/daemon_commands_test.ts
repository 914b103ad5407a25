// `car-mcp status`, `stop` and `version` against daemons that run, ended, or are somebody else.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import process from "node:process";
import { VERSION } from "../../src/base/version.ts";
import { runProcess, startServer } from "../helpers/process.ts";
import { testEverywhere } from "../helpers/executables.ts";
import { DENO, type Runtime } from "../helpers/runtimes.ts";
import { tempHome } from "../helpers/temp_home.ts";

function run(args: readonly string[], runtime: Runtime = DENO) {
  return runProcess({ runtime, args });
}

testEverywhere(
  "status and stop find the daemon of a home, and miss it afterwards",
  async (runtime) => {
    using home = tempHome();
    await using server = await startServer(runtime, home.path);
    const up = await run(["status", "--json", "--home", home.path], runtime);
    const { started: _, ...report } = JSON.parse(up.stdout);
    assert.deepEqual(report, {
      ...{ is_up: true, home: home.path, url: server.firstLine, pid: server.pid },
      ...{
        version: VERSION,
        started_by: "serve",
        sessions: 0,
        streams: 0,
        facts: 0,
        upstreams: [],
      },
    });
    assert.equal(up.code, 0);
    const text = await run(["status", "--home", home.path], runtime);
    assert.match(text.stdout, /is up\n[\s\S]*holds {4}0 sessions, 0 streams, 0 facts\n/);

    const stopped = await run(["stop", "--home", home.path], runtime);
    assert.deepEqual(stopped, {
      ...{ code: 0, signal: null, stderr: "" },
      stdout: `Stopped the daemon at ${server.firstLine} (process ${server.pid})\n`,
    });
    assert.equal((await server.ended()).code, 0);

    const down = await run(["status", "--home", home.path], runtime);
    assert.deepEqual([down.code, down.stdout], [7, `No daemon serves ${home.path}\n`]);
    const again = await run(["stop", "--home", home.path], runtime);
    assert.deepEqual(
      [again.code, again.stdout, again.stderr],
      [7, "", `car-mcp: No daemon serves ${home.path}\n`],
    );
  },
);

Deno.test("stop signals nobody when something else answers where the daemon was", async () => {
  using home = tempHome();
  const stranger = createServer((_, response) => void response.end('{"nonce":"another"}'));
  await new Promise<void>((resolve) => stranger.listen(0, "127.0.0.1", resolve));
  const address = stranger.address();
  assert.ok(typeof address === "object" && address !== null);
  // The process that the file names is this one: a signal would end the tests.
  leaveFile(home.path, { pid: process.pid, url: `http://127.0.0.1:${address.port}/mcp` });
  const ended = await run(["stop", "--home", home.path]);
  const seen = await run(["status", "--home", home.path]);
  stranger.closeAllConnections();
  await new Promise((resolve) => stranger.close(resolve));
  assert.equal(ended.code, 7);
  assert.match(ended.stderr, /is not the daemon of this home\n$/);
  assert.equal(seen.code, 7);
  assert.match(seen.stdout, /is not the daemon of this home\n$/);
});

Deno.test("status and stop say what is wrong with a daemon.json that helps nobody", async () => {
  using home = tempHome();
  leaveFile(home.path, { pid: process.pid, url: "http://127.0.0.1:1/mcp" });
  const refused = await run(["stop", "--home", home.path]);
  assert.equal(refused.code, 7);
  assert.match(refused.stderr, /nothing answers as a daemon at http:\/\/127\.0\.0\.1:1\/mcp/);
  const path = join(home.path, "mcp", "daemon.json");
  for (const text of ["", "{", "null", "7", '{"pid":1}', '{"pid":-1,"url":"x"}']) {
    writeFileSync(path, text);
    const ended = await run(["status", "--json", "--home", home.path]);
    assert.equal(ended.code, 7, text);
    assert.deepEqual(JSON.parse(ended.stdout), {
      ...{ is_up: false, home: home.path, complaint: `${path} is not what a daemon writes` },
    });
    assert.equal(readFileSync(path, "utf8"), text);
  }
});

testEverywhere("version names the program, the runtime and the system", async (runtime) => {
  const { code, stdout } = await run(["version", "--json"], runtime);
  const report = JSON.parse(stdout);
  assert.equal(code, 0);
  assert.deepEqual([report.name, report.version], ["car-mcp", VERSION]);
  assert.ok(report.runtime.toLowerCase().startsWith(runtime.name));
  assert.match((await run(["version"], runtime)).stdout, /^car-mcp \d+\.\d+\.\d+ \(.+\)\n$/);
});

function leaveFile(home: string, { pid, url }: { pid: number; url: string }): void {
  mkdirSync(join(home, "mcp"));
  const started = "2026-01-01T00:00:00.000Z";
  const info = { pid, url, version: VERSION, started, startedBy: "serve", nonce: "mine" };
  writeFileSync(join(home, "mcp", "daemon.json"), JSON.stringify(info));
}
