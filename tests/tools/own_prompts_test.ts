// The prompts that people call: what they put before the model.

import assert from "node:assert/strict";
import { assertRpcError, resultOf, rpc, type TestApp, testApp } from "../helpers/test_app.ts";
import { useTool } from "../helpers/use_tool.ts";

async function textOf(
  server: TestApp,
  name: string,
  args: Record<string, unknown>,
  headers = {},
): Promise<string> {
  const params = { name, arguments: args };
  const { messages } = await resultOf(await server.post(rpc("prompts/get", params), headers));
  assert.equal(messages.length, 1);
  assert.equal(messages[0].role, "user");
  assert.equal(messages[0].content.type, "text");
  return messages[0].content.text;
}

async function complete(server: TestApp, name: string, argument: Record<string, string>) {
  const params = { ref: { type: "ref/prompt", name }, argument };
  const { completion } = await resultOf(await server.post(rpc("completion/complete", params)));
  return completion.values;
}

Deno.test("car_context gives the context of memory_build_context", async () => {
  await using server = await testApp();
  await useTool(server, "memory_add_fact", {
    subject: "reviews",
    body: "Every change is reviewed",
    kind: "constraint",
  });
  await useTool(server, "memory_add_fact", { subject: "deploy key", body: "It is in the vault" });
  await useTool(server, "skill_ingest", {
    name: "deploy",
    code: "c",
    description: "How to deploy",
  });
  for (const mode of ["full", "fast"]) {
    const args = { query: "deploy the site", mode };
    const { structuredContent } = await useTool(server, "memory_build_context", args);
    assert.equal(await textOf(server, "car_context", args), structuredContent.context);
  }
  const full = await textOf(server, "car_context", { query: "deploy the site" });
  assert.match(full, /Every change is reviewed/);
  assert.match(full, /How to deploy/);
  const asked = (query: string) =>
    textOf(server, "car_context", { query }, { "car-namespace": "other" });
  assert.match(await asked("deploy"), /Nothing is known about: deploy/);
  assert.equal(await asked(""), "The shared memory holds nothing for this task yet.");
});

Deno.test("car_recall gives the facts that answer, and says so when there are none", async () => {
  await using server = await testApp();
  await useTool(server, "memory_add_fact", {
    id: "k1",
    subject: "deploy key",
    body: "It is in the vault",
  });
  const text = await textOf(server, "car_recall", { query: "where is the deploy key?" });
  assert.match(text, /deploy key \(id k1\): It is in the vault/);
  assert.match(text, /where is the deploy key\?/);
  assert.match(await textOf(server, "car_recall", { query: "zebra" }), /nothing about this/);
});

Deno.test("car_remember asks for a fact, and shows what stands under its subject", async () => {
  await using server = await testApp();
  const body = "It moved to the safe";
  const fresh = await textOf(server, "car_remember", { body });
  assert.match(fresh, /memory_add_fact/);
  assert.match(fresh, /It moved to the safe/);
  assert.doesNotMatch(fresh, /supersedes/);
  const add = (id: string, text: string, more = {}) =>
    useTool(server, "memory_add_fact", { id, subject: "deploy key", body: text, ...more });
  await add("k1", "In the drawer");
  await add("k2", "In the vault", { supersedes: "k1" });
  const known = await textOf(server, "car_remember", { body, subject: " deploy key " });
  assert.match(known, /\(id k2\) In the vault/);
  assert.match(known, /supersedes/);
  assert.doesNotMatch(known, /drawer/);
});

Deno.test("the prompts refuse what is too long, and store nothing", async () => {
  await using server = await testApp();
  const get = (name: string, args: Record<string, unknown>) =>
    server.post(rpc("prompts/get", { name, arguments: args }));
  const long = "x".repeat(70_000);
  await assertRpcError(await get("car_context", { query: long }), 200, -32602);
  await assertRpcError(await get("car_recall", { query: long }), 200, -32602);
  await assertRpcError(await get("car_remember", { body: long }), 200, -32602);
  await assertRpcError(await get("car_remember", { body: "b", subject: long }), 200, -32602);
  await assertRpcError(await get("car_context", { query: "q", mode: "slow" }), 200, -32602);
  await textOf(server, "car_remember", { body: "b", subject: "s" });
  const { structuredContent } = await useTool(server, "memory_query", { query: "" });
  assert.deepEqual(structuredContent.facts, []);
});

Deno.test("the arguments are completed with subjects and modes", async () => {
  await using server = await testApp();
  for (const subject of ["deploy key", "deploy site", "review"]) {
    await useTool(server, "memory_add_fact", { subject, body: "b" });
  }
  assert.deepEqual(await complete(server, "car_context", { name: "query", value: "deploy" }), [
    "deploy key",
    "deploy site",
  ]);
  assert.deepEqual(await complete(server, "car_context", { name: "mode", value: "f" }), [
    "full",
    "fast",
  ]);
  const value = "deploy s";
  assert.deepEqual(await complete(server, "car_recall", { name: "query", value }), ["deploy site"]);
  assert.deepEqual(await complete(server, "car_remember", { name: "subject", value: "r" }), [
    "review",
  ]);
  assert.deepEqual(await complete(server, "car_remember", { name: "body", value: "" }), []);
});
