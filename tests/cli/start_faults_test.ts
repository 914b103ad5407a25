// Each way in which the program cannot start: one clear sentence on stderr, nothing on stdout, an exit
// code of its own, and whatever was there stays as it was.

import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type Ended, runProcess, startServer } from "../helpers/process.ts";
import { DENO, type Runtime, testOnBoth } from "../helpers/runtimes.ts";
import { tempHome } from "../helpers/temp_home.ts";

const ANY_PORT = ["--bind", "127.0.0.1:0"];

function serve(home: string, args: readonly string[] = [], runtime: Runtime = DENO) {
  return runProcess({ runtime, args: ["serve", "--home", home, ...ANY_PORT, ...args] });
}

/** Checks that the program said one sentence, which fits, and ended with that code. */
function assertRefused(ended: Ended, code: number, sentence: RegExp): void {
  assert.equal(ended.code, code, ended.stderr);
  assert.equal(ended.stdout, "");
  assert.match(ended.stderr, /^car-mcp: [^\n]+\n$/);
  assert.match(ended.stderr, sentence);
}

testOnBoth("serve ends with 3 when the port is in use", async (runtime) => {
  using home = tempHome();
  const occupant = createServer();
  await new Promise<void>((resolve) => occupant.listen(0, "127.0.0.1", resolve));
  const address = occupant.address();
  assert.ok(typeof address === "object" && address !== null);
  const ended = await serve(home.path, ["--bind", `127.0.0.1:${address.port}`], runtime);
  await new Promise((resolve) => occupant.close(resolve));
  assertRefused(ended, 3, new RegExp(`127\\.0\\.0\\.1:${address.port} is in use`));
  assert.equal(existsSync(join(home.path, "mcp", "daemon.json")), false);
});

testOnBoth("serve ends with 4 when the home is a file or lies below one", async (runtime) => {
  using folder = tempHome();
  const file = join(folder.path, "file");
  writeFileSync(file, "mine");
  for (const home of [file, join(file, "home")]) {
    const ended = await serve(home, [], runtime);
    assertRefused(ended, 4, /as home: /);
    assert.ok(ended.stderr.includes(home));
  }
  assert.equal(readFileSync(file, "utf8"), "mine");
});

Deno.test("serve ends with 4 when the lock file is something else", async () => {
  using home = tempHome();
  mkdirSync(join(home.path, "mcp"));
  const lock = join(home.path, "mcp", "daemon.lock");
  writeFileSync(lock, "no database ".repeat(100));
  assertRefused(await serve(home.path), 4, /Cannot lock .*daemon\.lock/);
});

testOnBoth("serve ends with 5 and names the URL of the daemon that is there", async (runtime) => {
  using home = tempHome();
  // The one that is there runs under Deno, whatever the second one runs under.
  await using first = await startServer(DENO, home.path);
  const ended = await serve(home.path, [], runtime);
  assertRefused(ended, 5, /Another daemon serves this home/);
  assert.ok(ended.stderr.includes(first.firstLine));
  const health = await fetch(`${first.firstLine}/health`);
  assert.equal((await health.json()).status, "ok");
});

testOnBoth("serve ends with 6 when a newer program wrote the database", async (runtime) => {
  using home = tempHome();
  await (await startServer(DENO, home.path)).stop();
  const path = databaseOf(home.path);
  const database = new DatabaseSync(path);
  database.exec("PRAGMA user_version = 9999; PRAGMA wal_checkpoint(TRUNCATE)");
  database.close();
  const before = readFileSync(path);
  assertRefused(await serve(home.path, [], runtime), 6, /version is 9999/);
  assert.deepEqual(readFileSync(path), before);
});

testOnBoth(
  "serve ends with 6 when the database is damaged, and leaves it alone",
  async (runtime) => {
    using home = tempHome();
    await (await startServer(DENO, home.path)).stop();
    const path = databaseOf(home.path);
    const whole = readFileSync(path);
    const cut = whole.subarray(0, whole.length / 2);
    const foreign = new TextEncoder().encode("A list of things to buy\n".repeat(50));
    const torn = Uint8Array.from(whole, (byte, at) => at > 4096 ? byte ^ 0xff : byte);
    for (const damaged of [cut, foreign, torn]) {
      writeFileSync(path, damaged);
      assertRefused(await serve(home.path, [], runtime), 6, /Cannot use .*memory\.db/);
      assert.ok(readFileSync(path).equals(damaged));
    }
  },
);

