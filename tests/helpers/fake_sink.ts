// A connection that remembers what was written to it, for tests of streams without HTTP.

import type { EventSink, StreamEvent } from "../../src/session/event_sink.ts";

/** A sink that takes `room` events, then none. */
export class FakeSink implements EventSink {
  readonly events: StreamEvent[] = [];
  isClosed = false;
  room: number;

  constructor(room = Infinity) {
    this.room = room;
  }

  /** The messages received, without priming events. */
  get received(): string[] {
    return this.events.flatMap(({ data }) => data === undefined || data === "" ? [] : [data]);
  }

  /** The ids received, in order. */
  get ids(): string[] {
    return this.events.flatMap(({ id }) => id === undefined ? [] : [id]);
  }

  /** The id that a client of this connection would resume after. */
  get lastId(): string {
    return this.ids.at(-1) ?? "";
  }

  write(event: StreamEvent): boolean {
    if (this.isClosed || this.events.length >= this.room) return false;
    this.events.push(event);
    return true;
  }

  close(): void {
    this.isClosed = true;
  }
}
