// The mounted server of the measurement: `echo` answers at once, `slow` after a tenth of a second.

import process from "node:process";

/** How long `slow` takes. */
const SLOW_MS = 100;

const TOOLS = ["echo", "slow"].map((name) => ({ name, inputSchema: { type: "object" } }));

function send(message: Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
}

function take(line: string): void {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) return;
  if (method === "initialize") {
    const { protocolVersion } = params;
    const serverInfo = { name: "bench", version: "1" };
    send({ id, result: { protocolVersion, capabilities: { tools: {} }, serverInfo } });
  } else if (method === "tools/list") {
    send({ id, result: { tools: TOOLS } });
  } else if (method === "tools/call") {
    const answer = () => send({ id, result: { content: [{ type: "text", text: "ok" }] } });
    if (params.name === "slow") setTimeout(answer, SLOW_MS);
    else answer();
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