Deno.test("serve ends with 2 when the address is not a loopback one, and says why mcp:17", async () => {
  using home = tempHome();
  for (const bind of ["0.0.0.0:0", "[::]:0", "192.0.2.1:9102", "example.com:9102"]) {
    const ended = await serve(home.path, ["--bind", bind]);
    assertRefused(ended, 2, /"http\.bind".*not a loopback address; without authentication/);
  }
});

Deno.test("serve ends with 2 when --compat car is to be reachable from elsewhere mcp:189", async () => {
  using home = tempHome();
  const ended = await serve(home.path, ["--compat", "car", "--bind", "0.0.0.0:0"]);
  assertRefused(ended, 2, /not a loopback address/);
});

Deno.test("serve ends with 2 when it is to be compatible with something unknown", async () => {
  using home = tempHome();
  const ended = await serve(home.path, ["--compat", "cars"]);
  assertRefused(ended, 2, /"compat" \(from the command line\)/);
});

Deno.test("serve ends with 2 when the home is relative", async () => {
  assertRefused(await serve("somewhere"), 2, /"home" \(from --home\) must be an absolute path/);
  const environment = { CAR_HOME: "somewhere" };
  const ended = await runProcess({ runtime: DENO, args: ["serve", ...ANY_PORT], environment });
  assertRefused(ended, 2, /"home" \(from CAR_HOME\) must be an absolute path/);
  assert.equal(existsSync("somewhere"), false);
});

Deno.test("serve ends with 2 when config.toml has a key it does not know", async () => {
  using home = tempHome();
  writeFileSync(join(home.path, "config.toml"), "[http]\nbnid = 'secret'\n");
  const ended = await serve(home.path);
  assertRefused(ended, 2, /Unknown configuration key "http\.bnid" in .*config\.toml/);
  assert.doesNotMatch(ended.stderr, /secret/);
});

Deno.test("serve ends with 2 when config.toml is not TOML, and repeats nothing of it", async () => {
  using home = tempHome();
  writeFileSync(join(home.path, "config.toml"), '[log]\nlevel = "info"\ntoken = secret\n');
  const ended = await serve(home.path);
  assertRefused(ended, 2, /config\.toml is not TOML at line 3/);
  assert.doesNotMatch(ended.stderr, /secret/);
});

Deno.test("serve ends with 2 when the file that --config names is missing", async () => {
  using folder = tempHome();
  const missing = join(folder.path, "missing.toml");
  // No home is named, so this also needs to know where the user's own folder is.
  const ended = await runProcess({ runtime: DENO, args: ["serve", "--config", missing] });
  assertRefused(ended, 2, /Cannot read the configuration file .*missing\.toml/);
});

Deno.test("serve ends with 2 when a tool is offered that does not exist", async () => {
  using home = tempHome();
  writeFileSync(join(home.path, "config.toml"), '[tools]\noffer = ["verify", "verifi"]\n');
  assertRefused(await serve(home.path), 2, /"tools\.offer": there is no tool "verifi"/);
});

const WRONG_COMMAND_LINES: readonly (readonly [string, RegExp])[] = [
  ["serve --port 1", /^car-mcp: unknown option '--port'\n/],
  ["serve extra", /^car-mcp: too many arguments for 'serve'[^\n]+\n/],
  ["serve --home", /^car-mcp: option '--home <folder>' argument missing\n/],
  ["sevre", /^car-mcp: unknown command 'sevre'\n/],
  ["--nonsense", /^car-mcp: unknown option '--nonsense'\n/],
  ["", /^Usage: car-mcp /],
];

for (const [line, complaint] of WRONG_COMMAND_LINES) {
  Deno.test(`the command line "${line}" ends with 2 and says where help is`, async () => {
    using folder = tempHome();
    const home = join(folder.path, "home");
    const args = line.split(" ").filter((arg) => arg !== "");
    const ended = await runProcess({ runtime: DENO, args, environment: { CAR_HOME: home } });
    assert.equal(ended.code, 2);
    assert.equal(ended.stdout, "");
    assert.match(ended.stderr, complaint);
    assert.match(ended.stderr, /--help/);
    assert.equal(existsSync(home), false);
  });
}

function databaseOf(home: string): string {
  return join(home, "mcp", "memory.db");
}
