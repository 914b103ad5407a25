// The official clients in every way in which they choose an era, behind the calls that both eras have.

import { Client as ClientOf2, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { Client as ClientOf1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as TransportOf1 } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { Transport as AnyTransportOf1 } from "@modelcontextprotocol/sdk/shared/transport.js";
import {
  ElicitRequestSchema,
  ResourceUpdatedNotificationSchema,
  ToolListChangedNotificationSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { Inbox } from "./inbox.ts";

/** The ways, and whether each leads to the stateless revisions where they are served. */
export const ERA_CLIENTS = [
  { name: "1.32.2", isModern: false },
  { name: "2.4.0 legacy", isModern: false },
  { name: "2.4.0 auto", isModern: true },
  { name: "2.4.0 pin", isModern: true },
] as const;

/** One of them. */
export type EraClientName = (typeof ERA_CLIENTS)[number]["name"];

/** A connected client. */
export interface EraClient extends AsyncDisposable {
  /** The id of its session; undefined in the stateless era. */
  readonly sessionId: string | undefined;
  /** URIs of resources that it was told have changed. */
  readonly updates: Inbox<string>;
  /** One entry each time it was told that the tools have changed. */
  readonly toolChanges: Inbox<string>;
  /** Names of all tools, resources, templates and prompts. */
  listAll(): Promise<readonly string[]>;
  /** Calls a tool; gives what it said. */
  call(name: string, args?: Record<string, unknown>): Promise<unknown>;
  /** The text of a prompt's first message. */
  prompt(name: string, args: Record<string, string>): Promise<string>;
  /** The text of a resource. */
  read(uri: string): Promise<string>;
  /** The values for the first argument of a prompt. */
  complete(prompt: string, argument: string, value: string): Promise<readonly string[]>;
  /** Wants to be told of that resource and of the tools, by the means of its era. */
  listen(uri: string): Promise<void>;
}

const WHO = { name: "car-mcp-tests", version: "1.0.0" };
const CAPABILITIES = { elicitation: { form: {} } };
const ANSWER = { action: "accept" as const, content: { name: "Ada" } };

/** Connects a client to an endpoint; its person is called Ada. */
export async function connectEra(name: EraClientName, url: string): Promise<EraClient> {
  const boxes = { updates: new Inbox<string>(), toolChanges: new Inbox<string>() };
  return name === "1.32.2" ? await connect1(url, boxes) : await connect2(name, url, boxes);
}

type Boxes = Pick<EraClient, "updates" | "toolChanges">;

async function connect1(url: string, boxes: Boxes): Promise<EraClient> {
  const client = new ClientOf1(WHO, { capabilities: CAPABILITIES });
  const transport = new TransportOf1(new URL(url));
  client.setRequestHandler(ElicitRequestSchema, () => ANSWER);
  client.setNotificationHandler(
    ResourceUpdatedNotificationSchema,
    ({ params }: { params: { uri: string } }) => boxes.updates.add(params.uri),
  );
  client.setNotificationHandler(
    ToolListChangedNotificationSchema,
    () => boxes.toolChanges.add("changed"),
  );
  // Its own interface writes the optional session id without `undefined`, its class with it.
  await client.connect(transport as AnyTransportOf1);
  return {
    ...boxes,
    ...callsOf(client),
    sessionId: transport.sessionId,
    listen: async (uri) => void await client.subscribeResource({ uri }),
    async [Symbol.asyncDispose]() {
      await transport.terminateSession();
      await client.close();
    },
  };
}

async function connect2(name: EraClientName, url: string, boxes: Boxes): Promise<EraClient> {
  const client = new ClientOf2(WHO, {
    capabilities: CAPABILITIES,
    versionNegotiation: { mode: modeOf(name) },
  });
  const transport = new StreamableHTTPClientTransport(new URL(url));
  client.setRequestHandler("elicitation/create", () => ANSWER);
  client.setNotificationHandler(
    "notifications/resources/updated",
    ({ params }) => boxes.updates.add(params.uri),
  );
  client.setNotificationHandler(
    "notifications/tools/list_changed",
    () => boxes.toolChanges.add("changed"),
  );
  await client.connect(transport);
  const { sessionId } = transport;
  return {
    ...boxes,
    ...callsOf(client),
    sessionId,
    async listen(uri) {
      if (sessionId !== undefined) await client.subscribeResource({ uri });
      else await client.listen({ toolsListChanged: true, resourceSubscriptions: [uri] });
    },
    async [Symbol.asyncDispose]() {
      if (sessionId !== undefined) await transport.terminateSession();
      await client.close();
    },
  };
}

function modeOf(name: EraClientName) {
  switch (name) {
    case "2.4.0 auto":
      return "auto" as const;
    case "2.4.0 pin":
      return { pin: "2026-07-28" };
    default:
      return "legacy" as const;
  }
}

type Calls = Pick<EraClient, "listAll" | "call" | "prompt" | "read" | "complete">;

function callsOf(client: ClientOf1 | ClientOf2): Calls {
  return {
    async listAll() {
      const { tools } = await client.listTools();
      const { resources } = await client.listResources();
      const { resourceTemplates } = await client.listResourceTemplates();
      const { prompts } = await client.listPrompts();
      return [tools, resources, resourceTemplates, prompts].flat()
        .map((each: { readonly name: string }) => each.name);
    },
    async call(name, args = {}) {
      const result = await client.callTool({ name, arguments: args });
      if (result.isError === true) throw new Error(JSON.stringify(result.content));
      return (result.structuredContent as { readonly said?: unknown } | undefined)?.said;
    },
    async prompt(name, args) {
      const { messages } = await client.getPrompt({ name, arguments: args });
      const [first] = messages as { readonly content: { readonly text?: string } }[];
      return first?.content.text ?? "";
    },
    async read(uri) {
      const { contents } = await client.readResource({ uri });
      const [first] = contents as { readonly text?: string }[];
      return first?.text ?? "";
    },
    async complete(prompt, name, value) {
      const ref = { type: "ref/prompt" as const, name: prompt };
      const { completion } = await client.complete({ ref, argument: { name, value } });
      return completion.values;
    },
  };
}
