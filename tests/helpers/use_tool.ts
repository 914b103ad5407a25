// Calls a tool the way a client of the newest revision does.

import assert from "node:assert/strict";
import { call, resultOf, type TestApp } from "./test_app.ts";

/** The result of a call, unchecked: tests look at what they expect in it. */
// deno-lint-ignore no-explicit-any
export type ToolResult = any;

/** Calls a tool in a revision that has structured content. */
export async function useTool(
  server: Pick<TestApp, "post">,
  name: string,
  args: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): Promise<ToolResult> {
  const version = { "mcp-protocol-version": "2025-11-25" };
  return await resultOf(await server.post(call(name, args), { ...version, ...headers }));
}

/** The text of a result that must be an error. */
export function refusalOf(result: ToolResult): string {
  assert.equal(result.isError, true, JSON.stringify(result));
  return result.content[0].text;
}
