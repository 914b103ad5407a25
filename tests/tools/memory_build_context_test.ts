// memory_build_context as a client sees it: results, refusals and bounds.

import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { testApp } from "../helpers/test_app.ts";
import { refusalOf, useTool } from "../helpers/use_tool.ts";

Deno.test("memory_build_context assembles facts and skills for a task", async () => {
  await using server = await testApp();
  await useTool(server, "memory_add_fact", { subject: "deploy key", body: "Is in the vault" });
  const skill = { name: "deploy", code: "push", description: "Deploys", task_keywords: ["deploy"] };
  await useTool(server, "skill_ingest", skill);
  const full = await useTool(server, "memory_build_context", { query: "deploy" });
  const { context, tokens, sections } = full.structuredContent;
  assert.equal(
    context,
    "## Procedures that suit\n- deploy: Deploys\n\n" +
      "## What is known, the most relevant last\n- [pattern] deploy key: Is in the vault",
  );
  assert.equal(tokens, Math.ceil(context.length / 4));
  assert.deepEqual(sections.map((section: { name: string }) => section.name), ["skills", "facts"]);
  assert.deepEqual(JSON.parse(full.content[0].text), full.structuredContent);
  const fast = await useTool(server, "memory_build_context", { query: "deploy", mode: "fast" });
  assert.doesNotMatch(fast.structuredContent.context, /Procedures/);
  const elsewhere = { query: "deploy", mode: "fast", tenant_id: "other" };
  const other = await useTool(server, "memory_build_context", elsewhere);
  assert.match(other.structuredContent.context, /Nothing is known about: deploy/);
});

Deno.test("memory_build_context answers within its bytes, whatever must always hold", async () => {
  await using server = await testApp({ environment: { CAR_TOOLS_ANSWER_BYTES_MAX: "2048" } });
  for (let at = 0; at < 12; at++) {
    const body = `${at} ${'"\u0001\n'.repeat(900)}`;
    await useTool(server, "memory_add_fact", { subject: `rule ${at}`, body, kind: "constraint" });
  }
  const built = await useTool(server, "memory_build_context", { query: "rule" });
  assert.ok(Buffer.byteLength(built.content[0].text) <= 2_048);
  const [section] = built.structuredContent.sections;
  assert.equal(section.name, "constraints");
  assert.ok(section.entries > 0);
  assert.equal(section.entries + section.left_out, 12);
});

Deno.test("memory_build_context refuses what it cannot use, by the name of the field", async () => {
  await using server = await testApp();
  const refuse = async (args: Record<string, unknown>) =>
    refusalOf(await useTool(server, "memory_build_context", args));
  assert.match(await refuse({}), /"query"/);
  assert.match(await refuse({ query: "x", mode: "slow" }), /"mode".*"slow"/);
  assert.match(await refuse({ query: "x", max_tokens: 99 }), /"max_tokens".*99/);
  assert.match(await refuse({ query: "x", max_tokens: 100_001 }), /"max_tokens".*100001/);
  assert.match(await refuse({ query: "x".repeat(100 * 1024) }), /"query" has 102400 bytes.*8192/);
});
