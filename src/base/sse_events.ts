// The events of a Server-Sent-Events stream (WHATWG HTML, "Interpreting an event stream"), each within a
// bound. Of what an event can have, messages need its data, its id and the time to wait.

import { readBoundedLines } from "./bounded_lines.ts";

/** One event, or what came in its place. */
export type SseEvent =
  | { readonly kind: "event"; readonly id: string | undefined; readonly data: string }
  | { readonly kind: "retry"; readonly ms: number }
  /** A line, or the lines of one event, with more bytes than the bound. */
  | { readonly kind: "too_long" };

/** Reads the events; an event that the end cuts off is no event. */
export async function* readSseEvents(
  chunks: AsyncIterable<Uint8Array>,
  bytesMax: number,
): AsyncGenerator<SseEvent> {
  let data: string[] = [];
  let chars = 0;
  let id: string | undefined;
  for await (const line of readBoundedLines(chunks, bytesMax)) {
    if (!("text" in line)) {
      yield { kind: "too_long" };
      continue;
    }
    if (line.text === "") {
      if (chars > bytesMax) yield { kind: "too_long" };
      else if (data.length > 0 || id !== undefined) {
        yield { kind: "event", id, data: data.join("\n") };
      }
      data = [];
      chars = 0;
      id = undefined;
      continue;
    }
    const [name, value] = fieldOf(line.text);
    if (name === "data") {
      chars += value.length;
      if (chars <= bytesMax) data.push(value);
    } else if (name === "id" && !value.includes("\0")) {
      id = value;
    } else if (name === "retry" && /^\d{1,9}$/.test(value)) {
      yield { kind: "retry", ms: Number(value) };
    }
  }
}

function fieldOf(line: string): readonly [name: string, value: string] {
  const colon = line.indexOf(":");
  if (colon === -1) return [line, ""];
  const value = line.slice(colon + 1);
  return [line.slice(0, colon), value.startsWith(" ") ? value.slice(1) : value];
}
