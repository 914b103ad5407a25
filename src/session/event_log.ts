// The messages of one session, over all its streams: those that wait for a connection and those that
// were sent and may be asked for again. A message gets its index when it is sent, not when it is said:
// a client that connects in between is first given an id to resume after (priming), and what waited
// must come after that id. The log is bounded by messages and bytes. What was sent goes first, and of
// what waits an answer or a question last. A stream remembers where it has a gap, so that a resume over
// it is refused; a report that is missing on the stream of its request is none.

import { Buffer } from "node:buffer";
import { invariant } from "../base/errors.ts";
import type { Limits } from "../base/limits.ts";
import { formatEventId } from "./event_id.ts";
import type { StreamEvent } from "./event_sink.ts";
import { kindOfJson, type MessageKind } from "./message_kind.ts";
import type { StoredEvent } from "./ports.ts";
import type { LoggedEvent, StreamRecord } from "./stream_record.ts";

/** Is told how many messages were dropped that had never been sent. */
export type DropObserver = (messages: number) => void;

/** What is kept of an event; without a text it marks the lowest index to go on after. */
export type KeptEvent = Pick<LoggedEvent, "seq" | "stream" | "json" | "index">;

/** Keeps the events of a session beyond the process; never throws. */
export interface EventKeeper {
  /** Keeps an event, or what changed of it. */
  put(event: KeptEvent): void;
  drop(seq: number): void;
}

/** A message as it is said. */
export type SaidMessage = Pick<LoggedEvent, "json" | "kind" | "keptJson">;

/** What an EventLog is composed of. */
export interface EventLogOptions {
  readonly limits: Limits;
  readonly onDrop: DropObserver;
  /** Keeps the events over a restart; undefined: they live in memory only. */
  readonly keeper?: EventKeeper | undefined;
  /** The first index to give out: above all that an earlier process gave. */
  readonly firstNumber?: number | undefined;
}

// The order in which a full log drops: what was sent is there only for a repeat, and a report of a call
// is worth less than what comes after it.
const SENT_RANKS: Readonly<Record<MessageKind, number>> = { report: 0, notice: 1, awaited: 1 };
const WAITING_RANKS: Readonly<Record<MessageKind, number>> = { report: 2, notice: 3, awaited: 4 };
const RANKS = 5;

/** The messages of one session. */
export class EventLog {
  readonly #options: EventLogOptions;
  /** All messages by rank, oldest first; a JavaScript set keeps the order. */
  readonly #ranks = Array.from({ length: RANKS }, () => new Set<LoggedEvent>());
  readonly #firstNumber: number;
  #size = 0;
  #bytes = 0;
  #nextSeq: number;
  #nextIndex: number;

  constructor(options: EventLogOptions) {
    this.#options = options;
    this.#firstNumber = options.firstNumber ?? 0;
    this.#nextSeq = this.#firstNumber;
    this.#nextIndex = this.#firstNumber;
  }

  /** Messages in the log, sent and waiting. */
  get size(): number {
    return this.#size;
  }

