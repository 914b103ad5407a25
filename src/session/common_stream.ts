// The stream of a session that belongs to no request: what the server says of its own accord. Each
// message goes to exactly one open stream (2025-11-25, "Multiple Connections"): the primary. Later
// streams are shadows that stay silent until the primary ends. While none is open, messages wait in a
// bounded backlog, which drops its oldest.

import { Buffer } from "node:buffer";
import type { Limits } from "../base/limits.ts";
import type { EventSink } from "./event_sink.ts";

/** Takes a stream out again when its connection ends; safe to call twice. */
export type DetachSink = () => void;

/** Is told how many waiting messages were dropped for want of room. */
export type DropObserver = (messages: number) => void;

/** The message channel of one session beside its requests. */
export class CommonStream {
  readonly #limits: Limits;
  readonly #onDrop: DropObserver;
  /** Open streams, the primary first, shadows by age. */
  readonly #sinks: EventSink[] = [];
  readonly #backlog: string[] = [];
  #backlogBytes = 0;
  #isClosed = false;

  constructor(limits: Limits, onDrop: DropObserver = () => {}) {
    this.#limits = limits;
    this.#onDrop = onDrop;
  }

  /** Open streams, the primary included. */
  get streams(): number {
    return this.#sinks.length;
  }

  /** Messages that wait for a stream. */
  get waiting(): number {
    return this.#backlog.length;
  }

  /** Adds an open stream; undefined when there are too many or the session is over. */
  attach(sink: EventSink): DetachSink | undefined {
    const most = Math.min(this.#limits.sessionStreamsMax, this.#limits.shadowStreamsMax + 1);
    if (this.#isClosed || this.#sinks.length >= most) return undefined;
    this.#sinks.push(sink);
    if (this.#sinks.length === 1) this.#flush();
    return () => this.#remove(sink);
  }

  /** Delivers one message or keeps it; false only after close(). Never waits for a reader. */
  publish(json: string): boolean {
    if (this.#isClosed) return false;
    this.#backlog.push(json);
    this.#backlogBytes += Buffer.byteLength(json);
    this.#flush();
    this.#trim();
    return true;
  }

  /** Ends every stream and forgets what waits; safe to call twice. */
  close(): void {
    this.#isClosed = true;
    for (const sink of this.#sinks.splice(0)) sink.close();
    this.#backlog.length = 0;
    this.#backlogBytes = 0;
  }

  #remove(sink: EventSink): void {
    const at = this.#sinks.indexOf(sink);
    if (at === -1) return;
    this.#sinks.splice(at, 1);
    if (at === 0) this.#flush();
  }

  // A stream that does not take a message is ended, and the newest shadow becomes primary: it belongs
  // to the client's latest attempt to listen.
  #flush(): void {
    for (let primary = this.#sinks[0]; primary !== undefined; primary = this.#sinks[0]) {
      const sent = this.#writeAll(primary);
      if (sent) return;
      primary.close();
      this.#sinks.shift();
      const newest = this.#sinks.pop();
      if (newest !== undefined) this.#sinks.unshift(newest);
    }
  }

  #writeAll(sink: EventSink): boolean {
    let written = 0;
    for (const json of this.#backlog) {
      if (!sink.write(json)) break;
      written++;
      this.#backlogBytes -= Buffer.byteLength(json);
    }
    this.#backlog.splice(0, written);
    return this.#backlog.length === 0;
  }

  #trim(): void {
    const { eventLogEventsMax, eventLogBytesMax } = this.#limits;
    let dropped = 0;
    while (this.#backlog.length > eventLogEventsMax || this.#backlogBytes > eventLogBytesMax) {
      this.#backlogBytes -= Buffer.byteLength(this.#backlog.shift() ?? "");
      dropped++;
    }
    if (dropped > 0) this.#onDrop(dropped);
  }
}
