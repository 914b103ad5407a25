// The messages of one session, over all its streams: those that wait for a connection and those that
// were sent and may be asked for again. A message gets its index when it is sent, not when it is said:
// a client that connects in between is first given an id to resume after (priming), and what waited
// must come after that id. The log is bounded by events and bytes; its oldest message goes first, and
// what went is remembered per stream, so that a resume over the gap is refused.

import { Buffer } from "node:buffer";
import type { Limits } from "../base/limits.ts";
import { formatEventId } from "./event_id.ts";
import type { StreamEvent } from "./event_sink.ts";
import type { StoredEvent } from "./ports.ts";

/** One message, or the priming event of a connection (no text). */
export interface LoggedEvent {
  /** Its place among all messages of the session, in the order they were said. */
  readonly seq: number;
  readonly stream: StreamRecord;
  readonly json: string;
  readonly bytes: number;
  /** Its place among all events that were sent; undefined while it waits. */
  index: number | undefined;
}

/** One stream as the log knows it. */
export interface StreamRecord {
  readonly name: string;
  /** Said and not sent yet, oldest first. */
  readonly waiting: LoggedEvent[];
  /** Its priming events in the log, oldest first. */
  readonly marks: LoggedEvent[];
  /** Events of it in the log. */
  kept: number;
  /** The highest index that is gone from the log, -1 if none is. */
  droppedIndex: number;
  /** Runs when the last event of it went from the log. */
  onEmpty: (() => void) | undefined;
}

/** What to send again after an id, or why that cannot be said. */
export type Replay =
  | { readonly kind: "events"; readonly events: readonly LoggedEvent[] }
  | { readonly kind: "unknown" }
  | { readonly kind: "too_old" };

/** Is told how many messages were dropped that had never been sent. */
export type DropObserver = (messages: number) => void;

/** Keeps the events of a session beyond the process; never throws. */
export interface EventKeeper {
  /** Keeps an event, or what changed of it. */
  put(event: LoggedEvent): void;
  drop(event: LoggedEvent): void;
}

/** What an EventLog is composed of. */
export interface EventLogOptions {
  readonly limits: Limits;
  readonly onDrop: DropObserver;
  /** Keeps the events over a restart; undefined: they live in memory only. */
  readonly keeper?: EventKeeper | undefined;
  /** The first index to give out: above all that an earlier process gave. */
  readonly firstNumber?: number;
}

/** A stream that said nothing yet. */
export function newStreamRecord(name: string): StreamRecord {
  return { name, waiting: [], marks: [], kept: 0, droppedIndex: -1, onEmpty: undefined };
}

/** The messages of one session. */
export class EventLog {
  readonly #options: EventLogOptions;
  /** All events in the order they were said; a JavaScript set keeps it. */
  readonly #events = new Set<LoggedEvent>();
  #bytes = 0;
  #nextSeq: number;
  #nextIndex: number;

  constructor(options: EventLogOptions) {
    this.#options = options;
    this.#nextSeq = options.firstNumber ?? 0;
    this.#nextIndex = options.firstNumber ?? 0;
  }

  /** Events in the log, sent and waiting. */
  get size(): number {
    return this.#events.size;
  }

  /** Takes over an event that an earlier process kept. */
  restore({ seq, json, index }: StoredEvent, stream: StreamRecord): void {
    const bytes = Buffer.byteLength(json);
    const event = { seq, stream, json, bytes, index };
    this.#hold(event);
    if (index === undefined) stream.waiting.push(event);
    else if (json === "") stream.marks.push(event);
  }

  /** Adds a message that waits to be sent. */
  add(stream: StreamRecord, json: string): LoggedEvent {
    const event = this.#insert(stream, json);
    stream.waiting.push(event);
    return event;
  }

  /** Sends what waits on a stream, in order; false when `write` took no more. */
  send(stream: StreamRecord, write: (event: StreamEvent) => boolean): boolean {
    const { keeper } = this.#options;
    for (let event = stream.waiting[0]; event !== undefined; event = stream.waiting[0]) {
      event.index = this.#nextIndex++;
      // Kept before it is sent: an index that a client has seen must never name something else.
      keeper?.put(event);
      if (!write({ id: formatEventId(event.index, stream.name), data: event.json })) {
        event.index = undefined;
        keeper?.put(event);
        return false;
      }
      stream.waiting.shift();
    }
    return true;
  }

