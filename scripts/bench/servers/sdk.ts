// A server on the TypeScript SDK, as its documentation builds one with sessions: a transport and an
// McpServer for each session, JSON answers, one tool that returns at once with the product's answer.

import process from "node:process";
import {
  type CallToolResult,
  McpServer,
  WebStandardStreamableHTTPServerTransport,
} from "@modelcontextprotocol/server";
import { z } from "zod";
import { listen } from "./_listen.ts";

const TOOL = process.argv[3] ?? "tool";
// The answer of a tool, taken from a running server by the script that starts this one.
const RESULT = JSON.parse(process.argv[2] ?? '{"content":[]}') as CallToolResult;

const transports = new Map<string, WebStandardStreamableHTTPServerTransport>();

async function openSession(): Promise<WebStandardStreamableHTTPServerTransport> {
  const transport = new WebStandardStreamableHTTPServerTransport({
    sessionIdGenerator: () => crypto.randomUUID(),
    enableJsonResponse: true,
    onsessioninitialized: (id) => void transports.set(id, transport),
    onsessionclosed: (id) => void transports.delete(id),
  });
  const server = new McpServer({ name: "sdk", version: "1.0.0" });
  const inputSchema = z.looseObject({});
  server.registerTool(TOOL, { description: "Returns at once", inputSchema }, () => RESULT);
  await server.connect(transport);
  return transport;
}

listen(async (request) => {
  const id = request.headers.get("mcp-session-id");
  const transport = id === null ? await openSession() : transports.get(id);
  if (transport === undefined) return new Response("Unknown session", { status: 404 });
  return await transport.handleRequest(request);
});
