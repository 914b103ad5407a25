// The headers with which a bridge repeats a stateless message for gateways (2026-07-28, "Request
// Metadata"). Which arguments of a tool are repeated stands in its schema, so the list of tools is
// read: as it passes by, or by a question of the bridge's own.

import { isJsonObject, type JsonObject, type RpcRequest } from "../protocol/json_rpc.ts";
import {
  headersOfArguments,
  type MirroredArgument,
  readMirroredArguments,
} from "../protocol/mirrored_arguments.ts";
import { headersOf } from "../protocol/mirrored_headers.ts";
import { PROTOCOL_VERSION_HEADER } from "../protocol/headers.ts";
import { claimedVersion } from "../protocol/version_claim.ts";

/** Asks the server for a call that the signal ends; gives the result, or undefined without one. */
export type AskServer = (
  request: RpcRequest,
  signal: AbortSignal,
) => Promise<JsonObject | undefined>;

// Pages of tools that a bridge reads for itself.
const PAGES_MAX = 100;

/** Writes the headers of stateless messages. */
export class ToolHeaders {
  readonly #ask: AskServer;
  #mirrored: ReadonlyMap<string, readonly MirroredArgument[]> | undefined;

  constructor(ask: AskServer) {
    this.#ask = ask;
  }

  /** The headers that go with a request. */
  async headersFor(request: RpcRequest, signal: AbortSignal): Promise<Record<string, string>> {
    const version = claimedVersion(request);
    return Object.fromEntries([
      ...(version === undefined ? [] : [[PROTOCOL_VERSION_HEADER, version]]),
      ...headersOf(request),
      ...await this.#headersOfArguments(request, signal),
    ]);
  }

  /** What was known of the tools is not true any more. */
  forget(): void {
    this.#mirrored = undefined;
  }

  async #headersOfArguments(
    request: RpcRequest,
    signal: AbortSignal,
  ): Promise<readonly (readonly [string, string])[]> {
    const { method, params } = request;
    if (method !== "tools/call" || typeof params?.name !== "string") return [];
    this.#mirrored ??= await this.#readTools(request, signal);
    return headersOfArguments(this.#mirrored.get(params.name) ?? [], params.arguments);
  }

  async #readTools(
    call: RpcRequest,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, readonly MirroredArgument[]>> {
    const mirrored = new Map<string, readonly MirroredArgument[]>();
    let cursor: unknown;
    for (let page = 0; page < PAGES_MAX; page++) {
      const params = { _meta: call.params?._meta, ...(cursor === undefined ? {} : { cursor }) };
      const id = `bridge-tools-${page}`;
      const asking: RpcRequest = { jsonrpc: "2.0", id, method: "tools/list", params };
      const result = await this.#ask(asking, signal);
      for (const tool of Array.isArray(result?.tools) ? result.tools : []) addTool(tool, mirrored);
      cursor = result?.nextCursor;
      if (cursor === undefined) break;
    }
    return mirrored;
  }
}

function addTool(tool: unknown, mirrored: Map<string, readonly MirroredArgument[]>): void {
  if (!isJsonObject(tool) || typeof tool.name !== "string") return;
  const reading = readMirroredArguments(isJsonObject(tool.inputSchema) ? tool.inputSchema : {});
  if (reading.ok) mirrored.set(tool.name, reading.mirrored);
}
