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
  proposal_a: { actions: [] },
  proposal_b: { actions: [] },
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

const PAGE_CHARS = 2_048;

/** A tool whose check can be tried without a server. */
function listTool(): Tool {
  return defineTool({
    name: "list",
    title: "List",
    description: "Takes numbers",
    input: z.object({ list: z.array(z.number()).optional() }),
    output: z.object({}),
    run: () => ({ structured: {} }),
  });
}

function complaintOf(args: unknown): string {
  const check = listTool().check(args);
  assert.ok(!check.ok);
  assert.ok(check.complaint.length <= PAGE_CHARS, `${check.complaint.length} characters`);
  return check.complaint;
}

Deno.test("eight issues are listed, and how many more there are", () => {
  const list = Array.from({ length: 1_000 }, () => "x".repeat(60));
  const complaint = complaintOf({ list });
  assert.equal(complaint.split("; ").length, 9);
  assert.match(complaint, /; and 992 more$/);
});

Deno.test("eight unknown arguments are listed by the start of their names", () => {
  const names = Array.from({ length: 50 }, (_, at) => `${at}${"é".repeat(1_000)}`);
  const complaint = complaintOf(Object.fromEntries(names.map((name) => [name, 1])));
  assert.match(complaint, /^Unknown argument "0/);
  assert.equal(complaint.split(", ").length, 9);
  assert.match(complaint, /, and 42 more$/);
  complaintOf({ ["\u0000".repeat(1_000)]: 1, list: Array.from({ length: 20 }, () => "\u0000") });
});

Deno.test("arguments that are too many are counted and not looked at", () => {
  const args = Object.fromEntries(Array.from({ length: 90_000 }, (_, at) => [`k${at}`, 1]));
  assert.equal(complaintOf(args), "There are 90000 arguments, at most 64 are allowed");
  const list = Array.from({ length: 10_001 }, () => "x");
  const complaint = 'Argument "list": an array of 10001, at most 10000 are allowed';
  assert.equal(complaintOf({ list }), complaint);
});

Deno.test("a complaint cuts long paths and values", async () => {
  await using server = await testApp();
  const action = { type: "x".repeat(100_000), max_retries: "\u0001".repeat(60) };
  const proposal = { actions: Array.from({ length: 9 }, () => action) };
  const complaint = refusalOf(await useTool(server, "verify", { proposal }));
  assert.ok(complaint.length <= PAGE_CHARS);
  const few = refusalOf(await useTool(server, "verify", { proposal: { actions: [action] } }));
  assert.match(few, /given a string of 100000 characters; .*given a string of 60 characters$/);
});

Deno.test("a plan with too many actions is refused before they are looked at", async () => {
  await using server = await testApp();
  const proposal = { actions: Array.from({ length: 2_001 }, () => 1) };
  const complaint = refusalOf(await useTool(server, "verify", { proposal }));
  assert.equal(complaint, 'Argument "proposal" has 2001 actions, at most 2000 are allowed');
});

Deno.test("a plan with too many preconditions and keys is refused before they are looked at", async () => {
  await using server = await testApp();
  const list = Array.from({ length: 2_501 }, () => 1);
  const action = { preconditions: list, state_dependencies: list };
  const complaint = refusalOf(
    await useTool(server, "verify", { proposal: { actions: [action, action] } }),
  );
  assert.match(complaint, /has 10004 preconditions, keys and assumptions, at most 10000 are/);
});

Deno.test("the bytes of a plan are counted as it was sent, without defaults", async () => {
  const proposal = { actions: Array.from({ length: 30 }, () => ({ type: "assertion" })) };
  const bytes = JSON.stringify(proposal).length;
  const environment = { CAR_LIMITS_PROPOSAL_BYTES_MAX: String(Math.max(bytes, 1_024)) };
  await using server = await testApp({ environment });
  const report = await useTool(server, "verify", { proposal });
  assert.equal(report.structuredContent?.valid, true, report.content[0].text);
  const long = { ...proposal, source: "x".repeat(1_024) };
  const complaint = refusalOf(await useTool(server, "verify", { proposal: long }));
  assert.match(complaint, /has \d+ bytes, at most 1024 are allowed$/);
});

Deno.test("a report of an invalid plan has at least one issue, shortened if need be", async () => {
  await using server = await testApp({ environment: { CAR_TOOLS_ANSWER_BYTES_MAX: "1024" } });
  const parameters = Object.fromEntries(
    Array.from({ length: 30_000 }, (_, at) => [`k${at}`, 1]),
  );
  const call = { id: "\u0001".repeat(5_000), type: "tool_call", tool: "memory_query", parameters };
  const report = await useTool(server, "verify", { proposal: { actions: [call] } });
  const { valid, issues, left_out } = report.structuredContent;
  assert.equal(valid, false);
  assert.equal(issues.length, 1);
  assert.match(issues[0].message, /^Parameters do not fit tool "memory_query": There are 30000/);
  assert.ok(left_out.includes("issues"));
  assert.ok(report.content[0].text.length <= 1_024);
});
