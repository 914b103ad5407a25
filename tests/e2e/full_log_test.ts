// A disk without room for the log: lines are lost, and nothing else. `/dev/full` takes no byte, as such
// a disk does; where there is none, these tests show as ignored.

import assert from "node:assert/strict";
import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { type Ended, runProcess, startProcess } from "../helpers/process.ts";
import { BUN, DENO, MAIN, type Runtime } from "../helpers/runtimes.ts";
import { bridgedHome } from "../helpers/stdio_clients.ts";
import { tempHome } from "../helpers/temp_home.ts";
import { clientOf, resultOf, rpc } from "../helpers/test_app.ts";

const FULL = "/dev/full";

/** Registers a test on both runtimes, as ignored where one of them or the full device is missing. */
function testWithFullDisk(name: string, body: (runtime: Runtime) => Promise<void>): void {
  const hasDevice = existsSync(FULL);
  // Deno opens a device only for those who may do everything.
  const deno = { ...DENO, prefix: ["run", "--quiet", "--no-prompt", "--allow-all"] };
  Deno.test({ name: `${name} (Deno)`, ignore: !hasDevice, fn: () => body(deno) });
  const ignore = !hasDevice || BUN === undefined;
  Deno.test({ name: `${name} (Bun)`, ignore, fn: () => body(BUN ?? deno) });
}

testWithFullDisk("a daemon whose log has no room serves on, and ends as ever", async (runtime) => {
  using home = tempHome();
  const serve = ["serve", "--bind", "127.0.0.1:0", "--home", home.path, "--log-level", "debug"];
  const command = [runtime.command, ...runtime.prefix, MAIN, ...serve];
  const shell = { name: "deno", command: "sh", prefix: [], isExecutable: true } as const;
  const args = ["-c", `exec "$@" 2>${FULL}`, "sh", ...command];
  await using server = await startProcess({ runtime: shell, args });
  const client = clientOf(fetch, server.firstLine);
  for (let request = 0; request < 50; request++) {
    assert.deepEqual(await client.post(rpc("ping")).then(resultOf), {});
  }
  assert.equal((await server.stop()).code, 0);
});

testWithFullDisk("a bridge starts a daemon whose log has no room", async (runtime) => {
  await using home = bridgedHome();
  mkdirSync(join(home.path, "mcp"), { mode: 0o700 });
  symlinkSync(FULL, join(home.path, "mcp", "daemon.log"));
  const fact = { subject: "room", body: "There is none for the log" };
  const stored = await askBridge(runtime, home.environment, "memory_add_fact", fact);
  assert.match(stored.content[0].text, /^fact remembered id=/);
  const found = await askBridge(runtime, home.environment, "memory_query", { query: "room" });
  assert.equal(JSON.parse(found.content[0].text)[0].body, fact.body);
});

async function askBridge(
  runtime: Runtime,
  environment: Readonly<Record<string, string>>,
  name: string,
  given: Readonly<Record<string, unknown>>,
) {
  const input = `${JSON.stringify(rpc("tools/call", { name, arguments: given }))}\n`;
  const ended: Ended = await runProcess({ runtime, args: ["stdio"], environment, input });
  assert.equal(ended.code, 0, ended.stderr);
  return JSON.parse(ended.stdout).result;
}