  /**
   * Gives a new connection an id to resume after; false when it takes nothing. To be followed by
   * trim(), once what waits was sent.
   */
  prime(
    stream: StreamRecord,
    retryMs: number,
    write: (event: StreamEvent) => boolean,
  ): boolean {
    const event = this.#insert(stream, "");
    event.index = this.#nextIndex++;
    stream.marks.push(event);
    this.#options.keeper?.put(event);
    return write({ id: formatEventId(event.index, stream.name), data: "", retryMs });
  }

  /** Sends an event again under the id it had; false when `write` takes nothing. */
  resend({ index, stream, json }: LoggedEvent, write: (event: StreamEvent) => boolean): boolean {
    return index !== undefined && write({ id: formatEventId(index, stream.name), data: json });
  }

  /** What came on a stream after that index. */
  after(stream: StreamRecord, index: number): Replay {
    if (index < stream.droppedIndex) return { kind: "too_old" };
    const events: LoggedEvent[] = [];
    let isKnown = index === stream.droppedIndex;
    for (const event of this.#events) {
      if (event.stream !== stream || event.index === undefined) continue;
      if (event.index === index) isKnown = true;
      else if (event.index > index && event.json !== "") events.push(event);
    }
    return isKnown ? { kind: "events", events } : { kind: "unknown" };
  }

  /** Keeps what still waits and drops the oldest events beyond the bounds. */
  trim(unsent?: LoggedEvent): void {
    if (unsent !== undefined && unsent.index === undefined) this.#options.keeper?.put(unsent);
    const { eventLogEventsMax, eventLogBytesMax } = this.#options.limits;
    let lost = 0;
    while (this.#events.size > eventLogEventsMax || this.#bytes > eventLogBytesMax) {
      const [oldest] = this.#events;
      if (oldest === undefined) break;
      if (this.#drop(oldest)) lost++;
    }
    if (lost > 0) this.#options.onDrop(lost);
  }

  /** Drops the messages with such a text; a client that should have got one is told of a gap. */
  dropWhere(matches: (json: string) => boolean): void {
    for (const event of this.#events) if (matches(event.json)) this.#drop(event);
  }

  /** Forgets a whole stream. */
  forget(stream: StreamRecord): void {
    if (stream.kept > 0) {
      for (const event of this.#events) if (event.stream === stream) this.#remove(event);
    }
    stream.waiting.length = 0;
    stream.marks.length = 0;
  }

  /** Forgets every event here; those that are kept elsewhere stay there. */
  close(): void {
    this.#events.clear();
    this.#bytes = 0;
  }

  #insert(stream: StreamRecord, json: string): LoggedEvent {
    const bytes = Buffer.byteLength(json);
    const event = { seq: this.#nextSeq++, stream, json, bytes, index: undefined };
    this.#hold(event);
    return event;
  }

  #hold(event: LoggedEvent): void {
    this.#events.add(event);
    this.#bytes += event.bytes;
    event.stream.kept++;
  }

  /** Drops an event; true if nobody ever got it. */
  #drop(event: LoggedEvent): boolean {
    const { stream } = event;
    const wasWaiting = event.index === undefined;
    if (wasWaiting) {
      // A place of its own, so that a resume from before the gap is seen to be one.
      event.index = this.#nextIndex++;
      stream.waiting.splice(stream.waiting.indexOf(event), 1);
    }
    stream.droppedIndex = Math.max(stream.droppedIndex, event.index ?? -1);
    this.#remove(event);
    this.#dropMarks(stream);
    return wasWaiting;
  }

  /**
   * Drops the priming events from before the gap. They are younger than messages that waited longer
   * than they, and a later process, which knows of a gap only by what is missing, would go on from them.
   */
  #dropMarks({ marks, droppedIndex }: StreamRecord): void {
    for (let mark = marks[0]; mark?.index !== undefined; mark = marks[0]) {
      if (mark.index > droppedIndex) break;
      marks.shift();
      if (this.#events.has(mark)) this.#remove(mark);
    }
  }

  #remove(event: LoggedEvent): void {
    this.#events.delete(event);
    this.#bytes -= event.bytes;
    this.#options.keeper?.drop(event);
    if (--event.stream.kept === 0) event.stream.onEmpty?.();
  }
}
