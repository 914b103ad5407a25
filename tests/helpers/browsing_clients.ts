// The official clients as they browse: lists, resources, prompts, completion, and what they are told of
// changes. A legacy client subscribes, one that found out that the server is stateless listens.

import { Client as ClientOf2, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { Client as ClientOf1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as TransportOf1 } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { Transport as AnyTransportOf1 } from "@modelcontextprotocol/sdk/shared/transport.js";
import { Inbox } from "./inbox.ts";
import type { SdkName } from "./sdk_clients.ts";

/** What is completed: a prompt's argument or a template's variable. */
export type CompletionRef =
  | { readonly type: "ref/prompt"; readonly name: string }
  | { readonly type: "ref/resource"; readonly uri: string };

/** A connected client that browses. */
export interface BrowsingClient extends AsyncDisposable {
  /** The URIs of all resources, page by page. */
  resources(): Promise<readonly string[]>;
  templates(): Promise<readonly string[]>;
  /** The text of a resource. */
  read(uri: string): Promise<string>;
  prompts(): Promise<readonly string[]>;
  /** The text of a prompt's only message. */
  prompt(name: string, args: Record<string, string>): Promise<string>;
  complete(ref: CompletionRef, name: string, value: string): Promise<readonly string[]>;
  call(name: string, args: Record<string, unknown>): Promise<void>;
  /** Has itself told of a resource and of the list of resources. */
  watch(uri: string): Promise<void>;
  /** Methods of lists that changed, and URIs of resources. */
  readonly told: Inbox<string>;
}

const WHO = { name: "car-mcp-tests", version: "1.0.0" };

/** Connects a client to an endpoint. */
export async function connectBrowsing(name: SdkName, url: string): Promise<BrowsingClient> {
  const told = new Inbox<string>();
  const hear = ({ method, params }: { readonly method: string; readonly params?: unknown }) => {
    // Both clients checked the notification against the schema of the protocol.
    const { uri } = (params ?? {}) as { readonly uri?: string };
    return Promise.resolve(told.add(uri ?? method));
  };
  if (name === "1.32.2") {
    const client = new ClientOf1(WHO);
    client.fallbackNotificationHandler = hear;
    const transport = new TransportOf1(new URL(url));
    // Its own interface writes the optional session id without `undefined`, its class with it.
    await client.connect(transport as AnyTransportOf1);
    return browsing(client, {
      told,
      watch: (uri) => client.subscribeResource({ uri }),
      end: () => transport.terminateSession(),
    });
  }
  const isAuto = name === "2.4.0 auto";
  const client = new ClientOf2(
    WHO,
    isAuto ? { versionNegotiation: { mode: "auto" as const } } : {},
  );
  client.fallbackNotificationHandler = hear;
  const transport = new StreamableHTTPClientTransport(new URL(url));
  await client.connect(transport);
  const filter = (uri: string) => ({ resourceSubscriptions: [uri], resourcesListChanged: true });
  return browsing(client, {
    told,
    watch: (uri) => isAuto ? client.listen(filter(uri)) : client.subscribeResource({ uri }),
    end: () => transport.terminateSession(),
  });
}

interface Ways {
  readonly told: Inbox<string>;
  readonly watch: (uri: string) => Promise<unknown>;
  readonly end: () => Promise<void>;
}

function browsing(client: ClientOf1 | ClientOf2, { told, watch, end }: Ways): BrowsingClient {
  return {
    told,
    async resources() {
      const uris: string[] = [];
      let cursor: string | undefined;
      do {
        // Without any parameter the 2.4.0 client would go through the pages by itself.
        const page = await client.listResources(cursor === undefined ? { _meta: {} } : { cursor });
        uris.push(...page.resources.map(({ uri }: { uri: string }) => uri));
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      return uris;
    },
    templates: async () =>
      (await client.listResourceTemplates()).resourceTemplates
        .map(({ uriTemplate }: { uriTemplate: string }) => uriTemplate),
    async read(uri) {
      const { contents } = await client.readResource({ uri });
      return (contents[0] as { readonly text: string }).text;
    },
    prompts: async () =>
      (await client.listPrompts()).prompts.map(({ name }: { name: string }) => name),
    async prompt(name, args) {
      const { messages } = await client.getPrompt({ name, arguments: args });
      return (messages[0]?.content as { readonly text: string }).text;
    },
    async complete(ref, name, value) {
      return (await client.complete({ ref, argument: { name, value } })).completion.values;
    },
    async call(name, args) {
      const { isError, content } = await client.callTool({ name, arguments: args });
      if (isError === true) throw new Error(JSON.stringify(content));
    },
    watch: async (uri) => void await watch(uri),
    async [Symbol.asyncDispose]() {
      await end();
      await client.close();
    },
  };
}
