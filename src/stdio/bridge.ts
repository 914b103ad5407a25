// From lines to an endpoint and back (2025-11-25 and 2026-07-28, "stdio"): joins a client that started
// this process to a server that speaks HTTP, in the era in which the client speaks. Every message goes
// as it came. What cannot be delivered is answered with an error, so that no request waits for ever.

import { readBoundedLines } from "../base/bounded_lines.ts";
import { type Clock, within } from "../base/clock.ts";
import { messageOf } from "../base/errors.ts";
import type { Limits } from "../base/limits.ts";
import {
  INTERNAL_ERROR,
  INVALID_REQUEST,
  PARSE_ERROR,
  UNSUPPORTED_VERSION,
} from "../protocol/error_codes.ts";
import {
  errorResponse,
  readEnvelope,
  type RequestId,
  type RpcNotification,
  type RpcRequest,
} from "../protocol/json_rpc.ts";
import { claimsVersion } from "../protocol/version_claim.ts";
import { EndpointClient, type LocateEndpoint } from "./endpoint_client.ts";
import { LegacySide } from "./legacy_side.ts";
import type { MessageOutput } from "./message_output.ts";
import { ModernSide } from "./modern_side.ts";

/** What a bridge is composed of. */
export interface BridgeOptions {
  readonly locate: LocateEndpoint;
  /** What every request carries: the namespace, the project, a token. */
  readonly headers: Readonly<Record<string, string>>;
  readonly input: AsyncIterable<Uint8Array>;
  readonly output: MessageOutput;
  readonly limits: Limits;
  readonly clock: Clock;
  /** Takes one line for a person. */
  readonly onTrouble: (line: string) => void;
}

/** Serves one client until its input ends; then whatever runs gets its time, and all is ended. */
export async function runBridge(options: BridgeOptions): Promise<void> {
  const bridge = new Bridge(options);
  for await (const line of readBoundedLines(options.input, options.limits.bodyBytesMax)) {
    if ("text" in line) await bridge.take(line.text);
    else await bridge.refuseLine(line.fault);
  }
  await bridge.end();
}

class Bridge {
  readonly #options: BridgeOptions;
  readonly #client: EndpointClient;
  readonly #modern: ModernSide;
  readonly #legacy: LegacySide;
  /** The requests that run, by id, each with what ends it. */
  readonly #running = new Map<RequestId, AbortController>();
  readonly #work = new Set<Promise<void>>();
  #batches = 0;
  /** What is on its way and waits for no answer of the client's. */
  readonly #telling = new Set<Promise<void>>();

