// The official clients as owners of tools: each lends the same three, and keeps what it was called for.

import { Client as ClientOf2, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { Client as ClientOf1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as TransportOf1 } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { Transport as AnyTransportOf1 } from "@modelcontextprotocol/sdk/shared/transport.js";
import { CallToolRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { Inbox } from "./inbox.ts";
import type { TalkingName } from "./talking_clients.ts";

/** A call that reached its owner. */
export interface OwnersCall {
  readonly name: string;
  readonly arguments?: Record<string, unknown> | undefined;
}

/** A connected owner; disposing of it ends its session with DELETE. */
export interface LendingSdk extends AsyncDisposable {
  readonly called: Inbox<OwnersCall>;
  /** Calls that were cancelled while they ran. */
  readonly cancelled: Inbox<string>;
  /** The names under which its tools are listed, by its own. */
  readonly names: unknown;
  /** The names of the tools that it sees. */
  seen(): Promise<readonly string[]>;
  /** Breaks its connection off without a word. */
  drop(): Promise<void>;
}

const PATH = { type: "object", properties: { path: { type: "string" } }, required: ["path"] };

const TOOLS = [
  { name: "open_file", description: "Opens a file", inputSchema: PATH },
  { name: "count", description: "Reports to three", inputSchema: { type: "object" } },
  { name: "never", description: "Does not end by itself", inputSchema: { type: "object" } },
];
const CAPABILITIES = { experimental: { "car/clientTools": { tools: TOOLS } } };
const WHO = { name: "Test IDE", version: "1.0.0" };

interface CallParams extends OwnersCall {
  readonly _meta?: { readonly progressToken?: string | number | undefined } | undefined;
}

interface ProgressNotification {
  readonly method: "notifications/progress";
  readonly params: { readonly progressToken: string | number; readonly progress: number };
}

interface CallExtra {
  readonly signal: AbortSignal;
  readonly notify: (notification: ProgressNotification) => Promise<void>;
}

/** Connects an owner. */
export function connectLending(name: TalkingName, url: string): Promise<LendingSdk> {
  return name === "1.32.2" ? connect1(url) : connect2(url);
}

async function connect1(url: string): Promise<LendingSdk> {
  const client = new ClientOf1(WHO, { capabilities: CAPABILITIES });
  const transport = new TransportOf1(new URL(url));
  const boxes = inboxes();
  client.setRequestHandler(
    CallToolRequestSchema,
    // The types of this client are not found by Deno, so what its handlers get is said here.
    ({ params }: { params: CallParams }, extra: {
      signal: AbortSignal;
      sendNotification: CallExtra["notify"];
    }) => run(params, { signal: extra.signal, notify: extra.sendNotification }, boxes),
  );
  // Its own interface writes the optional session id without `undefined`, its class with it.
  await client.connect(transport as AnyTransportOf1);
  return { ...boxes, ...ownerOf(client, transport) };
}

async function connect2(url: string): Promise<LendingSdk> {
  const client = new ClientOf2(WHO, { capabilities: CAPABILITIES });
  const transport = new StreamableHTTPClientTransport(new URL(url));
  const boxes = inboxes();
  client.setRequestHandler("tools/call", ({ params }, context) => {
    const { signal, notify } = context.mcpReq;
    return run(params, { signal, notify }, boxes);
  });
  await client.connect(transport);
  return { ...boxes, ...ownerOf(client, transport) };
}

function inboxes(): Pick<LendingSdk, "called" | "cancelled"> {
  return { called: new Inbox(), cancelled: new Inbox() };
}

function ownerOf(
  client: ClientOf1 | ClientOf2,
  transport: TransportOf1 | StreamableHTTPClientTransport,
): Omit<LendingSdk, "called" | "cancelled"> {
  return {
    names: client.getServerCapabilities()?.experimental?.["car/clientTools"],
    seen: async () => (await client.listTools()).tools.map((tool: { name: string }) => tool.name),
    drop: () => client.close(),
    async [Symbol.asyncDispose]() {
      await transport.terminateSession();
      await client.close();
    },
  };
}

async function run(
  { name, arguments: args, _meta }: CallParams,
  { signal, notify }: CallExtra,
  { called, cancelled }: Pick<LendingSdk, "called" | "cancelled">,
) {
  called.add({ name, arguments: args });
  if (name === "never") {
    await new Promise<void>((resolve) =>
      signal.addEventListener("abort", () => resolve(), { once: true })
    );
    cancelled.add(name);
  }
  const progressToken = _meta?.progressToken;
  for (let progress = 1; name === "count" && progress <= 3; progress++) {
    if (progressToken === undefined) break;
    await notify({ method: "notifications/progress", params: { progressToken, progress } });
  }
  return {
    content: [{ type: "text" as const, text: `${name} is done` }],
    structuredContent: { did: name, path: args?.path },
  };
}
