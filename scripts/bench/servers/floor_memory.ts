// The floor of `memory_query`: a bare handler around the same engine on a copy of the same database.
// It parses, asks, turns the hits into text and sets two headers. What it and the product share, the
// engine after a pause among other things, is not the server's doing.

import process from "node:process";
import { openEngine } from "../_engine.ts";
import { NAMESPACE } from "../_facts.ts";
import { listen } from "./_listen.ts";

const [home = ""] = process.argv.slice(2);
const SESSION_ID = "0123456789abcdef0123456789abcdef";

const { memory } = await openEngine(home);

listen(async (request) => {
  const message = JSON.parse(await request.text());
  const { query, k } = message.params.arguments;
  const facts = memory.query(NAMESPACE, { text: query, k });
  return new Response(JSON.stringify({ jsonrpc: "2.0", id: message.id, result: { facts } }), {
    headers: { "content-type": "application/json", "mcp-session-id": SESSION_ID },
  });
});
