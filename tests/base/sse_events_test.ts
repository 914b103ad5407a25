import assert from "node:assert/strict";
import { readSseEvents } from "../../src/base/sse_events.ts";

async function* chunksOf(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function eventsIn(text: string, size = 1_000, bytesMax = 100): Promise<unknown[]> {
  const events: unknown[] = [];
  for await (const event of readSseEvents(chunksOf(text, size), bytesMax)) events.push(event);
  return events;
}

Deno.test("readSseEvents() reads data, ids and times, at any border of its chunks alike", async () => {
  const text = ": hello\nid: 1\ndata\n\nretry: 50\r\nid:2\r\ndata: größe\r\ndata:  two\r\n\r\n" +
    "event: ping\n\nretry: soon\ndata: x\n\ndata: cut off";
  const expected = [
    { kind: "event", id: "1", data: "" },
    { kind: "retry", ms: 50 },
    { kind: "event", id: "2", data: "größe\n two" },
    { kind: "event", id: undefined, data: "x" },
  ];
  for (const size of [1, 2, 3, 7, 1_000]) assert.deepEqual(await eventsIn(text, size), expected);
});

Deno.test("readSseEvents() tells events beyond the bound and goes on", async () => {
  const long = `data: ${"x".repeat(200)}\n\n`;
  const many = `${`data: ${"x".repeat(50)}\n`.repeat(3)}\n`;
  assert.deepEqual(await eventsIn(`${long}${many}data: ok\n\n`), [
    { kind: "too_long" },
    { kind: "too_long" },
    { kind: "event", id: undefined, data: "ok" },
  ]);
});
