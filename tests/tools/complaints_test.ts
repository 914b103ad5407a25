// What a model reads when its arguments do not fit: the field by name, and never more than a page.

import assert from "node:assert/strict";
import { z } from "zod";
import { defineTool, type Tool } from "../../src/tools/definition.ts";
import { testApp } from "../helpers/test_app.ts";
import { refusalOf, type ToolResult, useTool } from "../helpers/use_tool.ts";

const LIST = { jsonrpc: "2.0", id: 1, method: "tools/list" };

// A value for every required argument of the built-in tools.
const FITTING: Readonly<Record<string, unknown>> = {
  name: "n",
  subject: "s",
  body: "b",
  query: "q",
  code: "c",
  task: "t",
  outcome: "success",
  proposal: { actions: [] },
};

Deno.test("every required argument that is left out is named as required mcp:118", async () => {
  await using server = await testApp();
  const { result } = await (await server.post(LIST)).json();
  let checked = 0;
  for (const { name, inputSchema } of result.tools as ToolResult[]) {
    for (const missing of (inputSchema.required ?? []) as string[]) {
      const others = inputSchema.required.filter((field: string) => field !== missing);
      const args = Object.fromEntries(others.map((field: string) => [field, FITTING[field]]));
      const complaint = refusalOf(await useTool(server, name, args));
      assert.equal(complaint.slice(0, missing.length + 21), `Argument "${missing}": required`);
      checked++;
    }
  }
  assert.ok(checked >= 8, `${checked} required arguments`);
});

Deno.test("a missing choice says what there is to choose from", async () => {
  await using server = await testApp();
  const complaint = refusalOf(await useTool(server, "skill_report", { name: "x" }));
  assert.match(complaint, /^Argument "outcome": required, expected one of "success"/);
});

Deno.test("a fault in the check of a tool is a fault of the tool", async () => {
  const faulty: Tool = {
    ...defineTool({
      name: "faulty",
      title: "Faulty",
      description: "Fails while it looks at its arguments",
      input: z.object({}),
      output: z.object({}),
      run: () => ({ structured: {} }),
    }),
    check() {
      throw new TypeError("unlucky");
    },
  };
  await using server = await testApp({ tools: [faulty] });
  assert.equal(refusalOf(await useTool(server, "faulty")), "The tool failed");
  const metrics = await (await server.send("GET", {}, "/metrics")).text();
  assert.match(metrics, /faulty.*fault.*1/);
});
