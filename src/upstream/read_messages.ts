// From a text of a mounted server to its messages. Nothing looks at a value before its depth was checked;
// the number of its values is bounded by the bytes of the text.

import { checkJsonBounds, type JsonBoundsOptions } from "../base/json_bounds.ts";
import type { Limits } from "../base/limits.ts";
import { type Envelope, isJsonObject, readEnvelope, type RequestId } from "../protocol/json_rpc.ts";
import type { ArrivedMessage, ChannelEvents, Garbage } from "./channel.ts";

/** Hands the messages of a text to who waits for them: one, or a batch of 2025-03-26. */
export function readMessages(
  text: string,
  limits: Limits,
  events: Pick<ChannelEvents, "onMessage" | "onGarbage">,
  during?: RequestId,
): void {
  const whole = parsed(text);
  if (whole === undefined) return events.onGarbage({ fault: "noise", id: undefined });
  const bounds = { depthMax: limits.jsonDepthMax, valuesMax: text.length + 1 };
  const isDeep = checkJsonBounds(whole, bounds) !== undefined;
  const value = isDeep ? withoutDeepEntries(whole, bounds) : whole;
  if (isDeep && checkJsonBounds(value, bounds) !== undefined) {
    return events.onGarbage({ fault: "too_deep", id: idInEdges(text) });
  }
  const values = Array.isArray(value) ? value.slice(0, limits.batchMessagesMax) : [value];
  for (const one of values) {
    const read = toArrived(readEnvelope(one));
    if ("fault" in read) events.onGarbage(read);
    else events.onMessage(read, during);
  }
}

const LISTS: readonly string[] = ["tools", "prompts", "resources", "resourceTemplates"];

// The message, its result and the list stand around an entry.
const AROUND_ENTRY = 3;

/**
 * The message with null in place of the entries of a list that are nested too deep: a definition that
 * nobody can use fails alone, and not all that are listed with it.
 */
function withoutDeepEntries(message: unknown, bounds: JsonBoundsOptions): unknown {
  if (!isJsonObject(message) || !isJsonObject(message.result)) return message;
  const entryBounds = { ...bounds, depthMax: bounds.depthMax - AROUND_ENTRY };
  const usable = (entry: unknown) =>
    checkJsonBounds(entry, entryBounds) === undefined ? entry : null;
  const { result } = message;
  const lists = LISTS.flatMap((name) => {
    const list = result[name];
    return Array.isArray(list) ? [[name, list.map(usable)] as const] : [];
  });
  return { ...message, result: { ...result, ...Object.fromEntries(lists) } };
}

const EDGE_CHARS = 128;

/**
 * The id in a text that was not read as a whole: libraries write it as the first or the last member.
 * At worst a server ends a wait for an answer of its own.
 */
export function idInEdges(text: string): RequestId | undefined {
  const first = /^\s*\{\s*(?:"jsonrpc"\s*:\s*"2\.0"\s*,\s*)?"id"\s*:\s*(\d{1,15})\s*,/;
  const last = /,\s*"id"\s*:\s*(\d{1,15})\s*(?:,\s*"jsonrpc"\s*:\s*"2\.0"\s*)?\}\s*$/;
  const id = first.exec(text.slice(0, EDGE_CHARS)) ?? last.exec(text.slice(-EDGE_CHARS));
  return id === null ? undefined : Number(id[1]);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    // Children print what they like; only lines of JSON mean something.
    if (thrown instanceof SyntaxError) return undefined;
    throw thrown;
  }
}

function toArrived(envelope: Envelope): ArrivedMessage | Garbage {
  if (envelope.kind !== "invalid") return envelope;
  return { fault: "noise", id: undefined };
}
