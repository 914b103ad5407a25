// memory_intervene and memory_evaluate as a client sees them: results, refusals and bounds.

import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { testApp } from "../helpers/test_app.ts";
import { refusalOf, useTool } from "../helpers/use_tool.ts";

const FIX = { id: "fix", subject: "postgres refused", body: "Start docker first" };

Deno.test("memory_intervene reminds of one fact, or says why it does not", async () => {
  await using server = await testApp();
  await useTool(server, "memory_save_procedural", FIX);
  const inject = await useTool(server, "memory_intervene", { query: "postgres refused" });
  const { selected, ...rest } = inject.structuredContent;
  const bank = { knowledge: 0, procedural: 1, constraint: 0, decision: 0, status: false };
  assert.deepEqual(rest, {
    decision: "inject",
    reminder: "Keep in mind (procedural): postgres refused: Start docker first",
    candidates: 1,
    bank,
  });
  assert.deepEqual(Object.keys(selected), [
    ...["id", "subject", "kind", "score", "why", "times_reminded"],
  ]);
  assert.deepEqual([selected.id, selected.times_reminded], ["fix", 1]);
  assert.deepEqual(JSON.parse(inject.content[0].text), inject.structuredContent);
  const silent = await useTool(server, "memory_intervene", { query: "zanzibar" });
  assert.deepEqual(silent.structuredContent, {
    decision: "silent",
    reason: "nothing new in the bank matches",
    candidates: 0,
    bank,
  });
});

Deno.test("memory_intervene answers within its bytes, shortened around the match", async () => {
  await using server = await testApp({ environment: { CAR_TOOLS_ANSWER_BYTES_MAX: "8192" } });
  const body = `${"\u0001 ".repeat(9_000)} docker ${"\u0001 ".repeat(9_000)}`;
  await useTool(server, "memory_save_procedural", { ...FIX, subject: "\u0001".repeat(500), body });
  const query = "docker";
  const inject = await useTool(server, "memory_intervene", { query, force: true });
  assert.equal(inject.structuredContent.selected.truncated, true);
  assert.match(inject.structuredContent.reminder, /docker/);
  assert.ok(Buffer.byteLength(inject.content[0].text) <= 8_192);
});

Deno.test("memory_intervene refuses what it cannot use, by the name of the field", async () => {
  await using server = await testApp();
  const refuse = async (args: Record<string, unknown>) =>
    refusalOf(await useTool(server, "memory_intervene", args));
  assert.match(await refuse({ max_candidates: 33 }), /"max_candidates".*33/);
  assert.match(await refuse({ max_candidates: 0 }), /"max_candidates".*0/);
  assert.match(await refuse({ trigger: { repeated_failures: -1 } }), /"trigger.repeated_failures"/);
  assert.match(await refuse({ trigger: { tool_errors: true } }), /"tool_errors"/);
  assert.match(await refuse({ recent: ["x".repeat(8_193)] }), /"recent\[0\]".*8193/);
  assert.match(await refuse({ recent: Array(33).fill("x") }), /"recent"/);
  assert.match(await refuse({ query: "x".repeat(102_400) }), /"query".*102400/);
});

Deno.test("memory_evaluate reports on four ways to remind", async () => {
  await using server = await testApp();
  await useTool(server, "memory_save_procedural", { ...FIX, tenant_id: "team/a" });
  const request = { query: "postgres refused", tenant_id: "team/a" };
  const cases = [{ id: "one", request, relevant_fact_ids: ["fix"] }, { id: "two", request: {} }];
  const evaluated = await useTool(server, "memory_evaluate", { cases });
  const shown = {
    ...{ interventions: 1, true_positives: 1, false_positives: 0, false_negatives: 0 },
    ...{ precision: 1, recall: 1, interruption_rate: 0.5, avg_candidates_exposed: 0.5 },
  };
  const none = {
    ...{ interventions: 0, true_positives: 0, false_positives: 0, false_negatives: 1 },
    ...{ precision: 0, recall: 0, interruption_rate: 0, avg_candidates_exposed: 0 },
  };
  assert.deepEqual(evaluated.structuredContent, {
    cases: 2,
    selective: shown,
    always_inject: shown,
    passive_retrieval: shown,
    no_memory: none,
  });
  const inject = await useTool(server, "memory_intervene", request);
  assert.equal(inject.structuredContent.selected.times_reminded, 1);
});

Deno.test("memory_evaluate refuses too many cases, unknown fields and one id twice", async () => {
  await using server = await testApp();
  const refuse = async (cases: unknown) =>
    refusalOf(await useTool(server, "memory_evaluate", { cases }));
  const one = { id: "a", request: {} };
  assert.match(await refuse([one, one]), /"cases.1.id"/);
  assert.match(await refuse([{ id: "a", request: { quer: "x" } }]), /"quer"/);
  assert.match(await refuse([{ id: "a" }]), /request/);
  const many = Array.from({ length: 201 }, (_, at) => ({ id: `${at}`, request: {} }));
  assert.match(await refuse(many), /"cases"/);
  assert.equal(
    (await useTool(server, "memory_evaluate", { cases: [] })).structuredContent.cases,
    0,
  );
});
