// All streams of one session over one event log: the common stream, and one for each request whose
// answer became a stream. A stream of a request stays for a while after its last message, so that a
// client whose connection was cut can still fetch the answer.

import type { Deadline, Deadlines } from "../base/deadlines.ts";
import type { Limits } from "../base/limits.ts";
import { CommonStream } from "./common_stream.ts";
import { parseEventId } from "./event_id.ts";
import {
  type DropObserver,
  type EventKeeper,
  EventLog,
  newStreamRecord,
  type StreamRecord,
} from "./event_log.ts";
import type { DetachSink, EventSink } from "./event_sink.ts";
import { EventStream } from "./event_stream.ts";

/** What SessionStreams is composed of. */
export interface SessionStreamsOptions {
  readonly deadlines: Deadlines;
  readonly limits: Limits;
  readonly onDrop: DropObserver;
  /** Whether clients of the session's revision understand an event without data. */
  readonly primes: boolean;
  /** What the names of the streams end in, so that an id of another session is told apart. */
  readonly tag: string;
  readonly keeper?: EventKeeper | undefined;
}

/** Whether a connection was taken: with the way to take it out again, or with why not. */
export type Joining =
  | { readonly kind: "joined"; readonly detach: DetachSink }
  | {
    readonly kind: "too_many_streams" | "unknown_event" | "event_too_old" | "nothing_left";
  };

interface RequestStream {
  readonly stream: EventStream;
  readonly record: StreamRecord;
  forgetting: Deadline | undefined;
}

const COMMON = 0;

/** The streams of one session. */
export class SessionStreams {
  readonly #options: SessionStreamsOptions;
  readonly #log: EventLog;
  readonly #commonRecord: StreamRecord;
  readonly #requests = new Map<string, RequestStream>();
  readonly #onSinkGone = () => void this.#open--;
  readonly common: CommonStream;
  #open = 0;
  #nextNumber = COMMON + 1;
  #isClosed = false;

  constructor(options: SessionStreamsOptions) {
    const { limits, onDrop, keeper } = options;
    this.#options = options;
    this.#log = new EventLog({ limits, onDrop, keeper });
    this.#commonRecord = newStreamRecord(this.#nameOf(COMMON));
    this.common = new CommonStream({
      log: this.#log,
      record: this.#commonRecord,
      onSinkGone: this.#onSinkGone,
    });
  }

  /** Open connections, shadows included. */
  get open(): number {
    return this.#open;
  }

  /** Events kept, sent and waiting. */
  get events(): number {
    return this.#log.size;
  }

  /** Streams of requests that run, or ended a short while ago. */
  get requestStreams(): number {
    return this.#requests.size;
  }

  /** Joins the common stream: what waits, then what comes. */
  listen(sink: EventSink): Joining {
    if (!this.#hasRoomForShadow()) return { kind: "too_many_streams" };
    return this.#joined(() => this.common.join(sink, { primeRetryMs: this.#primeRetryMs() }));
  }

  /** Goes on with the stream that the id names, after the event that it names. */
  resume(lastEventId: string, sink: EventSink): Joining {
    const place = parseEventId(lastEventId);
    if (place === undefined) return { kind: "unknown_event" };
    const isCommon = place.stream === this.#commonRecord.name;
    const request = this.#requests.get(place.stream);
    const record = isCommon ? this.#commonRecord : request?.record;
    if (record === undefined) return { kind: "unknown_event" };
    const replay = this.#log.after(record, place.index);
    if (replay.kind === "unknown") return { kind: "unknown_event" };
    if (replay.kind === "too_old") return { kind: "event_too_old" };
    const options = { after: place.index };
    if (request !== undefined) {
      const isAllSent = replay.events.length === 0 && request.record.waiting.length === 0;
      if (request.stream.isEnded && isAllSent) return { kind: "nothing_left" };
      // The connection it replaces ends, so there is room for one if that one was open.
      if (!request.stream.isOpen && !this.#hasRoom()) return { kind: "too_many_streams" };
      this.#remind(sink, lastEventId);
      return this.#joined(() => request.stream.join(sink, options));
    }
    if (!this.#hasRoomForShadow()) return { kind: "too_many_streams" };
    this.#remind(sink, lastEventId);
    return this.#joined(() => this.common.join(sink, options));
  }

  /** Opens the stream of a request; undefined when too many connections are open. */
  openRequest(sink: EventSink): OpenedRequestStream | undefined {
    if (this.#isClosed || !this.#hasRoom()) return undefined;
    const record = newStreamRecord(this.#nameOf(this.#nextNumber++));
    const stream = new EventStream({ log: this.#log, record, onSinkGone: this.#onSinkGone });
    const entry: RequestStream = { stream, record, forgetting: undefined };
    this.#requests.set(record.name, entry);
    this.#open++;
    const detach = stream.join(sink, { primeRetryMs: this.#primeRetryMs() });
    return { stream, detach, end: (messages) => this.#end(entry, messages) };
  }

  /** Ends every connection and forgets every message; safe to call twice. */
  close(): void {
    this.#isClosed = true;
    this.common.close();
    this.#log.forget(this.#commonRecord);
    for (const entry of [...this.#requests.values()]) {
      entry.stream.disconnect();
      this.#forget(entry);
    }
  }

  #end(entry: RequestStream, messages: readonly string[]): void {
    if (this.#isClosed) return;
    entry.stream.end(messages);
    const { deadlines, limits } = this.#options;
    entry.forgetting = deadlines.add(limits.finishedStreamMs, () => this.#forget(entry));
    // A stream of which the log keeps nothing can be resumed by nobody.
    entry.record.onEmpty = () => this.#forget(entry);
    if (entry.record.kept === 0) this.#forget(entry);
  }

  #forget(entry: RequestStream): void {
    entry.forgetting?.cancel();
    entry.record.onEmpty = undefined;
    entry.stream.disconnect();
    this.#requests.delete(entry.record.name);
    this.#log.forget(entry.record);
  }

  /**
   * Tells a client the id it resumes after: the official clients know only ids that came on the
   * connection they lose, and one that is lost before its first message would cost them their place.
   */
  #remind(sink: EventSink, id: string): void {
    const retryMs = this.#primeRetryMs();
    if (retryMs !== undefined) sink.write({ id, data: "", retryMs });
  }

  #joined(join: () => DetachSink): Joining {
    this.#open++;
    return { kind: "joined", detach: join() };
  }

  #hasRoom(): boolean {
    return !this.#isClosed && this.#open < this.#options.limits.sessionStreamsMax;
  }

  #hasRoomForShadow(): boolean {
    const { shadowStreamsMax } = this.#options.limits;
    return this.#hasRoom() && (!this.common.isOpen || this.common.shadows < shadowStreamsMax);
  }

  #primeRetryMs(): number | undefined {
    return this.#options.primes ? this.#options.limits.streamRetryMs : undefined;
  }

  #nameOf(number: number): string {
    return `${number}.${this.#options.tag}`;
  }
}

/** The stream of a request, while its handler runs. */
export interface OpenedRequestStream {
  readonly stream: EventStream;
  /** Its first connection is over. */
  readonly detach: DetachSink;
  /** Says the last messages; they are kept for a while after the connection took them. */
  end(messages: readonly string[]): void;
}
