// What the servers of the stream measure say and are asked: one event, a call that makes a session
// known to the embedder, and a call that reports how far it is before it answers, so that its answer
// becomes a stream.

import { ECHO_CALL } from "./_echo.ts";
import type { ToolCall } from "./_requests.ts";

/** What is pushed to a session. */
export const EVENT = {
  jsonrpc: "2.0",
  method: "notifications/message",
  params: { level: "info", data: "tick" },
} as const;

/** An event as long as what the stream of a session says for EVENT. */
export const EVENT_TEXT = `id: 1/0.abcdef\nevent: message\ndata: ${JSON.stringify(EVENT)}\n\n`;

/** The tool after which the embedder knows the session that called. */
export const JOIN_NAME = "join";

/** The call of it. */
export const JOIN_CALL: ToolCall = { ...ECHO_CALL, name: JOIN_NAME };

/** The tool that reports once how far it is, and returns its text. */
export const STEP_NAME = "step";

/** How far it says it is. */
export const STEP = { progress: 1, total: 2 } as const;

/** The call whose answer is plain JSON: the same tool, but nobody wants to know how far it is. */
export const PLAIN_CALL: ToolCall = { ...ECHO_CALL, name: STEP_NAME };

/** The call whose answer becomes a stream. */
export const STREAMED_CALL: ToolCall = { ...PLAIN_CALL, _meta: { progressToken: "p" } };
