// The answer to one POST of a session: plain JSON while nothing is said before it, an event stream as
// soon as a handler speaks first or takes its time. The stream belongs to the session: when the
// client's connection drops, the work goes on, and the answer waits for the client to resume.

import type { Eventually } from "../base/eventually.ts";
import { SERVER_ERROR } from "../protocol/error_codes.ts";
import { SESSION_ID_HEADER } from "../protocol/headers.ts";
import {
  errorResponse,
  type OutgoingMessage,
  type RequestId,
  type RpcResponse,
} from "../protocol/json_rpc.ts";
import { keptFormOf } from "../protocol/kept_form.ts";
import type { CallOutlet } from "../rpc/outlet.ts";
import type { DetachSink } from "../session/event_sink.ts";
import { kindOf } from "../session/message_kind.ts";
import type { Session } from "../session/session.ts";
import type { OpenedRequestStream } from "../session/session_streams.ts";
import type { EndpointParts } from "./endpoint.ts";
import { streamResponse } from "./sse.ts";

/** How the end of a POST's requests is told, in either form. */
export interface AnswerForms<Outcome> {
  /** Whether it says something; refusals and silence have a status of their own instead. */
  speaks(outcome: Outcome): boolean;
  /** As a response without a stream. */
  plain(outcome: Outcome): Response;
  /** As the last messages of a stream; none if all was cancelled. */
  messages(outcome: Outcome): readonly RpcResponse[];
}

/** What a PostAnswer is composed of. */
export interface PostAnswerOptions {
  readonly session: Session;
  readonly acceptsEventStream: boolean;
  /** The ids of the POST's requests; asked when a stream is opened for them. */
  readonly requestIds: () => readonly RequestId[];
  readonly parts: EndpointParts;
}

/** The answer to one POST, and the way out for its calls while they run. */
export class PostAnswer implements CallOutlet {
  readonly #session: Session;
  readonly #parts: EndpointParts;
  readonly #acceptsEventStream: boolean;
  readonly #requestIds: () => readonly RequestId[];
  #opened: OpenedRequestStream | undefined;
  #response: Response | undefined;
  #respond: ((response: Response) => void) | undefined;
  #leave: (() => void) | undefined;

  constructor({ session, acceptsEventStream, requestIds, parts }: PostAnswerOptions) {
    this.#session = session;
    this.#acceptsEventStream = acceptsEventStream;
    this.#requestIds = requestIds;
    this.#parts = parts;
  }

  send(message: OutgoingMessage): boolean {
    const { router } = this.#session;
    if (!router.allows(message)) return false;
    const opened = this.#open();
    if (opened === undefined) return router.sendForCall(message);
    return opened.stream.publish(JSON.stringify(message), kindOf(message));
  }

  disconnect(retryMs: number = this.#parts.limits.streamRetryMs): boolean {
    if (!this.#session.handshake.revision.hasPolling) return false;
    const opened = this.#open();
    opened?.stream.disconnect(retryMs);
    return opened !== undefined;
  }

  /** The response to the POST, as soon as it is known which kind it is. */
  answer<Outcome>(
    outcome: Eventually<Outcome>,
    forms: AnswerForms<Outcome>,
  ): Eventually<Response> {
    if (!(outcome instanceof Promise)) return this.#settle(outcome, forms);
    return new Promise((resolve, reject) => {
      this.#respond = resolve;
      if (this.#response !== undefined) resolve(this.#response);
      const { patience, openAfterMs } = this.#parts;
      const opening = patience.add(openAfterMs, () => void this.#open());
      outcome.then((settled) => {
        opening.cancel();
        resolve(this.#settle(settled, forms));
      }).catch(reject);
    });
  }

  #settle<Outcome>(outcome: Outcome, forms: AnswerForms<Outcome>): Response {
    // A time of 0 wants streams for every answer.
    if (this.#parts.openAfterMs === 0 && forms.speaks(outcome)) this.#open();
    return this.#end(forms.messages, outcome) ?? forms.plain(outcome);
  }

  /** Says the last messages on the stream; undefined if there is none. */
  #end<Outcome>(
    messagesOf: (outcome: Outcome) => readonly RpcResponse[],
    outcome: Outcome,
  ): Response | undefined {
    const opened = this.#opened;
    if (opened === undefined) return undefined;
    try {
      for (const message of messagesOf(outcome)) this.#respondOn(opened, message);
      opened.end();
    } finally {
      this.#leave?.();
    }
    return this.#response;
  }

  // What waits for a resume has to fit into what is kept; better an error than no answer.
  #respondOn({ stream }: OpenedRequestStream, message: RpcResponse): void {
    const { dispatcher, limits } = this.#parts;
    const keptJson = this.#keptTextOf(message);
    if (stream.publish(dispatcher.textOf(message), "awaited", { keptJson })) return;
    const most = limits.eventLogBytesMax;
    const error = {
      code: SERVER_ERROR,
      message: `The answer has more than ${most} bytes and could not be kept for a resume`,
    };
    stream.publish(JSON.stringify(errorResponse(message.id, error)), "awaited");
  }

  // Undefined for what may be kept as it is told.
  #keptTextOf(message: RpcResponse): string | undefined {
    if (!("result" in message)) return undefined;
    const result = keptFormOf(message.result);
    return result === message.result
      ? undefined
      : this.#parts.dispatcher.textOf({ ...message, result });
  }

  #open(): OpenedRequestStream | undefined {
    if (this.#opened !== undefined || !this.#acceptsEventStream) return this.#opened;
    const attached: { detach?: DetachSink } = {};
    const sink = this.#parts.streams.open(this.#session.principal, () => attached.detach?.());
    if (sink === undefined) return undefined;
    const opened = this.#session.streams.openRequest(sink, this.#requestIds());
    if (opened === undefined) {
      sink.close();
      return undefined;
    }
    attached.detach = opened.detach;
    this.#opened = opened;
    // The call runs on after its response, and a shutdown waits for it.
    this.#leave = this.#parts.inFlight.hold();
    this.#response = streamResponse(sink, [[SESSION_ID_HEADER, this.#session.id]]);
    this.#respond?.(this.#response);
    return opened;
  }
}
