// What the program is for, as a real client lives it: connect, call every tool, come back after a restart
// and find what was stored. The clients are the official ones, the server is a process of its own under
// either runtime. Under `auto` the 2.4.0 client asks for the newest protocol first and is served in it.

import assert from "node:assert/strict";
import { TOOL_NAMES } from "../helpers/tool_names.ts";
import { listeningApp } from "../helpers/listening_app.ts";
import { startServer } from "../helpers/process.ts";
import { testOnBoth } from "../helpers/runtimes.ts";
import { connectSdk, SDK_NAMES, type SdkClient } from "../helpers/sdk_clients.ts";
import { tempHome } from "../helpers/temp_home.ts";

const FACT = { subject: "deploy key", body: "The deploy key lives in the vault" };
const SKILL = {
  name: "deploy",
  code: "1. Fetch the key\n2. Push",
  description: "Deploys the site",
  task_keywords: ["deploy", "site"],
};
const BROKEN_PLAN = {
  actions: [{
    id: "read",
    type: "tool_call",
    tool: "read",
    state_dependencies: ["nothing provides this"],
  }],
};

for (const name of SDK_NAMES) {
  testOnBoth(`serve keeps what the ${name} client stored over a restart`, async (runtime) => {
    using home = tempHome();
    {
      await using server = await startServer(runtime, home.path);
      await using client = await connectSdk(name, server.firstLine);
      assert.equal(client.serverName, "car-mcp");
      await assertListed(client);
      await storeFactAndSkill(client);
      await useSkill(client);
      await verifyPlans(client);
      await failAsTool(client);
    }
    await using restarted = await startServer(runtime, home.path);
    await using client = await connectSdk(name, restarted.firstLine);
    await client.listTools();
    await assertFactFound(client);
    const listed = await client.call("skill_list");
    const [skill] = JSON.parse(listed.text);
    assert.equal(skill.name, SKILL.name);
    assert.equal(skill.success_count, 1);
    await client[Symbol.asyncDispose]();
    assert.equal((await restarted.stop()).code, 0);
  });

  // Under `auto` there is no session.
  if (name === "2.4.0 auto") continue;

  Deno.test(`pushToSession() reaches the ${name} client`, async () => {
    await using server = await listeningApp();
    await using client = await connectSdk(name, server.app.url);
    const push = { jsonrpc: "2.0", method: "notifications/test", params: { text: "hello" } };
    assert.equal(server.app.pushToSession(client.sessionId ?? "", push), true);
    assert.deepEqual((await client.nextPush()).params, push.params);
  });

  Deno.test(`closing the ${name} client ends its session`, async () => {
    await using server = await listeningApp();
    const client = await connectSdk(name, server.app.url);
    const { sessionId = "" } = client;
    await client[Symbol.asyncDispose]();
    assert.equal(server.app.pushToSession(sessionId, { jsonrpc: "2.0", method: "x" }), false);
  });
}

async function assertListed(client: SdkClient): Promise<void> {
  const tools = await client.listTools();
  assert.deepEqual(tools.map((tool) => tool.name), TOOL_NAMES);
  // The clients check structured content against these from now on, and throw where it does not fit.
  assert.deepEqual(tools.filter((tool) => tool.outputSchema === undefined), []);
}

async function storeFactAndSkill(client: SdkClient): Promise<void> {
  const added = await client.call("memory_add_fact", FACT);
  assert.match(added.text, /^fact remembered id=\S+ total=1 durable=true$/);
  assert.equal(added.structured?.durable, true);
  await assertFactFound(client);
  const ingested = await client.call("skill_ingest", SKILL);
  assert.match(ingested.text, /^skill deploy stored as version 1/);
  assert.equal(ingested.structured?.version, 1);
}

async function assertFactFound(client: SdkClient): Promise<void> {
  const found = await client.call("memory_query", { query: "where is the deploy key" });
  const [fact] = JSON.parse(found.text);
  assert.equal(fact.subject, FACT.subject);
  assert.equal(fact.body, FACT.body);
  assert.deepEqual(found.structured?.facts, JSON.parse(found.text));
}

async function useSkill(client: SdkClient): Promise<void> {
  const found = await client.call("skill_find", { task: "deploy the site" });
  assert.equal(JSON.parse(found.text)[0].skill.code, SKILL.code);
  assert.deepEqual(found.structured?.skills, JSON.parse(found.text));
  const reported = await client.call("skill_report", { name: SKILL.name, outcome: "success" });
  assert.equal(reported.structured?.success_count, 1);
  const listed = await client.call("skill_list");
  assert.deepEqual(listed.structured?.skills, JSON.parse(listed.text));
}

async function verifyPlans(client: SdkClient): Promise<void> {
  const empty = await client.call("verify", { proposal: { actions: [] } });
  assert.equal(empty.structured?.valid, true);
  const broken = await client.call("verify", { proposal: BROKEN_PLAN });
  assert.equal(broken.structured?.valid, false);
  assert.deepEqual(JSON.parse(broken.text), broken.structured);
}

async function failAsTool(client: SdkClient): Promise<void> {
  const refused = await client.call("memory_add_fact", { subject: "no body" });
  assert.equal(refused.isError, true);
  assert.match(refused.text, /"body"/);
  await assert.rejects(client.call("no_such_tool"), /Unknown tool/);
}
