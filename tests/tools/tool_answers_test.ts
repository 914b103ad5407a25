// What tools may answer, and how it looks to clients of each revision.

import assert from "node:assert/strict";
import { z } from "zod";
import type { ContentBlock } from "../../src/protocol/content.ts";
import { defineTool, type ToolAnswer } from "../../src/tools/definition.ts";
import { call, resultOf, testApp } from "../helpers/test_app.ts";

const BLOCKS: readonly ContentBlock[] = [
  { type: "text", text: "seen", annotations: { priority: 1 } },
  { type: "image", data: "AA==", mimeType: "image/png" },
  { type: "audio", data: "AA==", mimeType: "audio/wav" },
  { type: "resource", resource: { uri: "test://a", text: "whole" } },
  { type: "resource_link", uri: "test://b", name: "b", title: "The other" },
];

function answering(answer: ToolAnswer) {
  return defineTool({
    name: "answer",
    title: "Answer",
    description: "Answers what a test wants",
    input: z.object({}),
    run: () => answer,
  });
}

async function resultIn(revision: string, answer: ToolAnswer) {
  await using server = await testApp({ tools: [answering(answer)] });
  return await resultOf(
    await server.post(call("answer"), { "mcp-protocol-version": revision }),
  );
}

Deno.test("a tool answers any content, which goes to the client as it is", async () => {
  assert.deepEqual(await resultIn("2025-11-25", { content: BLOCKS }), { content: BLOCKS });
  assert.deepEqual(await resultIn("2025-06-18", { content: BLOCKS }), { content: BLOCKS });
});

Deno.test("a client that knows no resource links or audio reads what stood there", async () => {
  const { content: middle } = await resultIn("2025-03-26", { content: BLOCKS });
  assert.deepEqual(middle.slice(0, 4), BLOCKS.slice(0, 4));
  assert.deepEqual(middle[4], { type: "text", text: 'Resource "The other": test://b' });
  const { content: oldest } = await resultIn("2024-11-05", { content: BLOCKS });
  assert.deepEqual(oldest[2], {
    type: "text",
    text: "Audio (audio/wav) was left out: this client's protocol has no audio",
  });
});

Deno.test("a result that another server wrote is made fit for the client's revision, too", async () => {
  const passed = { content: BLOCKS, structuredContent: [1], "example.com/more": true };
  const { content, structuredContent, ...rest } = await resultIn("2024-11-05", { passed });
  assert.deepEqual(content.map(({ type }: ContentBlock) => type), [
    "text",
    "image",
    "text",
    "resource",
    "text",
  ]);
  assert.equal(structuredContent, undefined);
  assert.deepEqual(rest, { "example.com/more": true });
});

Deno.test("a tool without an output schema shows none, and may answer nothing", async () => {
  await using server = await testApp({ tools: [answering({})] });
  const listed = await resultOf(await server.post({ jsonrpc: "2.0", id: 1, method: "tools/list" }));
  const shown = listed.tools.find(({ name }: { name: string }) => name === "answer");
  assert.equal("outputSchema" in shown, false);
  assert.deepEqual(await resultIn("2025-11-25", {}), { content: [] });
});

Deno.test("an error is an answer, too, with content and structured content", async () => {
  const answer = { content: BLOCKS.slice(0, 1), structured: { code: 7 }, isError: true };
  assert.deepEqual(await resultIn("2025-11-25", answer), {
    content: BLOCKS.slice(0, 1),
    structuredContent: { code: 7 },
    isError: true,
  });
});

Deno.test("a call that a tool answers with an error counts as the tool's error", async () => {
  await using server = await testApp({ tools: [answering({ text: "no", isError: true })] });
  await server.post(call("answer"));
  const metrics = await (await server.send("GET", {}, "/metrics")).text();
  assert.match(metrics, /tool="answer",outcome="tool_error"[^\n]* 1\n/);
});

Deno.test("structured content that is no object is text for clients before 2026-07-28", async () => {
  for (const structured of [[1, 2], "text", 0, false, null]) {
    assert.deepEqual(await resultIn("2025-11-25", { structured }), {
      content: [{ type: "text", text: JSON.stringify(structured) }],
    });
  }
});

Deno.test("text and the result's own _meta go beside structured content mcp:145", async () => {
  const answer = { text: "seven", structured: { n: 7 }, _meta: { "example.com/a": 1 } };
  assert.deepEqual(await resultIn("2025-11-25", answer), {
    content: [{ type: "text", text: "seven" }],
    structuredContent: { n: 7 },
    _meta: { "example.com/a": 1 },
  });
});