  /** Takes over an event that an earlier process kept; marks first, then in the order of `seq`. */
  restore(event: StoredEvent, stream: StreamRecord): void {
    const { seq, json, index } = event;
    if (json === "") return this.#restoreMark(event, stream);
    if (index !== undefined) {
      const isBeforeMark = stream.markSeq !== undefined && index < stream.earliest;
      if (isBeforeMark) return this.#options.keeper?.drop(seq);
      stream.earliest = Math.min(stream.earliest, index);
      // The earlier process may have given out more than it kept.
      stream.newest = Math.max(this.#firstNumber - 1, stream.newest);
    }
    this.#hold({ seq, stream, json, index }, kindOfJson(json));
  }

  /** Adds a message that waits to be sent; to be followed by keep(). */
  add(stream: StreamRecord, { json, kind, keptJson }: SaidMessage): LoggedEvent {
    return this.#hold({ seq: this.#nextSeq++, stream, json, keptJson, index: undefined }, kind);
  }

  /** Sends what waits on a stream, in order; false when `write` took no more. */
  send(stream: StreamRecord, write: (event: StreamEvent) => boolean): boolean {
    for (const event of stream.waiting) {
      const index = this.#nextIndex++;
      // Kept before it is sent: an index that a client has seen must never name something else.
      this.#put(event, index);
      if (!write({ id: formatEventId(index, stream.name), data: event.json })) {
        this.#put(event, undefined);
        return false;
      }
      this.#unlist(event);
      event.index = index;
      this.#list(event);
      stream.earliest = Math.min(stream.earliest, index);
      stream.newest = index;
    }
    return true;
  }

  /** Gives a new connection an id to resume after; false when it takes nothing. */
  prime(
    stream: StreamRecord,
    retryMs: number,
    write: (event: StreamEvent) => boolean,
  ): boolean {
    const index = this.#nextIndex++;
    if (stream.earliest === Infinity) this.#beginAt(stream, index);
    stream.newest = index;
    return write({ id: formatEventId(index, stream.name), data: "", retryMs });
  }

  /** Sends an event again under the id it had; false when `write` takes nothing. */
  resend({ index, stream, json }: LoggedEvent, write: (event: StreamEvent) => boolean): boolean {
    return index !== undefined && write({ id: formatEventId(index, stream.name), data: json });
  }

  /**
   * Keeps a message that was just added, and the bounds; false if it was neither sent nor can wait. One
   * that alone is beyond the bound pushes nothing out: it is not kept, sent or not.
   */
  keep(added: LoggedEvent): boolean {
    const { limits, onDrop } = this.#options;
    const isSent = added.index !== undefined;
    const isTooLarge = added.bytes > limits.eventLogBytesMax;
    let lost = 0;
    if (!isSent && !isTooLarge) this.#put(added, undefined);
    for (
      let next = isTooLarge ? added : this.#nextToGo();
      next !== undefined;
      next = this.#nextToGo()
    ) {
      if (next.index === undefined) lost++;
      // One that its sender is told was not taken leaves no gap.
      if (next !== added || isSent) this.#leaveGap(next);
      this.#remove(next);
    }
    if (lost > 0) onDrop(lost);
    return isSent || added.stream.waiting.has(added);
  }

  /** Drops the messages with such a text; a client that should have got one is told of a gap. */
  dropWhere(matches: (json: string) => boolean): void {
    const found = this.#ranks.flatMap((events) => [...events].filter(({ json }) => matches(json)));
    for (const event of found) {
      this.#leaveGap(event);
      this.#remove(event);
    }
  }

  /** Forgets a whole stream. */
  forget(stream: StreamRecord): void {
    for (const event of [...stream.sent, ...stream.waiting]) this.#remove(event);
    if (stream.markSeq !== undefined) this.#options.keeper?.drop(stream.markSeq);
  }

  /** Forgets every event here; those that are kept elsewhere stay there. */
  close(): void {
    for (const events of this.#ranks) events.clear();
    this.#size = 0;
    this.#bytes = 0;
  }

  #restoreMark({ seq, index }: StoredEvent, stream: StreamRecord): void {
    const { keeper } = this.#options;
    const earliest = index ?? this.#nextIndex++;
    const isOnlyOne = stream.markSeq === undefined;
    stream.markSeq ??= seq;
    if (!isOnlyOne) keeper?.drop(seq);
    if (!isOnlyOne && earliest < stream.earliest) return;
    stream.earliest = earliest;
    stream.newest = Math.max(this.#firstNumber - 1, earliest);
    const isKept = isOnlyOne && index !== undefined;
    if (!isKept) keeper?.put({ seq: stream.markSeq, stream, json: "", index: earliest });
  }

  #put({ seq, stream, json, keptJson = json }: LoggedEvent, index: number | undefined): void {
    this.#options.keeper?.put({ seq, stream, json: keptJson, index });
  }

  #hold(
    event: KeptEvent & Pick<LoggedEvent, "keptJson">,
    said: MessageKind,
  ): LoggedEvent {
    // On the common stream a log message is like any other: no answer follows that is worth more.
    const kind = said === "report" && !event.stream.isOfRequest ? "notice" : said;
    const held = { ...event, kind, bytes: Buffer.byteLength(event.json) };
    this.#list(held);
    this.#size++;
    this.#bytes += held.bytes;
    return held;
  }

  /** The message that a log beyond its bounds can best do without; undefined within them. */
  #nextToGo(): LoggedEvent | undefined {
    const { eventLogEventsMax, eventLogBytesMax } = this.#options.limits;
    if (this.#size <= eventLogEventsMax && this.#bytes <= eventLogBytesMax) return undefined;
    for (const [oldest] of this.#ranks) if (oldest !== undefined) return oldest;
    return undefined;
  }

  #leaveGap({ stream, kind, index }: LoggedEvent): void {
    if (kind !== "report") {
      // One that waited gets a place of its own, so that a resume from before the gap is seen to be one.
      this.#beginAt(stream, index ?? this.#nextIndex++);
    } else if (index !== undefined && stream.markSeq === undefined) {
      // A later process must still know from where on only reports are missing.
      this.#beginAt(stream, stream.earliest);
    }
  }

  /** Lets nobody go on after less than that index; what was sent before it is of no use any more. */
  #beginAt(stream: StreamRecord, index: number): void {
    stream.earliest = index;
    stream.newest = Math.max(stream.newest, index);
    stream.markSeq ??= this.#nextSeq++;
    this.#options.keeper?.put({ seq: stream.markSeq, stream, json: "", index });
    for (const event of stream.sent) {
      if (event.index === undefined || event.index >= index) break;
      this.#remove(event);
    }
  }

  #remove(event: LoggedEvent): void {
    if (!this.#unlist(event)) return;
    this.#size--;
    this.#bytes -= event.bytes;
    this.#options.keeper?.drop(event.seq);
  }

  #list(event: LoggedEvent): void {
    placesOf(event).add(event);
    this.#rankOf(event).add(event);
  }

  #unlist(event: LoggedEvent): boolean {
    placesOf(event).delete(event);
    return this.#rankOf(event).delete(event);
  }

  #rankOf({ kind, index }: LoggedEvent): Set<LoggedEvent> {
    const ranks = index === undefined ? WAITING_RANKS : SENT_RANKS;
    const rank = this.#ranks[ranks[kind]];
    invariant(rank !== undefined, "every kind has a rank");
    return rank;
  }
}

function placesOf({ stream, index }: LoggedEvent): Set<LoggedEvent> {
  return index === undefined ? stream.waiting : stream.sent;
}