  constructor(options: BridgeOptions) {
    this.#options = options;
    const { locate, headers, output, clock, limits, onTrouble } = options;
    const messageBytesMax = limits.upstreamLineBytesMax;
    this.#client = new EndpointClient({ locate, headers, messageBytesMax });
    const side = { client: this.#client, output, clock, onTrouble };
    this.#modern = new ModernSide(side);
    this.#legacy = new LegacySide(side);
    this.#client.warmUp();
  }

  /** Takes one line; resolves when the next one may be read. */
  async take(text: string): Promise<void> {
    if (text.trim() === "") return;
    const parsed = parse(text);
    if (parsed === undefined) return await this.#error(null, PARSE_ERROR, "Not valid JSON");
    if (Array.isArray(parsed.value)) return await this.#takeBatch(text);
    const envelope = readEnvelope(parsed.value);
    switch (envelope.kind) {
      case "invalid":
        return await this.#options.output.writeMessage(envelope.error);
      case "response":
        return await this.#tell(this.#legacy.tell(text));
      case "notification":
        return await this.#takeNotification(envelope.message, text);
      case "request":
        return await this.#takeRequest(envelope.message, text);
    }
  }

  async refuseLine(fault: "too_long" | "not_utf8"): Promise<void> {
    if (fault === "not_utf8") return await this.#error(null, PARSE_ERROR, "Not valid UTF-8");
    const most = this.#options.limits.bodyBytesMax;
    await this.#error(null, INVALID_REQUEST, `Message too long: at most ${most} bytes`);
  }

  /** Lets what runs end within the grace time, and ends the session. */
  async end(): Promise<void> {
    const { clock, limits, output } = this.#options;
    this.#modern.endListeners();
    await within(Promise.all(this.#work).then(() => {}), limits.shutdownGraceMs, clock);
    for (const running of this.#running.values()) running.abort();
    await this.#legacy.end();
    await within(output.flush(), GOODBYE_MS, clock);
  }

  // Not awaited, and so refused where there are too many: what is in it may wait for the client.
  async #takeBatch(text: string): Promise<void> {
    const most = this.#options.limits.sessionRequestsMax;
    if (this.#batches >= most) {
      return await this.#error(null, INTERNAL_ERROR, `Too many batches in flight: at most ${most}`);
    }
    this.#batches++;
    void this.#start(this.#legacy.sendBatch(text)).finally(() => this.#batches--);
  }

  async #takeNotification(notification: RpcNotification, text: string): Promise<void> {
    const isModern = claimsVersion(notification) || !this.#legacy.isOpen;
    if (notification.method !== "notifications/cancelled") {
      // A stateless server has no use for any other.
      if (!isModern) await this.#start(this.#legacy.tell(text, notification.method));
      return;
    }
    const id = notification.params?.requestId as RequestId;
    // Over HTTP a session is told, and a stateless request is cancelled by its connection.
    if (this.#modern.isRunning(id)) this.#running.get(id)?.abort();
    else if (!isModern) await this.#tell(this.#legacy.cancel(id, text));
  }

  async #takeRequest(request: RpcRequest, text: string): Promise<void> {
    const { id } = request;
    if (this.#running.has(id)) {
      return await this.#error(id, INVALID_REQUEST, "A request with this id is in flight");
    }
    const most = this.#options.limits.sessionRequestsMax;
    if (this.#running.size >= most) {
      return await this.#error(id, INTERNAL_ERROR, `Too many requests in flight: at most ${most}`);
    }
    const abort = new AbortController();
    this.#running.set(id, abort);
    const answered = this.#serve(request, text, abort.signal)
      .catch((thrown) => this.#fail(id, thrown, abort.signal))
      .finally(() => this.#running.delete(id));
    void this.#start(answered);
    // What comes next may need what this settles.
    if (request.method === "initialize") await answered;
  }

  async #serve(request: RpcRequest, text: string, signal: AbortSignal): Promise<void> {
    if (claimsVersion(request)) return await this.#modern.ask(request, text, signal);
    if (request.method === "initialize" && this.#modern.wasUsed) {
      const message = "This process serves a stateless client";
      const { supported } = this.#modern;
      return await this.#error(request.id, UNSUPPORTED_VERSION, message, { supported });
    }
    await this.#legacy.ask(request, text, signal);
  }

  #fail(id: RequestId, thrown: unknown, signal: AbortSignal): Promise<void> {
    // Nothing answers what was cancelled.
    if (signal.aborted) return Promise.resolve();
    return this.#error(id, INTERNAL_ERROR, `The server cannot be reached: ${reasonOf(thrown)}`);
  }

  /** Starts what has no answer of its own; while too much of that is on its way nothing is read. */
  async #tell(work: Promise<void>): Promise<void> {
    const told = this.#start(work).finally(() => this.#telling.delete(told));
    this.#telling.add(told);
    const most = this.#options.limits.sessionRequestsMax;
    if (this.#telling.size >= most) await Promise.race(this.#telling);
  }

  /** Keeps count of what runs; resolves when it has ended, and never rejects. */
  #start(work: Promise<void>): Promise<void> {
    const ended = work.catch((thrown) => this.#options.onTrouble(messageOf(thrown)))
      .finally(() => this.#work.delete(ended));
    this.#work.add(ended);
    return ended;
  }

  #error(id: RequestId | null, code: number, message: string, data?: unknown): Promise<void> {
    const error = { code, message, ...(data === undefined ? {} : { data }) };
    return this.#options.output.writeMessage(errorResponse(id, error));
  }
}

// How long the last lines may take.
const GOODBYE_MS = 1_000;

function parse(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

// Deno says "fetch failed", and why (an authority that it does not know, say) in the cause.
function reasonOf(thrown: unknown): string {
  const cause = thrown instanceof TypeError ? thrown.cause : undefined;
  return messageOf(cause ?? thrown);
}
