// A mounted server over Streamable HTTP (2025-03-26 and later, "Streamable HTTP"; 2026-07-28 without
// sessions): each message is a POST, and what comes back belongs to it. A server with a session is
// listened to beside the calls; a session that is over ends the channel, and the next one begins anew.

import type { CancelTimer, Clock } from "../base/clock.ts";
import type { Limits } from "../base/limits.ts";
import { LAST_EVENT_ID_HEADER, SESSION_ID_HEADER } from "../protocol/headers.ts";
import type {
  OutgoingMessage,
  RequestId,
  RpcNotification,
  RpcRequest,
  RpcResponse,
} from "../protocol/json_rpc.ts";
import type { MirroredArgument } from "../protocol/mirrored_arguments.ts";
import { isModernVersion } from "../protocol/revisions.ts";
import { conversationHeaders, type HttpConversation, messageHeaders } from "./_http_headers.ts";
import type { Channel, ChannelEvents } from "./channel.ts";
import {
  bytesOfBody,
  describeFetchFault,
  discard,
  errorIn,
  isEventStream,
  textWithin,
} from "../base/http_bodies.ts";
import type { UrlLaunch } from "./launch.ts";
import { readMessages } from "./read_messages.ts";
import { readSseEvents } from "../base/sse_events.ts";

/** What an endpoint is reached with. */
export interface HttpChannelOptions {
  readonly launch: UrlLaunch;
  readonly clock: Clock;
  readonly limits: Limits;
}

// How long to wait before listening again, where the server says nothing of it.
const RETRY_MS = 3_000;
const RETRY_MS_MAX = 60_000;
// Streams that end again and again without an answer.
const RESUMES_MAX = 8;
// How long the end of a session may take.
const GOODBYE_MS = 2_000;

/** Opens a channel; the endpoint is met with the first message. */
export function openHttpChannel(options: HttpChannelOptions, events: ChannelEvents): Channel {
  return new HttpChannel(options, events);
}

class HttpChannel implements Channel {
  readonly #options: HttpChannelOptions;
  readonly #events: ChannelEvents;
  readonly #running = new Map<RequestId, AbortController>();
  readonly #closed = new AbortController();
  #revision: string | undefined;
  #sessionId: string | undefined;
  #mirrored: ReadonlyMap<string, readonly MirroredArgument[]> = new Map();
  #isOver = false;
  #cancelRetry: CancelTimer | undefined;

  constructor(options: HttpChannelOptions, events: ChannelEvents) {
    this.#options = options;
    this.#events = events;
  }

  settle(revision: string): void {
    this.#revision = revision;
  }

  mirror(tools: ReadonlyMap<string, readonly MirroredArgument[]>): void {
    this.#mirrored = tools;
  }

