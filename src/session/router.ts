// The one way out of a session for everything that is not the answer to a request. A message that
// belongs to a running call goes to that call's stream: progress by its token, the cancellation of a
// question by the question's id. Everything else goes to the common stream. Each message goes to
// exactly one stream, and a server asks nothing before the client said `initialized`.

import { isJsonObject, type OutgoingMessage } from "../protocol/json_rpc.ts";
import type { CallLink } from "../rpc/context.ts";
import type { SendMessage } from "../rpc/pending_requests.ts";
import type { CommonStream } from "./common_stream.ts";
import { kindOf } from "./message_kind.ts";

/** Options of OutgoingRouter. */
export interface OutgoingRouterOptions {
  readonly common: () => CommonStream;
  /** Whether the client has said `initialized`. */
  readonly isInitialized: () => boolean;
  readonly isClosed: () => boolean;
  /** The running call that reports progress under a token. */
  readonly callOfToken: (token: unknown) => CallLink | undefined;
  /** The way that a waiting question of ours went. */
  readonly wayOfQuestion: (id: unknown) => SendMessage | undefined;
}

/** Sends a session's own messages to the stream they belong to. */
export class OutgoingRouter {
  readonly #options: OutgoingRouterOptions;

  constructor(options: OutgoingRouterOptions) {
    this.#options = options;
  }

  /** Whether a message may go out now, whichever way. */
  allows(message: OutgoingMessage): boolean {
    if (this.#options.isClosed()) return false;
    // 2025-11-25, "Initialization": before `initialized` a server sends only pings and log messages.
    const isRequest = "id" in message;
    return !isRequest || message.method === "ping" || this.#options.isInitialized();
  }

  /** Sends a message that belongs to no call; false when it may not go out yet or ever. */
  send(message: OutgoingMessage): boolean {
    return this.allows(message) &&
      this.#options.common().publish(JSON.stringify(message), kindOf(message));
  }

  /**
   * Sends what a call says that has no stream of its own. Progress would be of no use elsewhere, a
   * log message is welcome anywhere, and a question is put only where somebody listens.
   */
  sendForCall(message: OutgoingMessage): boolean {
    if (message.method === "notifications/progress") return false;
    const isRequest = "id" in message;
    return (!isRequest || this.#options.common().isOpen) && this.send(message);
  }

  /**
   * Sends a payload of an embedder as it is. False for a response, which only the call itself may
   * give, for what is not JSON, for what is too large to wait, and after the end of the session.
   */
  push(payload: unknown): boolean {
    if (this.#options.isClosed()) return false;
    const json = textOf(payload);
    if (json === undefined) return false;
    // What was written is looked at, because an object may write itself as something else.
    const written: unknown = JSON.parse(json);
    if (Array.isArray(written) ? written.some(isResponse) : isResponse(written)) return false;
    return this.#pushToCall(written) ??
      this.#options.common().publish(json, kindOf(written));
  }

  /** Sends what belongs to a running call on its stream; undefined if it belongs to none. */
  #pushToCall(written: unknown): boolean | undefined {
    if (!isJsonObject(written) || !isJsonObject(written.params)) return undefined;
    const { method, params } = written;
    const message = written as unknown as OutgoingMessage;
    if (method === "notifications/progress") {
      const { progressToken, progress } = params;
      // What is no number counts as one that does not rise.
      const risen = typeof progress === "number" ? progress : NaN;
      return this.#options.callOfToken(progressToken)?.sayProgress(risen, message);
    }
    if (method !== "notifications/cancelled") return undefined;
    return this.#options.wayOfQuestion(params.requestId)?.(message);
  }
}

/** JSON text; undefined for what has none. */
function textOf(payload: unknown): string | undefined {
  try {
    return JSON.stringify(payload);
  } catch {
    return undefined;
  }
}

/** Whether a client might take a message for a response, also where a method stands beside. */
function isResponse(message: unknown): boolean {
  return isJsonObject(message) && ("result" in message || "error" in message) &&
    (typeof message.method !== "string" || "id" in message);
}
