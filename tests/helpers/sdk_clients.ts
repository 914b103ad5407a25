// The official clients, each behind the few calls that the tests make: the 1.32.2 client, and the 2.4.0
// client as it is by default (`legacy`) and when it finds out for itself what the server speaks (`auto`).

import { Client as ClientOf2, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { Client as ClientOf1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as TransportOf1 } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { Transport as AnyTransportOf1 } from "@modelcontextprotocol/sdk/shared/transport.js";
import { given } from "../../src/base/given.ts";
import { type SignIn, signingIn } from "./sdk_sign_in.ts";

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

/** How a client says who it is; by default it does not. */
export interface ConnectOptions {
  /** Sent with every request. */
  readonly token?: string;
  /** Signs in at the identity provider to which the server sends it. */
  readonly signIn?: SignIn;
}

/** Connects a client to an endpoint. */
export function connectSdk(
  name: SdkName,
  url: string,
  options: ConnectOptions = {},
): Promise<SdkClient> {
  return name === "1.32.2" ? connect1(url, options) : connect2(url, name === "2.4.0 auto", options);
}

type Push = Awaited<ReturnType<SdkClient["nextPush"]>>;

const WHO = { name: "car-mcp-tests", version: "1.0.0" };

async function connect1(url: string, { token, signIn }: ConnectOptions): Promise<SdkClient> {
  const pushed = Promise.withResolvers<Push>();
  const create = () => {
    const client = new ClientOf1(WHO);
    client.fallbackNotificationHandler = (push: Push) => Promise.resolve(pushed.resolve(push));
    const transport = new TransportOf1(new URL(url), {
      requestInit: requestInitOf(token),
      ...given("authProvider", signIn),
    });
    return { client, transport };
  };
  let { client, transport } = create();
  const finish = async (back: URLSearchParams) => {
    await transport.finishAuth(back.get("code") ?? "");
  };
  // Its own interface writes the optional session id without `undefined`, its class with it.
  const connect = () => client.connect(transport as AnyTransportOf1);
  await signingIn(signIn, connect, async (back) => {
    await finish(back);
    // A client that failed to connect cannot try again.
    ({ client, transport } = create());
  });
  return {
    sessionId: transport.sessionId,
    serverName: client.getServerVersion()?.name,
    listTools: async () => (await client.listTools()).tools,
    call: async (name, args = {}) =>
      readAnswer(
        await signingIn(signIn, () => client.callTool({ name, arguments: args }), finish),
      ),
    nextPush: () => pushed.promise,
    async [Symbol.asyncDispose]() {
      await transport.terminateSession();
      await client.close();
    },
  };
}

async function connect2(
  url: string,
  isAuto: boolean,
  { token, signIn }: ConnectOptions,
): Promise<SdkClient> {
  const pushed = Promise.withResolvers<Push>();
  const create = () => {
    const negotiation = isAuto ? { versionNegotiation: { mode: "auto" as const } } : {};
    const client = new ClientOf2(WHO, negotiation);
    client.fallbackNotificationHandler = (push) => Promise.resolve(pushed.resolve(push));
    const transport = new StreamableHTTPClientTransport(new URL(url), {
      requestInit: requestInitOf(token),
      ...given("authProvider", signIn),
    });
    return { client, transport };
  };
  let { client, transport } = create();
  const finish = (back: URLSearchParams) => transport.finishAuth(back);
  await signingIn(signIn, () => client.connect(transport), async (back) => {
    await finish(back);
    ({ client, transport } = create());
  });
  return {
    sessionId: transport.sessionId,
    serverName: client.getServerVersion()?.name,
    listTools: async () => (await client.listTools()).tools,
    call: async (name, args = {}) =>
      readAnswer(
        await signingIn(signIn, () => client.callTool({ name, arguments: args }), finish),
      ),
    nextPush: () => pushed.promise,
    async [Symbol.asyncDispose]() {
      await transport.terminateSession();
      await client.close();
    },
  };
}

function requestInitOf(token: string | undefined): RequestInit {
  return token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } };
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
