// A stateless client as tests need it: requests that say for themselves what they are, and the headers
// that repeat it. Every part can be replaced, so that a test breaks one thing at a time.

import assert from "node:assert/strict";
import { SseReader } from "./sse_reader.ts";
import type { TestApp } from "./test_app.ts";

/** The revision the requests are written in. */
export const MODERN = "2026-07-28";
const PREFIX = "io.modelcontextprotocol/";

/** What a request says about itself, and what it asks for. */
export interface ModernRequestOptions {
  readonly id?: string | number;
  readonly version?: string;
  readonly capabilities?: unknown;
  readonly logLevel?: string;
  readonly progressToken?: string | number;
  /** Headers over the usual ones; null takes one away. */
  readonly headers?: Readonly<Record<string, string | null>>;
  /** More members of `_meta`, under their whole names; undefined takes one away. */
  readonly meta?: Readonly<Record<string, unknown>>;
}

/** A body and its headers. */
export interface ModernRequest {
  readonly body: Record<string, unknown>;
  readonly headers: Record<string, string | null>;
}

/** Writes a request with the headers that fit it. */
export function modernRequest(
  method: string,
  params: Readonly<Record<string, unknown>> = {},
  options: ModernRequestOptions = {},
): ModernRequest {
  const { id = 1, version = MODERN, capabilities = {}, logLevel, progressToken } = options;
  const meta: Record<string, unknown> = {
    [`${PREFIX}protocolVersion`]: version,
    [`${PREFIX}clientCapabilities`]: capabilities,
    [`${PREFIX}clientInfo`]: { name: "test", version: "1.0.0" },
    ...(logLevel !== undefined && { [`${PREFIX}logLevel`]: logLevel }),
    ...(progressToken !== undefined && { progressToken }),
    ...options.meta,
  };
  const name = params["name"] ?? params["uri"] ?? params["taskId"];
  return {
    body: { jsonrpc: "2.0", id, method, params: { ...params, _meta: meta } },
    headers: {
      accept: "application/json, text/event-stream",
      "mcp-protocol-version": version,
      "mcp-method": method,
      ...(typeof name === "string" && { "mcp-name": name }),
      ...options.headers,
    },
  };
}

/** Sends such a request. */
export function postModern(
  server: Pick<TestApp, "post">,
  method: string,
  params?: Readonly<Record<string, unknown>>,
  options?: ModernRequestOptions,
): Promise<Response> {
  const { body, headers } = modernRequest(method, params, options);
  return server.post(body, headers);
}

/** A message of an answer. */
// deno-lint-ignore no-explicit-any
export type Message = any;

/** All messages of an answer, the response last, whichever form it has. */
export async function messagesOf(response: Response): Promise<Message[]> {
  if (response.headers.get("content-type") === "application/json") return [await response.json()];
  if (response.headers.get("content-type") !== "text/event-stream") {
    assert.fail(`No messages came with status ${response.status}: ${await response.text()}`);
  }
  return await new SseReader(response).rest();
}

/** The response of an answer, in either form. */
export async function responseOf(response: Response): Promise<Message> {
  return (await messagesOf(response)).at(-1);
}
