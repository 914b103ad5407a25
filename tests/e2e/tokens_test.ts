// A server for several people, as processes: tokens from the shell, official clients that send them, the
// bridge and the shell of the machine's own user.

import assert from "node:assert/strict";
import { runProcess, startServer } from "../helpers/process.ts";
import { testOnBoth } from "../helpers/runtimes.ts";
import { connectSdk, SDK_NAMES } from "../helpers/sdk_clients.ts";
import { shell, teamHome } from "../helpers/team_home.ts";
import { initializeRequest } from "../helpers/test_app.ts";

testOnBoth("official clients share a server that asks who they are", async (runtime) => {
  using home = teamHome();
  await using server = await startServer(runtime, home.path);
  const url = server.firstLine;
  const ann = await shell(runtime, home.path, "token", "create", "ann", "--role", "admin");
  const bob = await shell(runtime, home.path, "token", "create", "bob");
  for (const name of SDK_NAMES) {
    await assert.rejects(connectSdk(name, url), `${name} without a token`);
    await using admin = await connectSdk(name, url, { token: ann });
    await using other = await connectSdk(name, url, { token: bob });
    const added = await admin.call("memory_add_fact", { subject: name, body: `said by ${name}` });
    assert.ok(!added.isError);
    const found = await other.call("memory_query", { query: name });
    assert.ok(found.text.includes(`said by ${name}`));
    const names = (tools: readonly { readonly name: string }[]) => tools.map((tool) => tool.name);
    assert.ok(names(await admin.listTools()).includes("memory_delete"));
    assert.ok(!names(await other.listTools()).includes("memory_delete"));
    await assert.rejects(other.call("memory_delete", { id: "x" }), /Unknown tool/);
  }
});

testOnBoth("the bridge and the shell of this machine's user need no token", async (runtime) => {
  using home = teamHome();
  await using server = await startServer(runtime, home.path);
  await shell(runtime, home.path, "memory", "add", "deploy key", "in the vault");
  assert.match(await shell(runtime, home.path, "memory", "query", "deploy"), /in the vault/);
  const status = JSON.parse(await shell(runtime, home.path, "status", "--json"));
  assert.deepEqual({ up: status.is_up, facts: status.facts }, { up: true, facts: 1 });
  const bridged = await runProcess({
    runtime,
    args: ["stdio", "--no-start", "--home", home.path],
    input: `${JSON.stringify(initializeRequest("2025-11-25"))}\n`,
  });
  assert.equal(bridged.code, 0, bridged.stderr);
  assert.equal(JSON.parse(bridged.stdout).result.serverInfo.name, "car-mcp");
  await shell(runtime, home.path, "stop");
  assert.equal((await server.ended()).code, 0);
});
