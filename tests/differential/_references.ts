// The servers of the TypeScript SDKs as their documentation builds them, each for one case: 1.32.2 and
// 2.4.0 with sessions and an event store, and 2.4.0 serving the stateless revision.

import { McpServer as ServerOf1 } from "@modelcontextprotocol/sdk/server/mcp.js";
import { WebStandardStreamableHTTPServerTransport as TransportOf1 } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
import type { RequestHandlerExtra } from "@modelcontextprotocol/sdk/shared/protocol.js";
import type { Transport as AnyTransportOf1 } from "@modelcontextprotocol/sdk/shared/transport.js";
import type { ServerNotification, ServerRequest } from "@modelcontextprotocol/sdk/types.js";
import {
  createMcpHandler,
  McpServer as ServerOf2,
  WebStandardStreamableHTTPServerTransport as TransportOf2,
} from "@modelcontextprotocol/server";
import { z } from "zod";
import type { OpenedServer } from "./_case.ts";

/** How an SDK serves. */
export type ReferenceName = "1.32.2" | "2.4.0" | "2.4.0 stateless";

/** Opens a fresh server of an SDK. */
export function openReference(name: ReferenceName): Promise<OpenedServer> {
  switch (name) {
    case "1.32.2":
      return open1();
    case "2.4.0":
      return open2();
    case "2.4.0 stateless":
      return openStateless();
  }
}

type CallOf1 = RequestHandlerExtra<ServerRequest, ServerNotification>;

const WHO = { name: "reference", version: "1.0.0" };
const ECHO = { description: "Says it again", inputSchema: { text: z.string() } };
const COUNT = { description: "Counts to one" };

async function open1(): Promise<OpenedServer> {
  const server = new ServerOf1(WHO, { capabilities: { logging: {} } });
  server.registerTool("echo", ECHO, ({ text }: { readonly text: string }) => said(text));
  server.registerTool("count", COUNT, async ({ _meta, sendNotification }: CallOf1) => {
    await sendNotification(progressOf(_meta?.progressToken));
    return said("counted");
  });
  const transport = new TransportOf1({
    sessionIdGenerator: () => crypto.randomUUID(),
    eventStore: eventStore(),
  });
  // Its own interface writes the optional members without `undefined`, its class with it.
  await server.connect(transport as AnyTransportOf1);
  return {
    fetch: (request) => transport.handleRequest(request),
    [Symbol.asyncDispose]: () => server.close(),
  };
}

async function open2(): Promise<OpenedServer> {
  const server = serverOf2();
  const transport = new TransportOf2({
    sessionIdGenerator: () => crypto.randomUUID(),
    eventStore: eventStore(),
    keepAliveMs: 0,
  });
  await server.connect(transport);
  return {
    fetch: (request) => transport.handleRequest(request),
    [Symbol.asyncDispose]: () => server.close(),
  };
}

function openStateless(): Promise<OpenedServer> {
  const handler = createMcpHandler(serverOf2, { keepAliveMs: 0 });
  return Promise.resolve({
    fetch: (request) => handler.fetch(request),
    [Symbol.asyncDispose]: () => handler.close(),
  });
}

function serverOf2(): ServerOf2 {
  const server = new ServerOf2(WHO, { capabilities: { logging: {} } });
  const inputSchema = z.object(ECHO.inputSchema);
  server.registerTool("echo", { ...ECHO, inputSchema }, ({ text }) => said(text));
  server.registerTool("count", COUNT, async ({ mcpReq }) => {
    await mcpReq.notify(progressOf(mcpReq._meta?.progressToken));
    return said("counted");
  });
  return server;
}

/** The cases that call it send a token. */
function progressOf(progressToken: string | number = "none") {
  return { method: "notifications/progress" as const, params: { progressToken, progress: 1 } };
}

function said(text: string) {
  return { content: [{ type: "text" as const, text }] };
}

/** Keeps the events of all streams, in the order in which they came. */
function eventStore<Message>() {
  const events: { readonly stream: string; readonly message: Message }[] = [];
  return {
    storeEvent(stream: string, message: Message): Promise<string> {
      events.push({ stream, message });
      return Promise.resolve(`${events.length - 1}`);
    },
    getStreamIdForEventId: (id: string) => Promise.resolve(events[Number(id)]?.stream),
    async replayEventsAfter(
      id: string,
      { send }: { send: (id: string, message: Message) => Promise<void> },
    ): Promise<string> {
      const stream = events[Number(id)]?.stream ?? "";
      for (const [at, event] of events.entries()) {
        if (at > Number(id) && event.stream === stream) await send(`${at}`, event.message);
      }
      return stream;
    },
  };
}
