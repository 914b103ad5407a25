// The session of a bridge's client (2025-03-26 to 2025-11-25): opened by its `initialize`, listened to
// from its `initialized` on, resumed where a connection breaks off, and opened anew without its knowing
// when the server has forgotten it. What ran in a session that is gone is answered with an error.

import { INTERNAL_ERROR } from "../protocol/error_codes.ts";
import {
  LAST_EVENT_ID_HEADER,
  PROTOCOL_VERSION_HEADER,
  SESSION_ID_HEADER,
} from "../protocol/headers.ts";
import {
  errorResponse,
  isJsonObject,
  type RequestId,
  type RpcRequest,
} from "../protocol/json_rpc.ts";
import type { BridgeSide } from "./side.ts";

// Where the server does not say how long to wait.
const RETRY_MS = 1_000;
const RETRY_MS_MAX = 30_000;
// How long the server may take to end the session.
const GOODBYE_MS = 1_000;
// Streams of one request that end again and again without its answer.
const RESUMES_MAX = 32;

interface OpenSession {
  readonly id: string | undefined;
  readonly version: string | undefined;
}

/** How a stream was read. */
interface StreamReading {
  readonly isAnswered: boolean;
  readonly lastEventId: string | undefined;
  readonly retryMs: number;
}

/** The half of a bridge with a session. */
export class LegacySide {
  readonly #side: BridgeSide;
  readonly #ended = new AbortController();
  #session: OpenSession | undefined;
  /** The client's own opening, to be said again to a server that has forgotten it. */
  #initialize: string | undefined;
  #initialized: string | undefined;
  #reopening: Promise<boolean> | undefined;
  #isListening = false;
  readonly #running = new Set<RequestId>();
  readonly #cancelled = new Set<RequestId>();

  constructor(side: BridgeSide) {
    this.#side = side;
  }

  /** Whether the client has opened a session. */
  get isOpen(): boolean {
    return this.#session !== undefined;
  }

