// Where the messages of one running call go: its own stream, once the wire has opened one. The wire
// supplies it; the peer and the handlers only send.

import type { OutgoingMessage } from "../protocol/json_rpc.ts";

/** The way out for what a call says while it runs. */
export interface CallOutlet {
  /** Sends one message that belongs to the call; false if it cannot be delivered. */
  send(message: OutgoingMessage): boolean;
  /**
   * Ends the client's connection, not the call: the client comes back for the rest after `retryMs`.
   * False where the client could not resume (before 2025-11-25, or without a session).
   */
  disconnect(retryMs?: number): boolean;
}

/** The outlet of a call that nobody listens to before its answer. */
export const NO_OUTLET: CallOutlet = { send: () => false, disconnect: () => false };
