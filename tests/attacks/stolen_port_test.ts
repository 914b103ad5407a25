// Attack: the daemon has crashed, and another user of the machine listens where it did, to be sent the
// token of the installation by those who still look for the daemon there.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { text } from "node:stream/consumers";
import { join } from "node:path";
import { startBridge } from "./_bridge.ts";
import { testOnBoth } from "../helpers/runtimes.ts";
import { call } from "../helpers/test_app.ts";
import { startVictim, type Victim } from "./_victim.ts";

/** Somebody else at the port of a daemon. */
interface Stranger extends AsyncDisposable {
  /** All that was sent: request lines, headers and bodies. */
  readonly heard: string[];
}

/** Listens there, and answers everything as a daemon would that has seen the health of the true one. */
async function listenAt(port: number, health: Record<string, unknown>): Promise<Stranger> {
  const heard: string[] = [];
  const server = createServer(async (request, response) => {
    heard.push(
      `${request.method} ${request.url} ${request.rawHeaders.join(" ")} ${await text(request)}`,
    );
    response.setHeader("content-type", "application/json");
    response.setHeader("mcp-session-id", "stolen");
    response.end(JSON.stringify({ jsonrpc: "2.0", id: 1, result: {}, ...health }));
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return { heard, [Symbol.asyncDispose]: () => closed(server) };
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
}

/** Ends the daemon as a crash does, after a stranger has learnt all that it tells strangers. */
async function crash(victim: Victim): Promise<Record<string, unknown>> {
  const challenge = "A".repeat(22);
  const told = await victim.send("GET", { "car-challenge": challenge }, "/mcp/health");
  const health = await told.json();
  await victim.stop("SIGKILL");
  return health;
}

function assertToldNothing({ heard }: Stranger, victim: Victim): void {
  const all = heard.join("\n");
  const token = readFileSync(join(victim.home, "mcp", "local.token"), "utf8").trim();
  assert.doesNotMatch(all, /authorization|secret plan/i);
  assert.ok(!all.includes(token), all);
}

testOnBoth("a stranger at the daemon's port gets no token from a bridge", async (runtime) => {
  await using victim = await startVictim(runtime, { isGuarded: true });
  await using bridge = await startBridge(victim);
  await using stranger = await listenAt(victim.port, await crash(victim));
  const { error } = await bridge.ask(call("memory_query", { query: "secret plan" }, 2));
  assert.ok(error);
  await bridge.end();
  assert.match(stranger.heard.join("\n"), /car-challenge/i);
  assertToldNothing(stranger, victim);
});

testOnBoth("a stranger at the daemon's port gets no token when a bridge ends", async (runtime) => {
  await using victim = await startVictim(runtime, { isGuarded: true });
  await using bridge = await startBridge(victim);
  await using stranger = await listenAt(victim.port, await crash(victim));
  await bridge.end();
  assertToldNothing(stranger, victim);
});

testOnBoth("a stranger at the daemon's port gets no token from the shell", async (runtime) => {
  await using victim = await startVictim(runtime, { isGuarded: true });
  await using stranger = await listenAt(victim.port, await crash(victim));
  const commands = [
    ["status"],
    ["stop"],
    ["doctor"],
    ["memory", "add", "secret plan", "of the house"],
    ["memory", "query", "plan"],
  ];
  for (const command of commands) await victim.run(command);
  assert.match(stranger.heard.join("\n"), /car-challenge/i);
  assertToldNothing(stranger, victim);
});
