// A server on the TypeScript SDK, as its documentation builds one with sessions: a transport and an
// McpServer for each session, JSON answers, and the tool that returns at once.

import { McpServer, WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/server";
import { ECHO_DESCRIPTION, ECHO_INPUT, ECHO_NAME, ECHO_OUTPUT } from "../_echo.ts";
import { listen } from "./_listen.ts";

const ECHO = {
  description: ECHO_DESCRIPTION,
  inputSchema: ECHO_INPUT,
  outputSchema: ECHO_OUTPUT,
};

const transports = new Map<string, WebStandardStreamableHTTPServerTransport>();

async function openSession(): Promise<WebStandardStreamableHTTPServerTransport> {
  const transport = new WebStandardStreamableHTTPServerTransport({
    sessionIdGenerator: () => crypto.randomUUID(),
    enableJsonResponse: true,
    onsessioninitialized: (id) => void transports.set(id, transport),
    onsessionclosed: (id) => void transports.delete(id),
  });
  const server = new McpServer({ name: "sdk", version: "1.0.0" });
  server.registerTool(ECHO_NAME, ECHO, ({ text }) => ({
    content: [{ type: "text", text }],
    structuredContent: { text },
  }));
  await server.connect(transport);
  return transport;
}

listen(async (request) => {
  const id = request.headers.get("mcp-session-id");
  const transport = id === null ? await openSession() : transports.get(id);
  if (transport === undefined) return new Response("Unknown session", { status: 404 });
  return await transport.handleRequest(request);
});
