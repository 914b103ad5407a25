// Texts of nothing but combining marks, nearly as long as a body may be. To normalize one takes hours, so
// that a test which ends has proved that each was refused, or taken apart, before.

import assert from "node:assert/strict";
import { assertRpcError, resultOf, rpc, type TestApp, testApp } from "../helpers/test_app.ts";
import type { ToolResult } from "../helpers/use_tool.ts";

const MANY = "a" + "\u0301\u0327".repeat(900_000);
const SKILL = { name: "n", code: "c" };
const FACT = { subject: "s", body: "b" };

const REFUSED: readonly (readonly [tool: string, args: object, complaint: RegExp])[] = [
  ["memory_add_fact", { ...FACT, subject: MANY }, /"subject" has 3600001 bytes/],
  ["memory_add_fact", { ...FACT, id: MANY }, /"id" has 1800001 characters/],
  ["memory_add_fact", { ...FACT, tags: [MANY] }, /"tags\[0\]" has 1800001 characters/],
  ["memory_add_fact", { ...FACT, supersedes: MANY }, /"supersedes" has 3600001 bytes/],
  ["memory_add_fact", { ...FACT, depends_on: [MANY] }, /"depends_on\[0\]" has 1800001 characters/],
  ["memory_add_fact", { ...FACT, body: MANY }, /"body" has 3600001 bytes/],
  ["memory_add_fact", { ...FACT, source: MANY }, /"source" has 1800001 characters/],
  ["memory_add_fact", { ...FACT, tenant_id: MANY }, /"tenant_id" has 1800001 characters/],
  ["memory_save_knowledge", { ...FACT, subject: MANY }, /"subject" has 3600001 bytes/],
  ["memory_update_status", { body: MANY }, /"body" has 3600001 bytes/],
  ["memory_query", { query: MANY }, /"query" has 3600001 bytes/],
  ["memory_build_context", { query: MANY }, /"query" has 3600001 bytes/],
  ["memory_delete", { id: MANY }, /"id" has 1800001 characters/],
  ["memory_history", { id: MANY }, /"id" has 1800001 characters/],
  ["memory_history", { subject: MANY }, /"subject" has 3600001 bytes/],
  ["skill_ingest", { ...SKILL, name: MANY }, /"name" has 3600001 bytes/],
  ["skill_ingest", { ...SKILL, persona: MANY }, /"persona" has 3600001 bytes/],
  ["skill_ingest", { ...SKILL, description: MANY }, /"description" has 3600001 bytes/],
  [
    "skill_ingest",
    { ...SKILL, task_keywords: [MANY] },
    /"task_keywords\[0\]" has 1800001 characters/,
  ],
  ["skill_list", { domain: MANY }, /"domain" has 3600001 bytes/],
  ["skill_find", { task: MANY }, /"task" has 3600001 bytes/],
  ["skill_find", { task: "t", persona: MANY }, /"persona" has 3600001 bytes/],
  ["skill_report", { name: MANY, outcome: "success" }, /"name" has 3600001 bytes/],
];

async function call(server: TestApp, name: string, args: object): Promise<ToolResult> {
  const request = rpc("tools/call", { name, arguments: args });
  return await resultOf(await server.post(request, { "mcp-protocol-version": "2025-11-25" }));
}

Deno.test("arguments of nothing but combining marks are refused for their length", async () => {
  await using server = await testApp();
  for (const [name, args, complaint] of REFUSED) {
    const { isError, content } = await call(server, name, args);
    assert.equal(isError, true, name);
    assert.match(content[0].text, complaint);
  }
});

Deno.test("a tag of nothing but combining marks finds nothing", async () => {
  await using server = await testApp();
  await call(server, "memory_add_fact", { ...FACT, tags: ["t"] });
  const { structuredContent } = await call(server, "memory_query", { query: "s", tags: [MANY] });
  assert.deepEqual(structuredContent.facts, []);
});

Deno.test("URIs and prefixes of nothing but combining marks lead to nothing", async () => {
  await using server = await testApp();
  const session = await server.open();
  for (const family of ["fact", "skill"]) {
    const uri = `car://memory/${family}/${MANY}`;
    await assertRpcError(await server.post(rpc("resources/read", { uri })), 200, -32002);
    await assertRpcError(await session.post(rpc("resources/subscribe", { uri })), 200, -32602);
  }
  const places = [
    [{ type: "ref/prompt", name: "car_recall" }, "query"],
    [{ type: "ref/prompt", name: "car_remember" }, "subject"],
    [{ type: "ref/resource", uri: "car://memory/fact/{id}" }, "id"],
    [{ type: "ref/resource", uri: "car://memory/skill/{name}" }, "name"],
  ] as const;
  for (const [ref, name] of places) {
    const params = { ref, argument: { name, value: MANY } };
    const { completion } = await resultOf(await server.post(rpc("completion/complete", params)));
    assert.deepEqual(completion.values, []);
  }
});

Deno.test("a body of nothing but combining marks is kept, and found by its words", async () => {
  await using server = await testApp({
    environment: { CAR_LIMITS_FACT_BODY_BYTES_MAX: "1048576" },
  });
  const body = "zanzibar " + "\u0301\u0327".repeat(250_000) + " xylophone";
  const { structuredContent: { id } } = await call(server, "memory_add_fact", {
    subject: "s",
    body,
  });
  for (const query of ["zanzibar", "xylophone"]) {
    const { structuredContent } = await call(server, "memory_query", { query });
    assert.deepEqual(structuredContent.facts.map((hit: { id: string }) => hit.id), [id]);
  }
});

Deno.test("a value longer than its limit is completed with nothing", async () => {
  await using server = await testApp({ environment: { CAR_LIMITS_COMPLETION_CHARS_MAX: "16" } });
  const subject = "deploy key of the vault";
  const args = { subject, body: "b" };
  await resultOf(
    await server.post(rpc("tools/call", { name: "memory_add_fact", arguments: args })),
  );
  const valuesOf = async (value: string) => {
    const ref = { type: "ref/prompt", name: "car_recall" };
    const params = { ref, argument: { name: "query", value } };
    return (await resultOf(await server.post(rpc("completion/complete", params)))).completion;
  };
  assert.deepEqual((await valuesOf(subject.slice(0, 16))).values, [subject]);
  assert.deepEqual(await valuesOf(subject.slice(0, 17)), { values: [], total: 0, hasMore: false });
});
