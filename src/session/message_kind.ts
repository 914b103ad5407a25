// What a message is to whoever waits for it, which decides what a full log drops first and what a client
// can go on without.

import { isJsonObject } from "../protocol/json_rpc.ts";

/**
 * `report`: how a call is getting on, progress or a log message. `awaited`: an answer or a question,
 * which somebody waits for. `notice`: all else.
 */
export type MessageKind = "report" | "notice" | "awaited";

const REPORT_METHODS: ReadonlySet<unknown> = new Set([
  "notifications/progress",
  "notifications/message",
]);

/** Tells what a message is; what is no JSON-RPC message is a notice. */
export function kindOf(message: unknown): MessageKind {
  if (!isJsonObject(message)) return "notice";
  if (message.id !== undefined) return "awaited";
  return REPORT_METHODS.has(message.method) ? "report" : "notice";
}

/** The same of a message as JSON text; of a text that is no JSON, a notice. */
export function kindOfJson(json: string): MessageKind {
  try {
    return kindOf(JSON.parse(json));
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return "notice";
    throw thrown;
  }
}
