import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compareVersions, isUsable } from "../../src/cli/_daemon_version.ts";
import { runProcess, startServer } from "../helpers/process.ts";
import { DENO } from "../helpers/runtimes.ts";
import { bridgedHome } from "../helpers/stdio_clients.ts";
import { rpc } from "../helpers/test_app.ts";

Deno.test("compareVersions() compares numbers and not texts", () => {
  const ascending = ["0.0.9", "0.1", "0.1.1", "0.9.0", "0.10.0", "1.0.0-rc.1", "1.0.1"];
  for (const [at, version] of ascending.entries()) {
    for (const [other, against] of ascending.entries()) {
      assert.equal(Math.sign(compareVersions(version, against)), Math.sign(at - other));
    }
  }
  assert.equal(isUsable({ version: "0.0.1" }), false);
  assert.equal(isUsable({ version: "99.0.0" }), true);
});

/** Makes the daemon of the home look as if it were of that version, started by somebody. */
function disguise(home: string, version: string, startedBy: string): void {
  const path = join(home, "mcp", "daemon.json");
  const info = JSON.parse(readFileSync(path, "utf8"));
  mkdirSync(join(home, "mcp"), { recursive: true });
  writeFileSync(path, JSON.stringify({ ...info, version, startedBy }));
}

const input = `${JSON.stringify(rpc("ping"))}\n`;

Deno.test("an old daemon that a bridge started and nobody uses makes way for a new one", async () => {
  await using home = bridgedHome();
  const bridge = () =>
    runProcess({ runtime: DENO, args: ["stdio"], environment: home.environment, input });
  assert.equal((await bridge()).code, 0);
  const first = home.daemonPid();
  disguise(home.path, "0.0.1", "bridge");
  const { stdout, stderr } = await bridge();
  assert.deepEqual(JSON.parse(stdout).result, {});
  assert.equal(stderr, "");
  assert.notEqual(home.daemonPid(), first);
});

Deno.test("an old daemon that a person started stays, and the bridge says so in one line", async () => {
  await using home = bridgedHome();
  await using server = await startServer(DENO, home.path);
  disguise(home.path, "0.0.1", "serve");
  const { stdout, stderr, code } = await runProcess({
    runtime: DENO,
    args: ["stdio"],
    environment: home.environment,
    input,
  });
  assert.equal(code, 0);
  assert.deepEqual(JSON.parse(stdout).result, {});
  assert.match(stderr, /^car-mcp: the daemon is of version 0\.0\.1; this is \S+\n$/);
  assert.equal(home.daemonPid(), server.pid);
  await server.stop();
});