  /** Asks, and writes what comes up to the answer; rejects if the server cannot be reached. */
  async ask(request: RpcRequest, text: string, signal: AbortSignal): Promise<void> {
    if (request.method === "initialize") {
      return await this.#open(request, text, await this.#post(text, signal));
    }
    this.#running.add(request.id);
    try {
      const response = await this.#post(text, signal);
      const isAnswered = await this.#relay(response, request, signal);
      if (isAnswered || this.#cancelled.has(request.id) || signal.aborted) return;
      const message = `The server broke off without an answer (HTTP status ${response.status})`;
      const error = { code: INTERNAL_ERROR, message };
      await this.#side.output.writeMessage(errorResponse(request.id, error));
    } finally {
      this.#running.delete(request.id);
      this.#cancelled.delete(request.id);
    }
  }

  /** Tells the server that the client does not wait any more; the request has no answer then. */
  async cancel(id: RequestId, text: string): Promise<void> {
    if (this.#running.has(id)) this.#cancelled.add(id);
    await this.tell(text);
  }

  /** Sends a batch; its answers are written as they come. */
  async sendBatch(text: string): Promise<void> {
    await this.#relay(await this.#post(text, this.#ended.signal), undefined, this.#ended.signal);
  }

  /** Sends what has no answer. */
  async tell(text: string, method?: string): Promise<void> {
    const response = await this.#post(text, this.#ended.signal);
    await response.body?.cancel();
    if (method !== "notifications/initialized") return;
    this.#initialized = text;
    this.#listen();
  }

  /** Ends the session; what runs in it was ended before. */
  async end(): Promise<void> {
    this.#ended.abort();
    if (this.#session?.id === undefined) return;
    const late = new AbortController();
    const cancel = this.#side.clock.after(GOODBYE_MS, () => late.abort());
    // A server that is gone, or knows no end of sessions, needs none.
    await this.#side.client.delete(this.#headers(), late.signal).catch(() => {}).finally(cancel);
  }

  async #open(request: RpcRequest, text: string, response: Response): Promise<void> {
    let answer: string | undefined;
    for await (const received of this.#side.client.receive(response)) {
      if (received.kind === "message") answer = received.text;
    }
    if (answer === undefined) {
      const error = { code: INTERNAL_ERROR, message: `HTTP status ${response.status}` };
      return await this.#side.output.writeMessage(errorResponse(request.id, error));
    }
    const version = versionIn(answer);
    if (version !== undefined) {
      this.#session = { id: response.headers.get(SESSION_ID_HEADER) ?? undefined, version };
      this.#initialize = text;
    }
    await this.#side.output.write(answer);
  }

  /** Posts, and once more in a session that was opened anew where the server knows this one no more. */
  async #post(text: string, signal: AbortSignal): Promise<Response> {
    const session = this.#session;
    const response = await this.#side.client.post(text, this.#headers(), signal);
    if (response.status !== 404 || session?.id === undefined) return response;
    if (!await this.#reopen(session)) return response;
    await response.body?.cancel();
    return await this.#side.client.post(text, this.#headers(), signal);
  }

  /** Opens the session anew, unless that was done meanwhile; false if it cannot be. */
  #reopen(lost: OpenSession): Promise<boolean> {
    if (this.#session !== lost) return Promise.resolve(true);
    this.#reopening ??= this.#openAnew().finally(() => this.#reopening = undefined);
    return this.#reopening;
  }

  async #openAnew(): Promise<boolean> {
    const { client, onTrouble } = this.#side;
    if (this.#initialize === undefined) return false;
    const response = await client.post(this.#initialize, {}, this.#ended.signal);
    let version: string | undefined;
    for await (const received of client.receive(response)) {
      if (received.kind === "message") version = versionIn(received.text);
    }
    const id = response.headers.get(SESSION_ID_HEADER) ?? undefined;
    // A server that speaks another revision now cannot take the place of the old one unnoticed.
    if (version === undefined || version !== this.#session?.version) {
      onTrouble("The server was started anew and does not take this session again");
      return false;
    }
    this.#session = { id, version };
    if (this.#initialized === undefined) return true;
    const told = await client.post(this.#initialized, this.#headers(), this.#ended.signal);
    await told.body?.cancel();
    this.#listen();
    return true;
  }

  /** Writes what comes up to the answer; resumes where the stream breaks off before it. */
  async #relay(
    first: Response,
    request: RpcRequest | undefined,
    signal: AbortSignal,
  ): Promise<boolean> {
    let response = first;
    let lastEventId: string | undefined;
    for (let resumes = 0; resumes <= RESUMES_MAX; resumes++) {
      const read = await this.#read(response, request, signal);
      lastEventId = read.lastEventId ?? lastEventId;
      if (read.isAnswered || lastEventId === undefined || signal.aborted) return read.isAnswered;
      await this.#wait(read.retryMs, signal);
      const headers = { ...this.#headers(), [LAST_EVENT_ID_HEADER]: lastEventId };
      response = await this.#side.client.get(headers, signal);
      if (!response.ok) {
        await response.body?.cancel();
        return false;
      }
    }
    return false;
  }

  async #read(
    response: Response,
    request: RpcRequest | undefined,
    signal: AbortSignal,
  ): Promise<StreamReading> {
    let isAnswered = false;
    let lastEventId: string | undefined;
    let retryMs = RETRY_MS;
    try {
      for await (const received of this.#side.client.receive(response, signal)) {
        if (received.kind === "retry") retryMs = received.ms;
        if (received.kind === "mark") lastEventId = received.eventId;
        if (received.kind !== "message") continue;
        lastEventId = received.eventId ?? lastEventId;
        await this.#side.output.write(received.text);
        isAnswered ||= request === undefined ? false : answers(request, received.text);
        if (isAnswered) break;
      }
    } catch (thrown) {
      // A stream that breaks off is resumed where it can be.
      if (lastEventId === undefined) throw thrown;
    }
    return { isAnswered, lastEventId, retryMs };
  }

  #listen(): void {
    if (this.#isListening) return;
    this.#isListening = true;
    void this.#listenOn().finally(() => this.#isListening = false);
  }

  /** Writes what the server says of its own accord, until there is no such stream any more. */
  async #listenOn(): Promise<void> {
    let lastEventId: string | undefined;
    let session = this.#session;
    let waitMs = RETRY_MS;
    while (!this.#ended.signal.aborted) {
      const resume = lastEventId === undefined ? {} : { [LAST_EVENT_ID_HEADER]: lastEventId };
      try {
        const response = await this.#side.client
          .get({ ...this.#headers(), ...resume }, this.#ended.signal, { mayStart: false });
        if (response.ok) {
          const read = await this.#read(response, undefined, this.#ended.signal);
          lastEventId = read.lastEventId ?? lastEventId;
          waitMs = read.retryMs;
        } else {
          await response.body?.cancel();
          waitMs = Math.min(waitMs * 2, RETRY_MS_MAX);
          // There is none, or what was missed is lost: from now on is better than not at all.
          if (response.status === 405) return;
          if (response.status === 404 && (session === undefined || !await this.#reopen(session))) {
            return;
          }
          lastEventId = undefined;
        }
      } catch {
        // The server is gone; it is looked for again, more and more seldom.
        waitMs = Math.min(waitMs * 2, RETRY_MS_MAX);
      }
      if (this.#session !== session) lastEventId = undefined;
      session = this.#session;
      await this.#wait(waitMs, this.#ended.signal);
    }
  }

  #headers(): Record<string, string> {
    const { id, version } = this.#session ?? {};
    return {
      ...(id === undefined ? {} : { [SESSION_ID_HEADER]: id }),
      // The oldest revision knows no such header, and a server may take its name for a mistake.
      ...(version === undefined ? {} : { [PROTOCOL_VERSION_HEADER]: version }),
    };
  }

  #wait(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        cancel();
        signal.removeEventListener("abort", done);
        resolve();
      };
      const cancel = this.#side.clock.after(Math.min(ms, RETRY_MS_MAX), done);
      signal.addEventListener("abort", done, { once: true });
      if (signal.aborted) done();
    });
  }
}

function versionIn(text: string): string | undefined {
  const result = parsed(text)?.result;
  const version = isJsonObject(result) ? result.protocolVersion : undefined;
  return typeof version === "string" ? version : undefined;
}

function answers({ id }: RpcRequest, text: string): boolean {
  const message = parsed(text);
  return message !== undefined && message.method === undefined && message.id === id;
}

function parsed(text: string) {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    // Not a message.
    return undefined;
  }
}
