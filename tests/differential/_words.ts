// What a server answered, in a few words that two servers may have in common: the status, the code of an
// error, the kind of a result. Free choices are left out: texts, ids of sessions, plain JSON or a stream.

import { SseReader } from "../helpers/sse_reader.ts";

/** Says what an answer is; reads it to its end, but for a stream that has none. */
export async function wordsOf(response: Response, isEndless = false): Promise<string> {
  const { status } = response;
  if (status === 405) {
    await response.body?.cancel();
    const allowed = (response.headers.get("allow") ?? "").split(/, */).sort().join(" ");
    return `405, allowed ${allowed}`;
  }
  if (isEndless && response.headers.get("content-type") === "text/event-stream") {
    await response.body?.cancel();
    return `${status} stream`;
  }
  const messages = await readMessages(response);
  return [`${status}`, ...messages.map(wordsOfMessage)].join(" ");
}

async function readMessages(response: Response): Promise<unknown[]> {
  if (response.headers.get("content-type") === "text/event-stream") {
    return await new SseReader(response).rest();
  }
  const text = await response.text();
  if (text === "") return [];
  try {
    return [JSON.parse(text)];
  } catch {
    return ["text"];
  }
}

// deno-lint-ignore no-explicit-any
function wordsOfMessage(message: any): string {
  if (Array.isArray(message)) return `[${message.map(wordsOfMessage).join(", ")}]`;
  if (typeof message !== "object" || message === null) return String(message);
  if (message.error !== undefined) {
    return `error ${message.error.code}${(message.id ?? null) === null ? " without id" : ""}`;
  }
  if (message.method !== undefined) return message.method;
  const { result } = message;
  if (result === undefined) return "neither";
  if (result.protocolVersion !== undefined) return `version ${result.protocolVersion}`;
  if (result.isError === true) return "tool error";
  return result.resultType === undefined ? "result" : result.resultType;
}
