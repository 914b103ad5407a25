// A server on the SDK of the stateless revision, started as a child; it takes no handshake.

import { inputRequired, McpServer } from "@modelcontextprotocol/server";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { z } from "zod";

serveStdio(() => {
  const capabilities = { resources: { subscribe: true, listChanged: true } };
  const server = new McpServer({ name: "sdk2", version: "1.0.0" }, { capabilities });
  server.registerResource("note", "note://sdk2", {}, () => ({
    contents: [{ uri: "note://sdk2", text: "a note" }],
  }));
  server.registerTool("touch", { description: "Changes the note" }, async () => {
    await server.server.sendResourceUpdated({ uri: "note://sdk2" });
    return { content: [] };
  });
  server.registerTool("add", {
    description: "Adds two numbers",
    inputSchema: z.object({ a: z.number(), b: z.number() }),
    outputSchema: z.object({ sum: z.number() }),
    annotations: { readOnlyHint: true },
  }, ({ a, b }) => ({
    content: [{ type: "text", text: String(a + b) }],
    structuredContent: { sum: a + b },
  }));
  server.registerTool("ask", { description: "Asks the person" }, (context) => {
    const answer = context.mcpReq.inputResponses?.["go"];
    if (answer !== undefined) {
      return { content: [{ type: "text", text: JSON.stringify(answer) }] };
    }
    return inputRequired({
      inputRequests: {
        go: inputRequired.elicit({
          message: "Go on?",
          requestedSchema: { type: "object", properties: { yes: { type: "boolean" } } },
        }),
      },
    });
  });
  return server;
}, { legacy: "reject" });
