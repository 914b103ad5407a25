// The answer to one stateless request: plain JSON while nothing is said before it, else an event stream
// that begins with what was said and ends with the answer (2026-07-28, "Streamable HTTP"). Nothing can
// be resumed, so events have no ids; a client that closes its stream has cancelled the request.

import type { Principal } from "../auth/principal.ts";
import type { Eventually } from "../base/eventually.ts";
import type { OutgoingMessage, RpcResponse } from "../protocol/json_rpc.ts";
import type { CallOutlet } from "../rpc/outlet.ts";
import type { EndpointParts } from "./endpoint.ts";
import { type SseStream, streamResponse } from "./sse.ts";

/** How the end of a request is told, in either form. */
export interface ModernAnswerForms<Outcome> {
  /** As a response without a stream. */
  plain(outcome: Outcome): Response;
  /** As the last message of a stream; undefined if there is nobody to answer. */
  last(outcome: Outcome): RpcResponse | undefined;
}

/** What a ModernAnswer is composed of. */
export interface ModernAnswerOptions {
  readonly acceptsEventStream: boolean;
  readonly principal: Principal;
  /** The request; its signal aborts when the client is gone, and maybe after an answer, too. */
  readonly request: Request;
  /** Ends the request, whose client is gone; safe to call after its end. */
  readonly cancel: () => void;
  readonly parts: EndpointParts;
}

// What is said of a call while it runs; the answer says the rest.
const REPORTS: ReadonlySet<string> = new Set(["notifications/progress", "notifications/message"]);

/** The answer to one request, and the way out for what is said while it runs. */
export class ModernAnswer implements CallOutlet {
  readonly #options: ModernAnswerOptions;
  #stream: SseStream | undefined;
  #response: Response | undefined;
  #respond: ((response: Response) => void) | undefined;
  #leave: (() => void) | undefined;
  #isOver = false;

  constructor(options: ModernAnswerOptions) {
    this.#options = options;
  }

  send(message: OutgoingMessage): boolean {
    const stream = this.#open();
    if (stream === undefined) return false;
    if (stream.write({ data: JSON.stringify(message) })) return true;
    // A reader that lags behind misses reports; a change that it was to be told of is lost for good,
    // and so it has to listen and look anew.
    if (!REPORTS.has(message.method)) stream.close();
    return false;
  }

  disconnect(): boolean {
    return false;
  }

  /** The response, as soon as it is known which kind it is. */
  answer<Outcome>(
    outcome: Eventually<Outcome>,
    forms: ModernAnswerForms<Outcome>,
  ): Eventually<Response> {
    if (!(outcome instanceof Promise)) return this.#end(outcome, forms);
    return new Promise((resolve, reject) => {
      this.#respond = resolve;
      if (this.#response !== undefined) resolve(this.#response);
      const { request, cancel, parts } = this.#options;
      const { signal } = request;
      // From when on there is a stream, that notices when the client has gone.
      if (this.#stream === undefined) signal.addEventListener("abort", cancel, { once: true });
      const opening = parts.patience.add(parts.openAfterMs, () => void this.#open());
      outcome.then((settled) => {
        opening.cancel();
        signal.removeEventListener("abort", cancel);
        resolve(this.#end(settled, forms));
      }).catch(reject);
    });
  }

  #end<Outcome>(outcome: Outcome, forms: ModernAnswerForms<Outcome>): Response {
    this.#isOver = true;
    if (this.#stream === undefined || this.#response === undefined) return forms.plain(outcome);
    try {
      const last = forms.last(outcome);
      if (last !== undefined) {
        this.#stream.writeLast({ data: this.#options.parts.modern.dispatcher.textOf(last) });
      }
      this.#stream.close();
    } finally {
      this.#leave?.();
    }
    return this.#response;
  }

  #open(): SseStream | undefined {
    if (this.#stream !== undefined || !this.#options.acceptsEventStream || this.#isOver) {
      return this.#stream;
    }
    const { parts, principal, cancel } = this.#options;
    const stream = parts.streams.open(principal, () => {
      if (!this.#isOver) cancel();
    });
    if (stream === undefined) return undefined;
    this.#stream = stream;
    this.#options.request.signal.removeEventListener("abort", cancel);
    // The call runs on after its response, and a shutdown waits for it.
    this.#leave = parts.inFlight.hold();
    this.#response = streamResponse(stream, []);
    this.#respond?.(this.#response);
    return stream;
  }
}
