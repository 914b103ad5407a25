// The official clients, each behind the few calls that the tests make: the 1.32.2 client, and the 2.4.0
// client as it is by default (`legacy`) and when it finds out for itself what the server speaks (`auto`).

import { Client as ClientOf2, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { Client as ClientOf1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as TransportOf1 } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { Transport as AnyTransportOf1 } from "@modelcontextprotocol/sdk/shared/transport.js";

/** Which client, and how it is set. */
export type SdkName = "1.32.2" | "2.4.0 legacy" | "2.4.0 auto";

/** All of them. */
export const SDK_NAMES: readonly SdkName[] = ["1.32.2", "2.4.0 legacy", "2.4.0 auto"];

/** What a tool answered. */
export interface ToolAnswer {
  readonly text: string;
  readonly structured: Record<string, unknown> | undefined;
  readonly isError: boolean;
}

/** A tool as the client read it. */
export interface ListedTool {
  readonly name: string;
  readonly outputSchema?: unknown;
}

/** A connected client; disposing of it ends its session with DELETE. */
export interface SdkClient extends AsyncDisposable {
  readonly sessionId: string | undefined;
  readonly serverName: string | undefined;
  /** From here on the client checks results against the schemas that it read. */
  listTools(): Promise<readonly ListedTool[]>;
  call(name: string, args?: Record<string, unknown>): Promise<ToolAnswer>;
  /** The next notification that comes on the stream the client opened for itself. */
  nextPush(): Promise<{ readonly method: string; readonly params?: unknown }>;
}

/** Connects a client to an endpoint; `token` is sent with every request. */
export function connectSdk(name: SdkName, url: string, token?: string): Promise<SdkClient> {
  const requestInit = token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } };
  return name === "1.32.2"
    ? connect1(url, requestInit)
    : connect2(url, { requestInit, isAuto: name === "2.4.0 auto" });
}

type Push = Awaited<ReturnType<SdkClient["nextPush"]>>;

const WHO = { name: "car-mcp-tests", version: "1.0.0" };

async function connect1(url: string, requestInit: RequestInit): Promise<SdkClient> {
  const client = new ClientOf1(WHO);
  const transport = new TransportOf1(new URL(url), { requestInit });
  const pushed = Promise.withResolvers<Push>();
  client.fallbackNotificationHandler = (push: Push) => Promise.resolve(pushed.resolve(push));
  // Its own interface writes the optional session id without `undefined`, its class with it.
  await client.connect(transport as AnyTransportOf1);
  return {
    sessionId: transport.sessionId,
    serverName: client.getServerVersion()?.name,
    listTools: async () => (await client.listTools()).tools,
    call: async (name, args = {}) => readAnswer(await client.callTool({ name, arguments: args })),
    nextPush: () => pushed.promise,
    async [Symbol.asyncDispose]() {
      await transport.terminateSession();
      await client.close();
    },
  };
}

async function connect2(
  url: string,
  { requestInit, isAuto }: { readonly requestInit: RequestInit; readonly isAuto: boolean },
): Promise<SdkClient> {
  const options = isAuto ? { versionNegotiation: { mode: "auto" as const } } : {};
  const client = new ClientOf2(WHO, options);
  const transport = new StreamableHTTPClientTransport(new URL(url), { requestInit });
  const pushed = Promise.withResolvers<Push>();
  client.fallbackNotificationHandler = (push) => Promise.resolve(pushed.resolve(push));
  await client.connect(transport);
  return {
    sessionId: transport.sessionId,
    serverName: client.getServerVersion()?.name,
    listTools: async () => (await client.listTools()).tools,
    call: async (name, args = {}) => readAnswer(await client.callTool({ name, arguments: args })),
    nextPush: () => pushed.promise,
    async [Symbol.asyncDispose]() {
      await transport.terminateSession();
      await client.close();
    },
  };
}

function readAnswer(result: Record<string, unknown>): ToolAnswer {
  // Both clients checked the result against the schema of the protocol before they gave it out.
  const { content, structuredContent, isError } = result as {
    readonly content: readonly { readonly text?: string }[];
    readonly structuredContent?: Record<string, unknown>;
    readonly isError?: boolean;
  };
  return {
    text: content[0]?.text ?? "",
    structured: structuredContent,
    isError: isError === true,
  };
}
