// A whole server in a temporary home, called through `fetch` without a socket, and the requests that
// tests make of it.

import assert from "node:assert/strict";
import { type App, start } from "../../src/app.ts";
import type { Clock } from "../../src/base/clock.ts";
import { loadConfig } from "../../src/config/config.ts";
import type { SessionStore } from "../../src/session/ports.ts";
import type { Tool } from "../../src/tools/definition.ts";
import type { Prompt } from "../../src/tools/prompt.ts";
import type { ResourceProvider } from "../../src/tools/resource_provider.ts";
import type { PromptSource, ToolSource } from "../../src/tools/source.ts";
import { tempHome } from "./temp_home.ts";

/** What a test may change about the server. */
export interface TestAppOptions {
  /** Configuration by environment variable. */
  readonly environment?: Record<string, string>;
  readonly clock?: Clock;
  /** Whether callers have to show who they are, as the configuration says. */
  readonly authenticates?: boolean;
  readonly tools?: readonly Tool[];
  readonly toolSources?: readonly ToolSource[];
  readonly resources?: readonly ResourceProvider[];
  readonly prompts?: readonly Prompt[];
  readonly promptSources?: readonly PromptSource[];
  /** Keeps the sessions, as over a restart. */
  readonly sessionStore?: SessionStore;
  readonly writeLog?: (line: string) => void;
}

/** A server for one test. */
export interface TestApp extends AsyncDisposable {
  readonly app: App;
  readonly home: string;
  /** Sends a body with these headers over the usual ones; null takes a header away. */
  post(body: unknown, headers?: Record<string, string | null>): Promise<Response>;
  /** Any request to the endpoint. */
  send(method: string, headers?: Record<string, string>, path?: string): Promise<Response>;
  /** Opens a session and says initialized. */
  open(protocolVersion?: string): Promise<TestSession>;
}

/** An open session. */
export interface TestSession {
  readonly id: string;
  post(body: unknown, headers?: Record<string, string | null>): Promise<Response>;
}

/** Starts a server without a socket; `await using` stops it and removes its home. */
export async function testApp(options: TestAppOptions = {}): Promise<TestApp> {
  const { environment = {}, ...rest } = options;
  const home = tempHome();
  const config = loadConfig({ environment: { CAR_HOME: home.path, ...environment } });
  const app = await start({ config, isDaemon: false, ...rest });
  return {
    ...clientOf((request) => app.fetch(request), app.url),
    app,
    home: home.path,
    async [Symbol.asyncDispose]() {
      await app.stop();
      home[Symbol.dispose]();
    },
  };
}

/** The calls of a test against any server that answers requests. */
export function clientOf(
  fetch: (request: Request) => Promise<Response>,
  url: string,
): Pick<TestApp, "post" | "send" | "open"> {
  const post = (body: unknown, headers: Record<string, string | null> = {}) => {
    const all = new Headers({ "content-type": "application/json" });
    for (const [name, value] of Object.entries(headers)) {
      if (value === null) all.delete(name);
      else all.set(name, value);
    }
    const bytes = bytesOf(body);
    const request = new Request(url, { method: "POST", headers: all, body: bytes });
    // A body of bytes gets no content type of its own; a missing one stays missing.
    return fetch(request);
  };
  return {
    post,
    send: (method, headers, path = "/mcp") =>
      fetch(new Request(new URL(path, url), { method, headers: headers ?? {} })),
    async open(protocolVersion = "2025-11-25") {
      const response = await post(initializeRequest(protocolVersion));
      const id = response.headers.get("mcp-session-id");
      await response.body?.cancel();
      assert.ok(id);
      const session = {
        id,
        post: (body: unknown, headers: Record<string, string | null> = {}) =>
          post(body, { "mcp-session-id": id, ...headers }),
      };
      const accepted = await session.post(notification("notifications/initialized"));
      assert.equal(accepted.status, 202);
      await accepted.body?.cancel();
      return session;
    },
  };
}

/** An `initialize` as a client sends it. */
export function initializeRequest(protocolVersion: string): Record<string, unknown> {
  return rpc("initialize", {
    protocolVersion,
    capabilities: {},
    clientInfo: { name: "test", version: "1.0.0" },
  }, "open");
}

/** A request. */
export function rpc(
  method: string,
  params?: Record<string, unknown>,
  id: string | number = 1,
): Record<string, unknown> {
  return { jsonrpc: "2.0", id, method, ...(params && { params }) };
}

/** A notification. */
export function notification(
  method: string,
  params?: Record<string, unknown>,
): Record<string, unknown> {
  return { jsonrpc: "2.0", method, ...(params && { params }) };
}

/** A call of a tool. */
export function call(
  name: string,
  args: Record<string, unknown> = {},
  id: string | number = 1,
): Record<string, unknown> {
  return rpc("tools/call", { name, arguments: args }, id);
}

/** Checks the status and the code of an error answer; gives its body. */
export async function assertRpcError(
  response: Response,
  status: number,
  code: number,
): Promise<{ id: unknown; error: { code: number; message: string; data?: unknown } }> {
  const body = await response.json();
  assert.equal(response.status, status, JSON.stringify(body));
  assert.equal(body.error?.code, code, JSON.stringify(body));
  return body;
}

/** The result of an answer that must be one. */
// deno-lint-ignore no-explicit-any
export async function resultOf(response: Response): Promise<any> {
  const body = await response.json();
  assert.equal(response.status, 200, JSON.stringify(body));
  assert.ok("result" in body, JSON.stringify(body));
  return body.result;
}

function bytesOf(body: unknown): Uint8Array<ArrayBuffer> {
  if (body instanceof Uint8Array) return new Uint8Array(body);
  return new TextEncoder().encode(typeof body === "string" ? body : JSON.stringify(body));
}
