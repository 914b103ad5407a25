// A server on the SDK of the legacy revisions, started as a child.

import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import {
  SubscribeRequestSchema,
  UnsubscribeRequestSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { z } from "zod";

const capabilities = { resources: { subscribe: true, listChanged: true } };
const server = new McpServer({ name: "sdk1", version: "1.0.0" }, { capabilities });
const subscribed = new Set<string>();

type UriRequest = { readonly params: { readonly uri: string } };

server.registerResource("note", "note://sdk1", {}, () => ({
  contents: [{ uri: "note://sdk1", text: "a note" }],
}));
server.server.setRequestHandler(SubscribeRequestSchema, ({ params }: UriRequest) => {
  subscribed.add(params.uri);
  return {};
});
server.server.setRequestHandler(UnsubscribeRequestSchema, ({ params }: UriRequest) => {
  subscribed.delete(params.uri);
  return {};
});
server.registerTool("touch", { description: "Changes the note, if anybody cares" }, async () => {
  for (const uri of subscribed) await server.server.sendResourceUpdated({ uri });
  return { content: [{ type: "text", text: String(subscribed.size) }] };
});

server.registerTool("add", {
  description: "Adds two numbers",
  inputSchema: { a: z.number(), b: z.number() },
  outputSchema: { sum: z.number() },
  annotations: { readOnlyHint: true },
}, ({ a, b }: { a: number; b: number }) => {
  if (a > 100) server.registerTool("late", { description: "Comes late" }, () => ({ content: [] }));
  return { content: [{ type: "text", text: String(a + b) }], structuredContent: { sum: a + b } };
});

server.registerTool("ask", { description: "Asks the person" }, async () => {
  const answer = await server.server.elicitInput({
    message: "Go on?",
    requestedSchema: { type: "object", properties: { yes: { type: "boolean" } } },
  });
  return { content: [{ type: "text", text: JSON.stringify(answer) }] };
});

await server.connect(new StdioServerTransport());