  send(message: OutgoingMessage | RpcResponse): boolean {
    if (this.#isOver) return false;
    if ("method" in message && "id" in message) void this.#ask(message);
    else if ("method" in message) void this.#tell(message);
    else void this.#post(message, this.#closed.signal).then(discard, () => {});
    return true;
  }

  async close(): Promise<void> {
    if (this.#isOver) return;
    this.#end("It was closed");
    if (this.#sessionId === undefined) return;
    const late = new AbortController();
    const cancel = this.#options.clock.after(GOODBYE_MS, () => late.abort());
    // A server that is not there, or knows no end of sessions, needs none.
    const headers = conversationHeaders(this.#conversation);
    await this.#fetch({ method: "DELETE", headers, signal: late.signal })
      .then(discard, () => {}).finally(cancel);
  }

  #end(why: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#cancelRetry?.();
    this.#closed.abort();
    for (const running of this.#running.values()) running.abort();
    this.#running.clear();
    // Not before the caller has the channel.
    queueMicrotask(() => this.#events.onEnd(why));
  }

  async #ask(request: RpcRequest): Promise<void> {
    const abort = new AbortController();
    this.#running.set(request.id, abort);
    try {
      const response = await this.#post(request, abort.signal);
      await this.#take(request, response, abort.signal);
    } catch (thrown) {
      if (!abort.signal.aborted) {
        this.#fail({ id: request.id, message: describeFetchFault(thrown) });
      }
    } finally {
      this.#running.delete(request.id);
    }
  }

  async #tell(notification: RpcNotification): Promise<void> {
    if (notification.method === "notifications/cancelled") {
      const id = notification.params?.requestId as RequestId;
      this.#running.get(id)?.abort();
      this.#running.delete(id);
      // Without a session the end of the connection says it (2026-07-28, "Cancellation").
      if (this.#isModern) return;
    }
    try {
      const response = await this.#post(notification, this.#closed.signal);
      await discard(response);
      if (notification.method === "notifications/initialized") void this.#listen();
    } catch {
      // A notification that is lost is lost; a server that is gone shows at the next request.
    }
  }

  async #take(request: RpcRequest, response: Response, signal: AbortSignal): Promise<void> {
    const { id } = request;
    const { limits } = this.#options;
    if (request.method === "initialize") {
      this.#sessionId = response.headers.get(SESSION_ID_HEADER) ?? undefined;
    }
    if (!response.ok) return await this.#takeRefusal(id, response);
    if (isEventStream(response)) return await this.#readAnswer(id, response, signal);
    const text = await textWithin(response, limits.upstreamLineBytesMax);
    if (text === undefined) return this.#events.onGarbage({ fault: "too_long", id });
    const { events, seen } = this.#watchFor(id);
    readMessages(text, limits, events, id);
    if (!seen.isAnswered) this.#fail({ id, message: "It answered with something else" });
  }

  async #takeRefusal(id: RequestId, response: Response): Promise<void> {
    const { status } = response;
    const text = await textWithin(response, this.#options.limits.upstreamLineBytesMax) ?? "";
    if (status === 404 && this.#sessionId !== undefined) return this.#end("Its session is over");
    const error = errorIn(text);
    const { code, message = `HTTP status ${status}` } = error ?? {};
    this.#fail({ id, code, message, status });
  }

  /** Reads the stream of a request to its answer, and goes on where a stream breaks off. */
  async #readAnswer(id: RequestId, first: Response, signal: AbortSignal): Promise<void> {
    let response = first;
    let lastId: string | undefined;
    for (let resumes = 0; resumes <= RESUMES_MAX; resumes++) {
      const read = await this.#readStream(response, id);
      lastId = read.lastId ?? lastId;
      if (read.isAnswered) return;
      if (lastId === undefined || this.#isModern) break;
      await this.#wait(read.retryMs, signal);
      response = await this.#get(lastId, signal);
      if (!response.ok || !isEventStream(response)) {
        await discard(response);
        break;
      }
    }
    this.#fail({ id, message: "Its stream ended without an answer" });
  }

  async #readStream(response: Response, during: RequestId | undefined) {
    const { limits } = this.#options;
    const { events, seen } = this.#watchFor(during);
    let lastId: string | undefined;
    let retryMs = RETRY_MS;
    const body = bytesOfBody(response);
    for await (const event of readSseEvents(body, limits.upstreamLineBytesMax)) {
      if (event.kind === "retry") retryMs = Math.min(event.ms, RETRY_MS_MAX);
      else if (event.kind === "too_long") {
        events.onGarbage({ fault: "too_long", id: during });
      } else {
        lastId = event.id ?? lastId;
        if (event.data !== "") readMessages(event.data, limits, events, during);
      }
      if (seen.isAnswered) break;
    }
    return { isAnswered: seen.isAnswered, lastId, retryMs };
  }

  /** Passes on what comes, and notes when the request has its answer, be it a useless one. */
  #watchFor(id: RequestId | undefined) {
    const seen = { isAnswered: false };
    const events: Pick<ChannelEvents, "onMessage" | "onGarbage"> = {
      onMessage: (arrived, during) => {
        if (arrived.kind === "response" && arrived.message.id === id) seen.isAnswered = true;
        this.#events.onMessage(arrived, during);
      },
      onGarbage: (garbage) => {
        if (garbage.id !== undefined && garbage.id === id) seen.isAnswered = true;
        this.#events.onGarbage(garbage);
      },
    };
    return { events, seen };
  }

  /** Listens to what the server says beside its answers, again and again; never rejects. */
  async #listen(lastId?: string): Promise<void> {
    if (this.#isOver || this.#isModern) return;
    let next = lastId;
    let retryMs = RETRY_MS;
    try {
      const response = await this.#get(lastId, this.#closed.signal);
      // A server that says nothing of its own accord answers 405.
      if (response.status >= 400 && response.status < 500) return await discard(response);
      if (response.ok && isEventStream(response)) {
        const read = await this.#readStream(response, undefined);
        next = read.lastId ?? lastId;
        retryMs = read.retryMs;
      } else {
        await discard(response);
      }
    } catch {
      // It is listened to again below.
    }
    if (this.#isOver) return;
    this.#cancelRetry = this.#options.clock.after(retryMs, () => void this.#listen(next));
  }

  #post(message: OutgoingMessage | RpcResponse, signal: AbortSignal): Promise<Response> {
    const headers = messageHeaders(message, this.#conversation);
    return this.#fetch({ method: "POST", headers, body: JSON.stringify(message), signal });
  }

  #get(lastId: string | undefined, signal: AbortSignal): Promise<Response> {
    const headers = conversationHeaders(this.#conversation);
    headers.set("accept", "text/event-stream");
    if (lastId !== undefined) headers.set(LAST_EVENT_ID_HEADER, lastId);
    return this.#fetch({ headers, signal });
  }

  #fetch(init: RequestInit): Promise<Response> {
    // A redirection would carry the headers, secrets among them, to wherever it leads.
    return fetch(this.#options.launch.url, { ...init, redirect: "error" });
  }

  get #conversation(): HttpConversation {
    return {
      own: this.#options.launch.headers,
      revision: this.#revision,
      sessionId: this.#sessionId,
      mirrored: this.#mirrored,
    };
  }

  get #isModern(): boolean {
    return this.#revision !== undefined && isModernVersion(this.#revision);
  }

  #wait(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#options.clock.after(ms, resolve);
      signal.addEventListener("abort", () => {
        cancel();
        resolve();
      }, { once: true });
    });
  }

  /** Answers a request of ours in place of the server. */
  #fail({ id, message, code = -32_000, status }: Failure): void {
    const data = status === undefined ? {} : { data: { httpStatus: status } };
    const error = { code, message, ...data };
    this.#events.onMessage({ kind: "response", message: { jsonrpc: "2.0", id, error } }, id);
  }
}

interface Failure {
  readonly id: RequestId;
  readonly message: string;
  readonly code?: number | undefined;
  /** Of HTTP. */
  readonly status?: number;
}
