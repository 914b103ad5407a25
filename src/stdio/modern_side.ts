// Stateless requests of a bridge's client (2026-07-28): each is one POST whose stream belongs to it. The
// client cancels by a message and the server understands the end of a connection, so one becomes the
// other. A header that did not fit means that the tools have changed: they are read again, once.

import { HEADER_MISMATCH, INTERNAL_ERROR } from "../protocol/error_codes.ts";
import {
  errorResponse,
  isJsonObject,
  type JsonObject,
  type RequestId,
  type RpcRequest,
} from "../protocol/json_rpc.ts";
import { MODERN_REVISION_NAMES } from "../protocol/revisions.ts";
import type { BridgeSide } from "./side.ts";
import { ToolHeaders } from "./tool_headers.ts";

const LISTEN = "subscriptions/listen";
const DISCOVER = "server/discover";

/** The stateless half of a bridge. */
export class ModernSide {
  readonly #side: BridgeSide;
  readonly #headers: ToolHeaders;
  readonly #running = new Set<RequestId>();
  readonly #listeners = new Set<AbortController>();
  #wasUsed = false;
  #supported: unknown = MODERN_REVISION_NAMES;

  constructor(side: BridgeSide) {
    this.#side = side;
    this.#headers = new ToolHeaders((request, signal) => this.#askSilently(request, signal));
  }

  /** Whether anything but `server/discover` was asked: then the client speaks this era. */
  get wasUsed(): boolean {
    return this.#wasUsed;
  }

  /** The versions that the server named, or those we know of while it was not asked. */
  get supported(): unknown {
    return this.#supported;
  }

  /** Whether a request of that id runs here. */
  isRunning(id: RequestId): boolean {
    return this.#running.has(id);
  }

  /** Ends the requests that wait for changes. */
  endListeners(): void {
    for (const listener of this.#listeners) listener.abort();
  }

  /** Asks, and writes what comes; rejects if the server cannot be reached. */
  async ask(request: RpcRequest, text: string, signal: AbortSignal): Promise<void> {
    if (request.method !== DISCOVER) this.#wasUsed = true;
    this.#running.add(request.id);
    const ending = new AbortController();
    if (request.method === LISTEN) this.#listeners.add(ending);
    try {
      await this.#ask(request, text, AbortSignal.any([signal, ending.signal]));
    } catch (thrown) {
      // At the end of the input nobody waits for changes any more.
      if (!ending.signal.aborted) throw thrown;
    } finally {
      this.#running.delete(request.id);
      this.#listeners.delete(ending);
    }
  }

  async #ask(request: RpcRequest, text: string, signal: AbortSignal): Promise<void> {
    const { client } = this.#side;
    const post = async () =>
      await client.post(text, await this.#headers.headersFor(request, signal), signal);
    let response = await post();
    if (response.status === 400 && request.method === "tools/call") {
      const refusal = await this.#readOne(response);
      if (codeIn(refusal) !== HEADER_MISMATCH) return await this.#write(request, refusal);
      this.#headers.forget();
      response = await post();
    }
    let isAnswered = false;
    for await (const received of client.receive(response, signal)) {
      if (received.kind === "too_long") break;
      if (received.kind !== "message") continue;
      this.#watch(request, received.text);
      await this.#side.output.write(received.text);
      isAnswered ||= isResponseTo(request.id, received.text);
      if (isAnswered) break;
    }
    if (!isAnswered && !signal.aborted) await this.#write(request, undefined, response.status);
  }

  /** Learns from what passes by. */
  #watch(request: RpcRequest, text: string): void {
    if (text.includes('"notifications/tools/list_changed"')) this.#headers.forget();
    if (request.method !== DISCOVER) return;
    const { result } = parsed(text);
    if (isJsonObject(result)) this.#supported = result.supportedVersions;
  }

  #write({ id }: RpcRequest, refusal: string | undefined, status = 0): Promise<void> {
    if (refusal !== undefined) return this.#side.output.write(refusal);
    const message = `The server broke off without an answer (HTTP status ${status})`;
    const error = { code: INTERNAL_ERROR, message };
    return this.#side.output.writeMessage(errorResponse(id, error));
  }

  /** A question of the bridge's own: the client hears nothing of it. */
  async #askSilently(
    request: RpcRequest,
    signal: AbortSignal,
  ): Promise<JsonObject | undefined> {
    const headers = await this.#headers.headersFor(request, signal);
    const response = await this.#side.client.post(JSON.stringify(request), headers, signal);
    const { result } = parsed(await this.#readOne(response) ?? "");
    return isJsonObject(result) ? result : undefined;
  }

  /** The last message of an answer. */
  async #readOne(response: Response): Promise<string | undefined> {
    let last: string | undefined;
    for await (const received of this.#side.client.receive(response)) {
      if (received.kind === "message") last = received.text;
    }
    return last;
  }
}

function isResponseTo(id: RequestId, text: string): boolean {
  const message = parsed(text);
  return message.method === undefined && message.id === id;
}

function codeIn(text: string | undefined): unknown {
  const { error } = parsed(text ?? "");
  return isJsonObject(error) ? error.code : undefined;
}

function parsed(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : {};
  } catch {
    // Not a message, so there is nothing to learn from it.
    return {};
  }
}
