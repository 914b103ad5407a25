// The mounted server of a soak: `echo` says again what it is told, `slow` after a while.

import process from "node:process";

// Long enough to become a task.
const SLOW_MS = 600;
const INPUT = { type: "object", properties: { text: { type: "string" } }, required: ["text"] };
const TOOLS = ["echo", "slow"].map((name) => ({ name, inputSchema: INPUT }));

function send(message: Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
}

function take(line: string): void {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) return;
  if (method === "initialize") {
    const { protocolVersion } = params;
    const serverInfo = { name: "soak", version: "1" };
    send({ id, result: { protocolVersion, capabilities: { tools: {} }, serverInfo } });
  } else if (method === "tools/list") {
    send({ id, result: { tools: TOOLS } });
  } else if (method === "tools/call") {
    const { text } = params.arguments;
    const answer = () => send({ id, result: { content: [{ type: "text", text }] } });
    if (params.name === "slow") setTimeout(answer, SLOW_MS);
    else answer();
  } else if (method === "ping") {
    send({ id, result: {} });
  } else {
    send({ id, error: { code: -32601, message: "Method not found" } });
  }
}

let rest = "";
process.stdin.setEncoding("utf8").on("data", (chunk: string) => {
  const lines = (rest + chunk).split("\n");
  rest = lines.pop() ?? "";
  for (const line of lines) if (line !== "") take(line);
});
