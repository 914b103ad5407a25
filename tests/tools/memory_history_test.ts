// memory_history as a client sees it: results, refusals and bounds.

import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { testApp } from "../helpers/test_app.ts";
import { refusalOf, type ToolResult, useTool } from "../helpers/use_tool.ts";

Deno.test("memory_history says what was held to be true, and when", async () => {
  await using server = await testApp();
  const add = (body: string, more: Record<string, unknown>) =>
    useTool(server, "memory_add_fact", { subject: "port", body, ...more });
  await add("80", { id: "old", valid_from: "2020-01-01" });
  await add("9102", { id: "new", valid_from: "2024-05-06T07:08:09Z", supersedes: "old" });
  const history = await useTool(server, "memory_history", { id: "old" });
  const { versions, has_more } = history.structuredContent;
  assert.equal(has_more, false);
  const [now, before] = versions.map(({ recorded_at, ...version }: ToolResult) => {
    assert.match(recorded_at, /^20\d\d-.*Z$/);
    return version;
  });
  const shared = { subject: "port", kind: "pattern" };
  assert.deepEqual(now, {
    ...shared,
    id: "new",
    body: "9102",
    state: "live",
    valid_from: "2024-05-06T07:08:09.000Z",
    valid_to: null,
  });
  assert.deepEqual(before, {
    ...shared,
    id: "old",
    body: "80",
    state: "superseded",
    valid_from: "2020-01-01T00:00:00.000Z",
    valid_to: "2024-05-06T07:08:09.000Z",
    superseded_by: "new",
  });
  const bySubject = await useTool(server, "memory_history", { subject: "port" });
  assert.deepEqual(bySubject.structuredContent, history.structuredContent);
  assert.deepEqual(JSON.parse(history.content[0].text), history.structuredContent);
});

Deno.test("memory_history takes an id or a subject, of this namespace", async () => {
  await using server = await testApp();
  await useTool(server, "memory_add_fact", { id: "mine", subject: "s", body: "b" });
  const refuse = async (args: Record<string, unknown>) =>
    refusalOf(await useTool(server, "memory_history", args));
  assert.match(await refuse({}), /"id" and "subject".*neither/);
  assert.match(await refuse({ id: "mine", subject: "s" }), /both/);
  assert.match(await refuse({ id: "mine", tenant_id: "other" }), /"id".*no fact/);
  const unknown = await useTool(server, "memory_history", { subject: "s", tenant_id: "other" });
  assert.deepEqual(unknown.structuredContent, { versions: [], has_more: false });
});

Deno.test("memory_history shortens long bodies and leaves out what does not fit", async () => {
  await using server = await testApp({ environment: { CAR_TOOLS_ANSWER_BYTES_MAX: "4096" } });
  for (let at = 0; at < 40; at++) {
    await useTool(server, "memory_add_fact", {
      subject: "port",
      body: `${at} ${"x".repeat(9_000)}`,
    });
  }
  const { structuredContent, content } = await useTool(server, "memory_history", {
    subject: "port",
  });
  assert.ok(Buffer.byteLength(content[0].text) <= 4_096);
  assert.equal(structuredContent.has_more, true);
  assert.ok(structuredContent.versions.length > 5);
  assert.ok(structuredContent.versions.every((version: ToolResult) => version.truncated));
});
