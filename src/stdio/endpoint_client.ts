// The endpoint of a daemon as a bridge uses it: one message is one POST, and what comes back are
// messages as text. Where the endpoint is may change between two messages, when a daemon is started
// anew; a connection that was refused carried nothing, so its message is sent again to the new one.

import { bytesOfBody, isEventStream, textWithin } from "../base/http_bodies.ts";
import { readSseEvents } from "../base/sse_events.ts";

/** Sends a request; `fetch()`, or a server in this process. */
export type SendRequest = (request: Request) => Promise<Response>;

/** Where messages go now. */
export interface EndpointAddress {
  readonly url: string;
  readonly send: SendRequest;
  /** What lets the bridge in there, and is sent nowhere else. */
  readonly headers?: Readonly<Record<string, string>>;
  /** False once it is certain that nobody is there any more; without it, a request finds out. */
  readonly isThere?: () => boolean;
}

/** How an endpoint is looked for. */
export interface LocateOptions {
  /** Whether a daemon is started where none runs. Who only listens does not wake one up. */
  readonly mayStart: boolean;
}

/** Finds the endpoint; rejects with CarError where there is none. */
export type LocateEndpoint = (options: LocateOptions) => Promise<EndpointAddress>;

/** Options of EndpointClient. */
export interface EndpointClientOptions {
  readonly locate: LocateEndpoint;
  /** What every request carries. */
  readonly headers: Readonly<Record<string, string>>;
  /** The longest message that is taken. */
  readonly messageBytesMax: number;
}

/** One thing that came on a stream. */
export type Received =
  | { readonly kind: "message"; readonly text: string; readonly eventId: string | undefined }
  /** An event that only has an id. */
  | { readonly kind: "mark"; readonly eventId: string }
  | { readonly kind: "retry"; readonly ms: number }
  | { readonly kind: "too_long" };

const STARTING: LocateOptions = { mayStart: true };
const ACCEPT = "application/json, text/event-stream";

/** Sends messages to the endpoint. */
export class EndpointClient {
  readonly #options: EndpointClientOptions;
  #address: Promise<EndpointAddress> | undefined;

  constructor(options: EndpointClientOptions) {
    this.#options = options;
  }

  /** Looks for the endpoint ahead of the first message; what fails shows with that. */
  warmUp(): void {
    this.#locate(STARTING).catch(() => {});
  }

  /** Posts a message; rejects with what `locate` or the connection threw. */
  post(
    body: string,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Response> {
    const all = { "content-type": "application/json", accept: ACCEPT, ...headers };
    return this.#send({ method: "POST", headers: all, body, signal });
  }

  /** Opens a stream. */
  get(
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
    options: LocateOptions = STARTING,
  ): Promise<Response> {
    const all = { accept: "text/event-stream", ...headers };
    return this.#send({ method: "GET", headers: all, signal }, options);
  }

  /** Ends a session; a daemon that is gone is not looked for, and whoever listens there hears nothing. */
  async delete(headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<void> {
    await this.#leaveIfGone();
    const address = await this.#address;
    if (address === undefined) return;
    const all = { ...address.headers, ...this.#options.headers, ...headers };
    const response = await address.send(
      new Request(address.url, { method: "DELETE", headers: all, signal, redirect: "error" }),
    );
    await response.body?.cancel();
  }

  /** What an answer holds, as it comes; a body of JSON is one message. */
  async *receive(response: Response, signal?: AbortSignal): AsyncGenerator<Received> {
    const { messageBytesMax } = this.#options;
    if (!isEventStream(response)) {
      const text = await textWithin(response, messageBytesMax);
      if (text === undefined) yield { kind: "too_long" };
      else if (text !== "") yield { kind: "message", text, eventId: undefined };
      return;
    }
    for await (const event of readSseEvents(bytesOfBody(response, signal), messageBytesMax)) {
      if (event.kind !== "event") yield event;
      else if (event.data !== "") yield { kind: "message", text: event.data, eventId: event.id };
      else if (event.id !== undefined) yield { kind: "mark", eventId: event.id };
    }
  }

  async #send(init: RequestInit, options: LocateOptions = STARTING): Promise<Response> {
    const sendTo = async (located: Promise<EndpointAddress>) => {
      const { url, send, headers: entry } = await located;
      const headers = { ...entry, ...this.#options.headers, ...init.headers };
      const all = { ...init, headers };
      // A redirection would carry the headers to wherever it leads.
      return await send(new Request(url, { ...all, redirect: "error" }));
    };
    await this.#leaveIfGone();
    const located = this.#locate(options);
    try {
      return await sendTo(located);
    } catch (thrown) {
      if (init.signal?.aborted || !wasRefused(thrown)) throw thrown;
      // Somebody else may have looked for the new one meanwhile.
      if (this.#address === located) this.#address = undefined;
      return await sendTo(this.#locate(options));
    }
  }

  // What is sent on the connection of a process that has just ended could be thought to have arrived.
  async #leaveIfGone(): Promise<void> {
    const located = this.#address;
    const address = await located?.catch(() => undefined);
    if (address?.isThere?.() === false && this.#address === located) this.#address = undefined;
  }

  #locate(options: LocateOptions): Promise<EndpointAddress> {
    if (this.#address !== undefined) return this.#address;
    const located = this.#options.locate(options);
    this.#address = located;
    located.catch(() => {
      if (this.#address === located) this.#address = undefined;
    });
    return located;
  }
}

/** Whether nobody took the connection. The runtimes say so in words of their own. */
function wasRefused(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false;
  const { code, cause } = thrown as { code?: unknown; cause?: unknown };
  const words = `${thrown.message} ${String(code)} ${cause instanceof Error ? cause.message : ""}`;
  return /refused|ECONNREFUSED|Unable to connect/i.test(words);
}
