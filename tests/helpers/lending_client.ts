// A client that lends tools, message by message, and a server that takes them.

import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import type { CallToolResult } from "../../src/protocol/tools.ts";
import { SseReader } from "./sse_reader.ts";
import {
  call,
  initializeRequest,
  notification,
  resultOf,
  rpc,
  type TestApp,
  testApp,
  type TestAppOptions,
} from "./test_app.ts";
import type { ToolResult } from "./use_tool.ts";

/** A tool as a client declares it. */
export interface DeclaredTool {
  readonly name: string;
  readonly description?: string;
  readonly inputSchema?: unknown;
  readonly [member: string]: unknown;
}

/** A call as it arrives at the client. */
export interface ArrivedCall {
  readonly id: number;
  readonly method: string;
  readonly params: {
    readonly name: string;
    readonly arguments: unknown;
    readonly _meta?: { readonly progressToken?: number };
  };
}

/** A client that lends tools. */
export interface LendingClient {
  readonly id: string;
  /** The names under which its tools are listed, as the server told it. */
  readonly names: Readonly<Record<string, string>>;
  post(body: unknown): Promise<Response>;
  /** Opens its stream; `after` resumes behind that event. */
  listen(after?: string): Promise<SseReader>;
  /** Answers a call. */
  answer(call: { readonly id: number }, result: unknown): Promise<void>;
  /** Ends its session. */
  leave(): Promise<void>;
}

/** A tool that a test declares. */
export function declared(name: string, more: Record<string, unknown> = {}): DeclaredTool {
  return { name, description: `Does ${name}`, inputSchema: { type: "object" }, ...more };
}

/** A server that takes tools of clients. */
export function lendingApp(options: TestAppOptions = {}): Promise<TestApp> {
  const environment = { CAR_CLIENT_TOOLS_ENABLED: "true", ...options.environment };
  return testApp({ ...options, environment });
}

/** The answer to an `initialize` of a client of that name that declares `tools` as they are. */
export function greet(
  server: Pick<TestApp, "post">,
  tools: unknown,
  name?: string,
): Promise<Response> {
  const initialize = initializeRequest("2025-11-25");
  Object.assign(initialize.params as object, {
    capabilities: { experimental: { "car/clientTools": { tools } } },
    clientInfo: name === undefined ? undefined : { name, version: "1.0" },
  });
  return server.post(initialize);
}

/** Opens the session of a client of that name that lends these tools. */
export async function openLender(
  server: TestApp,
  tools: readonly DeclaredTool[],
  name: string | undefined = "ide",
): Promise<LendingClient> {
  const greeted = await greet(server, tools, name);
  const id = greeted.headers.get("mcp-session-id") ?? "";
  const { capabilities } = await resultOf(greeted);
  const client = lenderOf(server, id, capabilities.experimental?.["car/clientTools"].names ?? {});
  await client.post(notification("notifications/initialized"));
  return client;
}

/** The client of a session that is there already. */
export function lenderOf(
  server: TestApp,
  id: string,
  names: LendingClient["names"] = {},
): LendingClient {
  const session = { "mcp-session-id": id };
  const post = (body: unknown) => server.post(body, session);
  return {
    id,
    names,
    post,
    async listen(after) {
      const resumed = after === undefined ? {} : { "last-event-id": after };
      const response = await server.send("GET", {
        ...session,
        ...resumed,
        accept: "text/event-stream",
      });
      assert.equal(response.status, 200);
      return new SseReader(response);
    },
    async answer({ id }, result) {
      const taken = await post({ jsonrpc: "2.0", id, result });
      assert.equal(taken.status, 202);
      await taken.body?.cancel();
    },
    async leave() {
      const ended = await server.send("DELETE", session);
      assert.equal(ended.status, 200);
      await ended.body?.cancel();
    },
  };
}

/** The next call on the stream of a client; skips what tells of changes. */
export async function nextCall(stream: SseReader): Promise<ArrivedCall> {
  let message = await stream.next();
  while (message?.method?.endsWith("/list_changed")) message = await stream.next();
  assert.equal(message?.method, "tools/call", JSON.stringify(message));
  return message;
}

/** The lent tools that a caller sees, as they are listed. */
export async function lentTo(
  post: (body: unknown) => Promise<Response>,
): Promise<readonly ToolResult[]> {
  const { tools } = await resultOf(await post(rpc("tools/list")));
  return tools.filter(({ name }: ToolResult) => name.startsWith("client_"));
}

/** Their names. */
export async function lentNames(
  post: (body: unknown) => Promise<Response>,
): Promise<readonly string[]> {
  return (await lentTo(post)).map(({ name }) => name);
}

/** Waits until so many streams are open: a client's end is seen a moment later. */
export async function streamsAre({ app }: TestApp, open: number): Promise<void> {
  while (app.activity().streams !== open) await setImmediate();
}

/** A client that lends `open` and listens, and a session that calls. */
export async function lending(options: TestAppOptions = {}) {
  const server = await lendingApp(options);
  const owner = await openLender(server, [declared("open")]);
  const stream = await owner.listen();
  const caller = await server.open();
  const callOpen = (args: Record<string, unknown> = {}, id: string | number = 1) =>
    caller.post(call("client_ide_open", args, id));
  return {
    server,
    owner,
    stream,
    caller,
    callOpen,
    async [Symbol.asyncDispose]() {
      await stream.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** Posted responses that answered nothing. */
export async function strays(server: TestApp): Promise<number> {
  const text = await (await server.send("GET", {}, "/metrics")).text();
  return Number(/^car_stray_responses_total (\d+)$/m.exec(text)?.[1]);
}

/** A result with that text. */
export function said(text: string): CallToolResult {
  return { content: [{ type: "text", text }] };
}
