// What the streams of the model are made of: events, what goes first when there are too many, and how a
// client sees them.

import { Buffer } from "node:buffer";
import type { ModelConnection } from "./_model_connection.ts";
import { SIM_TIMES, type SimBounds } from "./_model_server.ts";

/** Stands for the tag that ends the names of a session's streams, which is random. */
export const TAG = "tagtag";

/** One message. */
export interface ModelEvent {
  readonly stream: ModelStream;
  readonly json: string;
  /** Its place among all that was sent; undefined while it waits. */
  index: number | undefined;
}

/** One stream. */
export interface ModelStream {
  /** 0 is the common stream. */
  readonly number: number;
  connection: ModelConnection | undefined;
  /** Where a client can go on from: the lowest index, Infinity if nothing was sent, and the highest. */
  earliest: number;
  newest: number;
  isEnded: boolean;
  /** Calls off the end of the time in which it can be resumed; set once it is finished. */
  cancelForgetting: (() => void) | undefined;
}

/** What has to go while there is too much, of all that is kept in the order it was said. */
export function nextToGo(events: readonly ModelEvent[], bounds: SimBounds): ModelEvent | undefined {
  const { eventLogEventsMax, eventLogBytesMax } = bounds;
  const bytes = events.reduce((sum, { json }) => sum + Buffer.byteLength(json), 0);
  if (events.length <= eventLogEventsMax && bytes <= eventLogBytesMax) return undefined;
  const worst = Math.min(...events.map(worthOf));
  // What was sent goes in the order of sending, what waits in the order of saying, which sorting keeps.
  return events.filter((event) => worthOf(event) === worst)
    .toSorted((one, other) => (one.index ?? 0) - (other.index ?? 0))[0];
}

/** What goes first has the lowest: what was sent, then reports, and last what somebody waits for. */
function worthOf(event: ModelEvent): number {
  if (event.index !== undefined) return isReport(event) ? 0 : 1;
  return isReport(event) ? 2 : "id" in JSON.parse(event.json) ? 4 : 3;
}

/** What a call says of how it is getting on, on its own stream. */
export function isReport({ stream, json }: ModelEvent): boolean {
  const reports = ["notifications/progress", "notifications/message"];
  return stream.number !== 0 && reports.includes(JSON.parse(json).method);
}

/** An index was given out on a stream. */
export function reach(stream: ModelStream, index: number): void {
  stream.earliest = Math.min(stream.earliest, index);
  stream.newest = index;
}

/** A stream on which nothing was said. */
export function newStream(number: number): ModelStream {
  return {
    number,
    connection: undefined,
    earliest: Infinity,
    newest: -1,
    isEnded: false,
    cancelForgetting: undefined,
  };
}

/** A message as a client receives it. */
export function chunkOf(stream: ModelStream, index: number, json: string): string {
  return `id: ${index}/${stream.number}.${TAG}\nevent: message\ndata: ${json}\n\n`;
}

/** A place to go on from, without a message. */
export function placeChunk(stream: ModelStream, index: number): string {
  return `id: ${index}/${stream.number}.${TAG}\nretry: ${SIM_TIMES.retry}\ndata: \n\n`;
}
