// The official clients with all they can be asked for: a person, a model and roots, played by the test.
// Each keeps what it was sent; both come back by themselves when a stream is cut.

import { Client as ClientOf2, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { Client as ClientOf1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as TransportOf1 } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { Transport as AnyTransportOf1 } from "@modelcontextprotocol/sdk/shared/transport.js";
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ListRootsRequestSchema,
  LoggingMessageNotificationSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { Inbox } from "./inbox.ts";

/** The clients that speak the revisions with sessions. */
export const TALKING_NAMES = ["1.32.2", "2.4.0 legacy"] as const;

/** One of them. */
export type TalkingName = (typeof TALKING_NAMES)[number];

/** How a call is made. */
export interface TalkingCallOptions {
  readonly onprogress?: (progress: { readonly progress: number }) => void;
  readonly signal?: AbortSignal;
}

/** What a server asked. */
export interface Asked {
  readonly method: string;
  readonly params?: unknown;
}

/** A log message. */
export interface Logged {
  readonly level: string;
  readonly data: unknown;
}

/** Any other notification. */
export interface Push {
  readonly method: string;
  readonly params?: unknown;
}

/** A connected client. */
export interface TalkingClient extends AsyncDisposable {
  readonly sessionId: string | undefined;
  readonly asked: Inbox<Asked>;
  readonly logs: Inbox<Logged>;
  /** Notifications of which the client knows nothing. */
  readonly pushes: Inbox<Push>;
  /** Faults that the client reports beside its calls. */
  readonly faults: Inbox<string>;
  /** Calls a tool; gives what it said, or throws. */
  call(
    name: string,
    args?: Record<string, unknown>,
    options?: TalkingCallOptions,
  ): Promise<unknown>;
  setLevel(level: "debug" | "info" | "warning"): Promise<unknown>;
  ping(): Promise<unknown>;
  /** Goes away without a word. */
  drop(): Promise<void>;
}

/** What the person behind the client does with whatever is asked. */
export type Person = (params: { readonly mode?: string | undefined }) => {
  readonly action: "accept" | "decline" | "cancel";
  readonly content?: Record<string, string>;
};

const WHO = { name: "car-mcp-tests", version: "1.0.0" };
const CAPABILITIES = {
  elicitation: { form: {}, url: {} },
  sampling: {},
  roots: { listChanged: true },
};

/** How a client comes back; the clients look at it each time. */
interface Reconnection {
  readonly initialReconnectionDelay: number;
  readonly maxReconnectionDelay: number;
  readonly reconnectionDelayGrowFactor: number;
  maxRetries: number;
}

function quickReconnection(): Reconnection {
  return {
    initialReconnectionDelay: 5,
    maxReconnectionDelay: 20,
    reconnectionDelayGrowFactor: 1.5,
    // A server that is away for long is tried again and again; every wait of a test has an end.
    maxRetries: 1_000,
  };
}

/** What the model of the client says. */
export const SAMPLED = {
  role: "assistant" as const,
  content: { type: "text" as const, text: "forty-two" },
  model: "a model of the test",
};

/** The roots of the client. */
export const ROOTS = { roots: [{ uri: "file:///work", name: "work" }] };

/** Connects a client to an endpoint. */
export function connectTalking(
  name: TalkingName,
  url: string,
  person: Person = () => ({ action: "cancel" }),
): Promise<TalkingClient> {
  return name === "1.32.2" ? connect1(url, person) : connect2(url, person);
}

// The types of this client are not found by Deno, so what its handlers get is said here.
type AskedOf1 = Asked & { readonly params: { readonly mode?: string } };

function inboxes(): Pick<TalkingClient, "asked" | "logs" | "pushes" | "faults"> {
  return { asked: new Inbox(), logs: new Inbox(), pushes: new Inbox(), faults: new Inbox() };
}

async function connect1(url: string, person: Person): Promise<TalkingClient> {
  const client = new ClientOf1(WHO, { capabilities: CAPABILITIES });
  const reconnectionOptions = quickReconnection();
  const transport = new TransportOf1(new URL(url), { reconnectionOptions });
  const boxes = inboxes();
  client.setRequestHandler(ElicitRequestSchema, (request: AskedOf1) => {
    boxes.asked.add(request);
    return person(request.params);
  });
  client.setRequestHandler(CreateMessageRequestSchema, (request: AskedOf1) => {
    boxes.asked.add(request);
    return SAMPLED;
  });
  client.setRequestHandler(ListRootsRequestSchema, (request: AskedOf1) => {
    boxes.asked.add(request);
    return ROOTS;
  });
  client.setNotificationHandler(
    LoggingMessageNotificationSchema,
    ({ params }: { params: Logged }) => {
      boxes.logs.add(params);
    },
  );
  client.fallbackNotificationHandler = (push: Push) => Promise.resolve(boxes.pushes.add(push));
  client.onerror = (fault: Error) => boxes.faults.add(fault.message);
  // Its own interface writes the optional session id without `undefined`, its class with it.
  await client.connect(transport as AnyTransportOf1);
  return {
    ...boxes,
    ...callsOf(client),
    ...endsOf(client, { url, transport, reconnectionOptions }),
  };
}

async function connect2(url: string, person: Person): Promise<TalkingClient> {
  const client = new ClientOf2(WHO, { capabilities: CAPABILITIES });
  const reconnectionOptions = quickReconnection();
  const transport = new StreamableHTTPClientTransport(new URL(url), { reconnectionOptions });
  const boxes = inboxes();
  client.setRequestHandler("elicitation/create", (request) => {
    boxes.asked.add(request);
    return person(request.params);
  });
  client.setRequestHandler("sampling/createMessage", (request) => {
    boxes.asked.add(request);
    return SAMPLED;
  });
  client.setRequestHandler("roots/list", (request) => {
    boxes.asked.add(request);
    return ROOTS;
  });
  client.setNotificationHandler("notifications/message", ({ params }) => {
    boxes.logs.add(params);
  });
  client.fallbackNotificationHandler = (push) => Promise.resolve(boxes.pushes.add(push));
  client.onerror = (fault) => boxes.faults.add(fault.message);
  await client.connect(transport);
  return {
    ...boxes,
    ...callsOf(client),
    ...endsOf(client, { url, transport, reconnectionOptions }),
  };
}

function callsOf(
  client: ClientOf1 | ClientOf2,
): Pick<TalkingClient, "call" | "setLevel" | "ping"> {
  return {
    async call(name, args = {}, options = {}) {
      const params = { name, arguments: args };
      const result = client instanceof ClientOf1
        ? await client.callTool(params, undefined, options)
        : await client.callTool(params, options);
      if (result.isError === true) throw new Error(JSON.stringify(result.content));
      return (result.structuredContent as { readonly said?: unknown } | undefined)?.said;
    },
    setLevel: (level) => client.setLoggingLevel(level),
    ping: () => client.ping(),
  };
}

interface EndParts {
  readonly url: string;
  readonly transport: TransportOf1 | StreamableHTTPClientTransport;
  readonly reconnectionOptions: Reconnection;
}

function endsOf(
  client: ClientOf1 | ClientOf2,
  { url, transport, reconnectionOptions }: EndParts,
): Pick<TalkingClient, "sessionId" | "drop" | typeof Symbol.asyncDispose> {
  const { sessionId } = transport;
  const drop = async () => {
    // The 1.32.2 client would go on trying after its end if it was just about to come back.
    reconnectionOptions.maxRetries = 0;
    await client.close();
  };
  return {
    sessionId,
    drop,
    // Not by the client's own means: the end of its streams would make it come back meanwhile.
    async [Symbol.asyncDispose]() {
      await drop();
      const headers = { "mcp-session-id": sessionId ?? "" };
      await (await fetch(url, { method: "DELETE", headers })).body?.cancel();
    },
  };
}
