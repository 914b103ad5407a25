// Streams of events as clients and mounted servers send them: the events are those of the whole text,
// wherever the network cuts it, and none is longer than the bound.

import assert from "node:assert/strict";
import { readSseEvents, type SseEvent } from "../../../src/base/sse_events.ts";
import { type Bytes, type FuzzTarget, textOf } from "../fuzz_target.ts";
import { mutated } from "../mutations.ts";
import { inPieces } from "./_pieces.ts";

const BYTES_MAX = 2_000;
const CORPUS = [
  'id: 1/a\ndata: {"jsonrpc":"2.0","id":1,"result":{}}\n\n',
  ": comment\n\nretry: 3000\nid: 0/a\ndata:\n\n",
  "event: message\r\ndata: one\r\ndata: two\r\n\r\n",
  "data\n\ndata: last",
  `data: ${"x".repeat(1_990)}\n\ndata: ok\n\n`,
];
const SCRAPS = ["data:", "data: ", "id: ", "retry: ", "event:", ":", "\n", "\n\n", "\r\n", "\r"];

/** From bytes to events. */
export const EVENT_STREAMS: FuzzTarget = {
  name: "event-streams",
  promise: "readSseEvents() gives the events of the text wherever it is cut",
  suiteInputs: 8_000,
  outcomes: ["event", "none", "too_long", "retry"],
  generate: (random) => mutated(random, { corpus: CORPUS, scraps: SCRAPS, bytesMax: 16_384 }),
  open: () => ({ check }),
};

async function check(input: Bytes): Promise<string> {
  const whole = await eventsOf([input]);
  assert.deepEqual(await eventsOf(inPieces(input)), whole);
  for (const event of whole) {
    if (event.kind === "event") assert.ok(event.data.length <= 2 * BYTES_MAX);
  }
  if (whole.every(({ kind }) => kind !== "too_long") && isUtf8(input)) {
    const told = whole.flatMap((event) => event.kind === "event" ? [event.data] : []);
    assert.deepEqual(told, eventsByTheBook(textOf(input)));
  }
  const kinds = new Set(whole.map(({ kind }) => kind));
  return (["too_long", "retry", "event"] as const).find((kind) => kinds.has(kind)) ?? "none";
}

async function eventsOf(pieces: readonly Bytes[]): Promise<readonly SseEvent[]> {
  async function* chunks() {
    yield* pieces;
  }
  return await Array.fromAsync(readSseEvents(chunks(), BYTES_MAX));
}

/** The data of each event with data or an id, read from the whole text. */
function eventsByTheBook(text: string): readonly string[] {
  const cut = text.replace(/^\ufeff/, "").split("\n");
  // What stands behind the last line break is no line, but a carriage return ends one, too.
  if (cut.at(-1) !== "\r") cut.pop();
  const lines = cut.map((line) => line.replace(/\r$/, ""));
  const events: string[] = [];
  let data: string[] = [];
  let hasId = false;
  for (const line of lines) {
    const [, name = line, value = ""] = /^([^:]*): ?([^]*)$/.exec(line) ?? [];
    if (line === "") {
      if (data.length > 0 || hasId) events.push(data.join("\n"));
      data = [];
      hasId = false;
    } else if (name === "data") data.push(value);
    else if (name === "id" && !value.includes("\0")) hasId = true;
  }
  return events;
}

function isUtf8(input: Bytes): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(input);
    return true;
  } catch {
    return false;
  }
}
