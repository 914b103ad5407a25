// memory_save_knowledge, memory_save_procedural, memory_update_status and memory_delete as a client sees
// them: results, refusals and bounds.

import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { resultOf, rpc, testApp } from "../helpers/test_app.ts";
import { refusalOf, type ToolResult, useTool } from "../helpers/use_tool.ts";

Deno.test("tools/list gives the hints of the tools that write to the memory", async () => {
  await using server = await testApp();
  const { tools } = await resultOf(await server.post(rpc("tools/list")));
  const hints = (name: string) => {
    const { annotations } = tools.find((tool: ToolResult) => tool.name === name);
    const { readOnlyHint, destructiveHint, idempotentHint, openWorldHint } = annotations;
    return [readOnlyHint, destructiveHint, idempotentHint, openWorldHint];
  };
  assert.deepEqual(hints("memory_save_knowledge"), [false, false, false, false]);
  assert.deepEqual(hints("memory_save_procedural"), [false, false, false, false]);
  assert.deepEqual(hints("memory_update_status"), [false, true, true, false]);
  assert.deepEqual(hints("memory_delete"), [false, true, true, false]);
});

for (const kind of ["knowledge", "procedural"]) {
  Deno.test(`memory_save_${kind} stores a fact of its kind`, async () => {
    await using server = await testApp();
    const saved = await useTool(server, `memory_save_${kind}`, {
      subject: "tests",
      body: "run them with Deno",
      id: "mine",
      tags: ["ci"],
      confidence: "high",
      is_constraint: true,
    });
    assert.deepEqual(saved.structuredContent, { id: "mine", kind, fact_count: 1 });
    assert.deepEqual(JSON.parse(saved.content[0].text), saved.structuredContent);
    const query = { query: "Deno", kinds: [kind], tags: ["ci"] };
    const found = await useTool(server, "memory_query", query);
    assert.deepEqual(found.structuredContent.facts.map((fact: ToolResult) => fact.id), ["mine"]);
    const again = { subject: "tests", body: "run them with Deno" };
    const known = await useTool(server, `memory_save_${kind}`, again);
    assert.deepEqual(known.structuredContent, saved.structuredContent);
  });

  Deno.test(`memory_save_${kind} refuses what it cannot keep, by the name of the field`, async () => {
    await using server = await testApp();
    const save = async (args: Record<string, unknown>) =>
      refusalOf(await useTool(server, `memory_save_${kind}`, { subject: "s", body: "b", ...args }));
    assert.match(await save({ subject: undefined }), /"subject"/);
    assert.match(await save({ body: "x".repeat(65_537) }), /"body" has 65537 bytes.*65536/);
    assert.match(await save({ confidence: "sure" }), /"confidence".*high.*"sure"/);
    assert.match(await save({ kind: "pattern" }), /"kind"/);
    assert.match(await save({ tenant_id: "a b" }), /"tenant_id"/);
    assert.match(await save({ id: "proactive-status:global" }), /"id"/);
  });
}

Deno.test("memory_update_status overwrites the status and memory_delete clears it", async () => {
  await using server = await testApp();
  const first = await useTool(server, "memory_update_status", { body: "half way" });
  assert.deepEqual(first.structuredContent, { id: "proactive-status:global", body: "half way" });
  const other = { body: "at risk", tenant_id: "team/a" };
  const second = await useTool(server, "memory_update_status", other);
  assert.deepEqual(second.structuredContent, { id: "proactive-status:team/a", ...other });
  const found = await useTool(server, "memory_query", { query: "half way" });
  assert.deepEqual(found.structuredContent.facts, []);
  const { id } = first.structuredContent;
  const cleared = (await useTool(server, "memory_delete", { id })).structuredContent;
  assert.deepEqual([cleared.deleted, cleared.kind, cleared.scrubbed], [true, "status", true]);
  const again = (await useTool(server, "memory_delete", { id })).structuredContent;
  assert.deepEqual([again.deleted, again.kind], [false, null]);
});

Deno.test("memory_update_status answers within its bytes and says what it cut", async () => {
  await using server = await testApp();
  const status = await useTool(server, "memory_update_status", { body: "\u0001".repeat(60_000) });
  assert.equal(status.structuredContent.truncated, true);
  assert.ok(Buffer.byteLength(status.content[0].text) <= 16_384);
  assert.match(refusalOf(await useTool(server, "memory_update_status", { body: "" })), /"body"/);
  const long = { body: "x".repeat(65_537) };
  assert.match(refusalOf(await useTool(server, "memory_update_status", long)), /65537/);
});

Deno.test("memory_delete erases a fact from every answer and every file of the home", async () => {
  await using server = await testApp();
  const fact = { subject: "Xyzzy", body: "Plugh in the vault", id: "frotz" };
  await useTool(server, "memory_add_fact", fact);
  await useTool(server, "memory_add_fact", { subject: "backup", body: "nightly" });
  const deleted = await useTool(server, "memory_delete", { id: "frotz" });
  assert.deepEqual(deleted.structuredContent, {
    id: "frotz",
    deleted: true,
    kind: "pattern",
    fact_count: 1,
    scrubbed: true,
    invalidated: [],
    invalidated_total: 0,
  });
  const found = await useTool(server, "memory_query", { query: "Plugh", include_superseded: true });
  assert.deepEqual(found.structuredContent.facts, []);
  for (const file of readdirSync(server.home, { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue;
    const text = readFileSync(join(file.parentPath, file.name), "latin1");
    assert.ok(!/Xyzzy|Plugh|frotz/.test(text), file.name);
  }
});

Deno.test("memory_delete names the conclusions that fell, as many as fit", async () => {
  await using server = await testApp({ environment: { CAR_TOOLS_ANSWER_BYTES_MAX: "1024" } });
  await useTool(server, "memory_add_fact", { id: "premise", subject: "p", body: "p" });
  for (let at = 0; at < 10; at++) {
    const premises = ["premise"];
    const id = `${at}`.padStart(100, "c");
    await useTool(server, "memory_add_fact", {
      id,
      subject: "c",
      body: id,
      kind: "conclusion",
      premises,
    });
  }
  const { structuredContent, content } = await useTool(server, "memory_delete", { id: "premise" });
  assert.equal(structuredContent.invalidated_total, 10);
  assert.ok(structuredContent.invalidated.length > 2 && structuredContent.invalidated.length < 10);
  assert.ok(Buffer.byteLength(content[0].text) <= 1_024);
});

Deno.test("memory_delete knows no fact of another namespace and refuses what is no id", async () => {
  await using server = await testApp();
  await useTool(server, "memory_add_fact", { id: "mine", subject: "s", body: "b" });
  const elsewhere = await useTool(server, "memory_delete", { id: "mine", tenant_id: "other" });
  assert.equal(elsewhere.structuredContent.deleted, false);
  assert.equal(
    (await useTool(server, "memory_query", { query: "b" })).structuredContent.facts.length,
    1,
  );
  assert.match(refusalOf(await useTool(server, "memory_delete", { id: "" })), /"id"/);
  assert.match(refusalOf(await useTool(server, "memory_delete", {})), /"id"/);
});
