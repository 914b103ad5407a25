// The one way out of a session for everything that is not the answer to a request. It decides which
// stream a message belongs to (today there is one, the common stream) and keeps the rule that a
// server asks nothing before the client said `initialized`.

import type { OutgoingMessage } from "../protocol/json_rpc.ts";
import type { CommonStream } from "./common_stream.ts";

/** Options of OutgoingRouter. */
export interface OutgoingRouterOptions {
  readonly common: CommonStream;
  /** Whether the client has said `initialized`. */
  readonly isInitialized: () => boolean;
}

/** Sends a session's own messages to the stream they belong to. */
export class OutgoingRouter {
  readonly #options: OutgoingRouterOptions;

  constructor(options: OutgoingRouterOptions) {
    this.#options = options;
  }

  /** Sends a message; false when it may not go out yet or the session is over. */
  send(message: OutgoingMessage): boolean {
    // 2025-11-25, "Initialization": before `initialized` a server sends only pings and log messages.
    const isRequest = "id" in message;
    if (isRequest && message.method !== "ping" && !this.#options.isInitialized()) return false;
    return this.#options.common.publish(JSON.stringify(message));
  }

  /** Sends a payload as it is, for an embedder that speaks for itself; false after the end. */
  push(payload: unknown): boolean {
    const json = JSON.stringify(payload);
    return json !== undefined && this.#options.common.publish(json);
  }
}
