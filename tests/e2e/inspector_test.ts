// The MCP Inspector as people use it to look at a server: over HTTP and at the command that hosts start,
// in both eras.

import assert from "node:assert/strict";
import { hasInspector, inspect } from "../helpers/inspector.ts";
import { startServer } from "../helpers/process.ts";
import { DENO, MAIN } from "../helpers/runtimes.ts";
import { type BridgedHome, bridgedHome } from "../helpers/stdio_clients.ts";

const WHY = hasInspector() ? "" : " (the Inspector cannot be fetched here)";

/** The command that a host starts. */
function bridgeOf(home: BridgedHome): readonly string[] {
  return [DENO.command, ...DENO.prefix, MAIN, "stdio", "--home", home.path];
}

/** Registers a test that ends what it started by its process, of which Deno hears later. */
function testInspector(name: string, fn: () => Promise<void>): void {
  const ignore = !hasInspector();
  Deno.test({ name: `${name}${WHY}`, ignore, fn, sanitizeOps: false, sanitizeResources: false });
}

/** Lists the tools and checks that every client can read their schemas. */
async function listTools(home: BridgedHome, target: readonly string[]): Promise<string[]> {
  const { path: folder, environment } = home;
  const args = ["--method", "tools/list", "--strict"];
  const { code, result, stderr } = await inspect({ target, args, folder, environment });
  assert.equal(code, 0, stderr);
  return result.tools.map(({ name }: { name: string }) => name);
}

async function callTool(
  home: BridgedHome,
  target: readonly string[],
  [era, tool, ...given]: readonly string[],
) {
  const { path: folder, environment } = home;
  const args = [
    ...["--method", "tools/call", "--protocol-era", String(era), "--tool-name", String(tool)],
    ...given.flatMap((pair) => ["--tool-arg", pair]),
  ];
  const { code, result, stderr } = await inspect({ target, args, folder, environment });
  assert.equal(code, 0, stderr);
  return result.structuredContent;
}

// Of 2026-07-28 the Inspector runs over HTTP under Node alone: under Deno it waits for ever for what it has
// read already. The clients of `sdk_clients_test.ts` do that part.
testInspector("the Inspector stores facts over HTTP, and finds them at a bridge", async () => {
  await using home = bridgedHome();
  await using server = await startServer(DENO, home.path);
  const endpoint = [server.firstLine];
  const bridge = bridgeOf(home);
  assert.deepEqual(await listTools(home, endpoint), await listTools(home, bridge));
  const fact = ["subject=parrot", "body=The parrot is blue"];
  const stored = await callTool(home, endpoint, ["legacy", "memory_add_fact", ...fact]);
  assert.equal(stored.created, true);
  for (const era of ["legacy", "modern"]) {
    const { facts } = await callTool(home, bridge, [era, "memory_query", "query=parrot"]);
    assert.equal(facts[0]?.body, "The parrot is blue", era);
  }
});

testInspector(
  "the Inspector at a bridge starts the daemon, which it then finds by URL",
  async () => {
    await using home = bridgedHome();
    const fact = ["subject=first", "body=The first client started it"];
    await callTool(home, bridgeOf(home), ["modern", "memory_add_fact", ...fact]);
    const endpoint = [home.daemonUrl()];
    const { facts } = await callTool(home, endpoint, ["legacy", "memory_query", "query=first"]);
    assert.equal(facts[0]?.subject, "first");
  },
);
