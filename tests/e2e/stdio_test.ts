// `car-mcp stdio` as hosts start it: a command whose stdin and stdout are the connection. It finds the
// daemon of its home or starts it, and what one client stores the others find.

import assert from "node:assert/strict";
import { createServer } from "node:net";
import { once } from "node:events";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ERA_CLIENTS } from "../helpers/era_clients.ts";
import { executable } from "../helpers/executables.ts";
import { runProcess } from "../helpers/process.ts";
import { BUN, DENO, type Runtime } from "../helpers/runtimes.ts";
import { bridgedHome, connectStdio } from "../helpers/stdio_clients.ts";

/** Registers a test; the clients leave timers of theirs behind, and ends of processes to be told. */
function testStdio(name: string, fn: () => Promise<void>, ignore = false): void {
  Deno.test({ name, fn, ignore, sanitizeOps: false, sanitizeResources: false });
}

function testStdioOnBoth(name: string, body: (runtime: Runtime) => Promise<void>): void {
  testStdio(`${name} (Deno)`, () => body(DENO));
  testStdio(`${name} (Bun)`, () => body(BUN ?? DENO), BUN === undefined);
  testStdio(`${name} (Bun executable)`, () => body(executable("bun")), BUN === undefined);
}

testStdioOnBoth(
  "stdio starts one daemon, which every client of the home shares mcp:150 mcp:151",
  async (runtime) => {
    await using home = bridgedHome();
    for (const [index, { name }] of ERA_CLIENTS.entries()) {
      await using client = await connectStdio(name, runtime, home);
      assert.ok((await client.toolNames()).includes("memory_query"));
      await client.call("memory_add_fact", { subject: `of ${name}`, body: "found by all" });
      const { facts } = await client.call("memory_query", { query: "found by all", k: 10 });
      assert.equal(facts.length, index + 1);
    }
    assert.equal(home.log().match(/"message":"ready"/g)?.length, 1);
  },
);

testStdio("two commands that start at the same moment share one daemon", async () => {
  await using home = bridgedHome();
  const clients = await Promise.all(
    [1, 2, 3].map(() => connectStdio("2.4.0 auto", DENO, home)),
  );
  await clients[0]?.call("memory_add_fact", { subject: "one", body: "daemon" });
  for (const client of clients) {
    const { facts } = await client.call("memory_query", { query: "daemon" });
    assert.equal(facts.length, 1);
    await client[Symbol.asyncDispose]();
  }
  assert.equal(home.log().match(/"message":"ready"/g)?.length, 1);
});

for (const { name } of ERA_CLIENTS) {
  testStdio(`the ${name} client goes on when the daemon is killed mcp:159`, async () => {
    await using home = bridgedHome();
    await using client = await connectStdio(name, DENO, home);
    await client.call("memory_add_fact", { subject: "kept", body: "over the end" });
    const before = home.daemonPid();
    await home.killDaemon();
    const query = () => client.call("memory_query", { query: "kept over the end" });
    // A call that meets the connection of the dead process, before its end is known, gets an error.
    const { facts } = await query().catch(query);
    assert.equal(facts.length, 1);
    assert.notEqual(home.daemonPid(), before);
  });
}

testStdio("stdio --embedded serves beside a daemon, on the same memory", async () => {
  await using home = bridgedHome();
  await using shared = await connectStdio("2.4.0 auto", DENO, home);
  await using own = await connectStdio("1.32.2", DENO, home, ["--embedded"]);
  await own.call("memory_add_fact", { subject: "own", body: "apple" });
  assert.equal((await shared.call("memory_query", { query: "apple" })).facts[0]?.body, "apple");
  await shared.call("memory_add_fact", { subject: "shared", body: "pear" });
  assert.equal((await own.call("memory_query", { query: "pear" })).facts[0]?.body, "pear");
});

testStdio("stdio --namespace keeps what a client stores to itself", async () => {
  await using home = bridgedHome();
  await using one = await connectStdio("2.4.0 auto", DENO, home, ["--namespace", "one"]);
  await using other = await connectStdio("1.32.2", DENO, home, ["--namespace", "other"]);
  await one.call("memory_add_fact", { subject: "private", body: "to one" });
  assert.equal((await one.call("memory_query", { query: "private" })).facts.length, 1);
  assert.equal((await other.call("memory_query", { query: "private" })).facts.length, 0);
});

testStdio("stdio --no-start says what to do, and starts nothing", async () => {
  await using home = bridgedHome();
  await assert.rejects(connectStdio("1.32.2", DENO, home, ["--no-start"]), /car-mcp serve --home/);
  assert.equal(home.daemonPid(), undefined);
});

testStdio(
  "a daemon whose port is taken listens elsewhere, and a damaged daemon.json does no harm",
  async () => {
    const other = createServer((socket) => void socket.end("not HTTP"));
    other.listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as { port: number };
    try {
      await using home = bridgedHome({ CAR_HTTP_BIND: `127.0.0.1:${port}` });
      mkdirSync(join(home.path, "mcp"), { recursive: true, mode: 0o700 });
      writeFileSync(join(home.path, "mcp", "daemon.json"), '{"pid": 1, "url": "http');
      await using client = await connectStdio("2.4.0 auto", DENO, home);
      assert.ok((await client.toolNames()).length > 0);
    } finally {
      other.close();
    }
  },
);

testStdio("a client is told why no daemon starts: the configuration", async () => {
  await using home = bridgedHome();
  const path = join(home.path, "config.toml");
  const ask = async (flags: readonly string[] = []) => {
    const args = ["stdio", ...flags];
    const input = `${JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" })}\n`;
    return await runProcess({ runtime: DENO, args, environment: home.environment, input });
  };
  writeFileSync(path, "log.level = loud\n");
  const { error } = JSON.parse((await ask()).stdout);
  assert.match(error.message, /ended at once: car-mcp: .*config\.toml is not TOML at line 1/);
  const embedded = await ask(["--embedded"]);
  assert.deepEqual([embedded.code, embedded.stdout], [2, ""]);
  assert.match(embedded.stderr, /^car-mcp: .*config\.toml is not TOML at line 1[^\n]*\n$/);
  rmSync(path);
  mkdirSync(path);
  const unreadable = JSON.parse((await ask()).stdout);
  assert.match(unreadable.error.message, /Cannot read the configuration file .*config\.toml/);
});

testStdioOnBoth(
  "stdout carries messages only, and the end of the input ends all with 0 mcp:156 mcp:157",
  async (runtime) => {
    await using home = bridgedHome({ CAR_LOG_LEVEL: "debug" });
    const { code, stdout } = await runProcess({
      runtime,
      args: ["stdio", "--embedded"],
      environment: home.environment,
      input: [
        { jsonrpc: "2.0", id: 1, method: "initialize", params: {} },
        { jsonrpc: "2.0", method: "notifications/initialized" },
        { jsonrpc: "2.0", id: 2, method: "tools/list" },
      ].map((message) => `${JSON.stringify(message)}\n`).join(""),
    });
    assert.equal(code, 0);
    const lines = stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
    assert.deepEqual(lines.map(({ id }) => id), [1, 2]);
  },
);
