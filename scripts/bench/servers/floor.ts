// The floor: the least that any JSON-RPC server on this runtime must do. It reads the text, parses
// it, turns the same answer as the product's into text and sets two headers. Nothing is checked.

import process from "node:process";
import { listen } from "./_listen.ts";

const RESULT: unknown = JSON.parse(process.argv[2] ?? "{}");
const SESSION_ID = "0123456789abcdef0123456789abcdef";

listen(async (request) => {
  const message = JSON.parse(await request.text());
  return new Response(JSON.stringify({ jsonrpc: "2.0", id: message.id, result: RESULT }), {
    headers: { "content-type": "application/json", "mcp-session-id": SESSION_ID },
  });
});
