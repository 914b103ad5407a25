// All streams of one session over one event log: the common stream, and one for each request whose
// answer became a stream. A stream of a request stays for a while after its last message, so that a
// client whose connection was cut can still fetch the answer.

import type { Deadline, Deadlines } from "../base/deadlines.ts";
import type { Clock } from "../base/clock.ts";
import type { Limits } from "../base/limits.ts";
import { SERVER_ERROR } from "../protocol/error_codes.ts";
import { errorResponse, type RequestId } from "../protocol/json_rpc.ts";
import { CommonStream } from "./common_stream.ts";
import { parseEventId } from "./event_id.ts";
import { type DropObserver, type EventKeeper, EventLog } from "./event_log.ts";
import type { DetachSink, EventSink } from "./event_sink.ts";
import { EventStream } from "./event_stream.ts";
import type { StoredEvent, StoredStream } from "./ports.ts";
import { newStreamRecord, replayAfter, type StreamRecord } from "./stream_record.ts";

/** Keeps the streams of a session beyond the process; never throws. */
export interface StreamKeeper extends EventKeeper {
  /** A stream opened for these requests. */
  streamOpened(name: string, requestIds: readonly RequestId[]): void;
  /** The last message of a stream was said, at that time in UTC milliseconds. */
  streamEnded(name: string, nowMs: number): void;
  streamForgotten(name: string): void;
}

/** What an earlier process kept of the streams. */
export interface RestoredStreams {
  readonly streams: readonly StoredStream[];
  readonly events: readonly StoredEvent[];
}

/** What SessionStreams is composed of. */
export interface SessionStreamsOptions {
  readonly clock: Clock;
  readonly deadlines: Deadlines;
  readonly limits: Limits;
  readonly onDrop: DropObserver;
  /** Whether clients of the session's revision understand an event without data. */
  readonly primes: boolean;
  /** What the names of the streams end in, so that an id of another session is told apart. */
  readonly tag: string;
  readonly keeper?: StreamKeeper | undefined;
  readonly restored?: RestoredStreams | undefined;
  /** The first number to give out: above all that an earlier process gave. */
  readonly firstNumber?: number | undefined;
}

/** Whether a connection was taken: with the way to take it out again, or with why not. */
export type Joining =
  | {
    readonly kind: "joined";
    readonly detach: DetachSink;
    /** It stays silent while another connection of the stream lives. */
    readonly isShadow: boolean;
  }
  | {
    readonly kind: "too_many_streams" | "unknown_event" | "event_too_old" | "nothing_left";
  };

interface RequestStream {
  readonly stream: EventStream;
  readonly record: StreamRecord;
  forgetting: Deadline | undefined;
}

const COMMON = 0;
const RESTARTED = "The server was restarted while the request ran";

/** The streams of one session. */
export class SessionStreams {
  readonly #options: SessionStreamsOptions;
  readonly #log: EventLog;
  readonly #commonRecord: StreamRecord;
  readonly #requests = new Map<string, RequestStream>();
  /** Those of them whose last message was said, the earliest to end first. */
  readonly #ended = new Set<RequestStream>();
  readonly #onSinkGone = () => void this.#open--;
  readonly common: CommonStream;
  #open = 0;
  #nextNumber: number;
  #isClosed = false;

  constructor(options: SessionStreamsOptions) {
    const { limits, onDrop, keeper, firstNumber = 0, restored } = options;
    this.#options = options;
    this.#nextNumber = Math.max(firstNumber, COMMON + 1);
    this.#log = new EventLog({ limits, onDrop, keeper, firstNumber });
    this.#commonRecord = newStreamRecord({ name: this.#nameOf(COMMON), isOfRequest: false });
    this.common = new CommonStream({
      log: this.#log,
      record: this.#commonRecord,
      onSinkGone: this.#onSinkGone,
    });
    if (restored !== undefined) this.#restore(restored);
  }

  /** Open connections, shadows included. */
  get open(): number {
    return this.#open;
  }

  /** Messages kept, sent and waiting. */
  get events(): number {
    return this.#log.size;
  }

  /** Streams of requests that run, or ended a short while ago. */
  get requestStreams(): number {
    return this.#requests.size;
  }

  /** Joins the common stream: what waits, then what comes. */
  listen(sink: EventSink): Joining {
    if (!this.#makeListenerRoom()) return { kind: "too_many_streams" };
    const options = { primeRetryMs: this.#primeRetryMs() };
    return this.#joined(() => this.common.join(sink, options), this.common.isOpen);
  }

  /** Goes on with the stream that the id names, after the event that it names. */
  resume(lastEventId: string, sink: EventSink): Joining {
    const place = parseEventId(lastEventId);
    if (place === undefined) return { kind: "unknown_event" };
    const isCommon = place.stream === this.#commonRecord.name;
    const request = this.#requests.get(place.stream);
    const record = isCommon ? this.#commonRecord : request?.record;
    if (record === undefined) return { kind: "unknown_event" };
    const replay = replayAfter(record, place.index);
    if (replay.kind === "unknown") return { kind: "unknown_event" };
    if (replay.kind === "too_old") return { kind: "event_too_old" };
    const options = { after: place.index };
    if (request !== undefined) {
      const isAllSent = replay.events.length === 0 && request.record.waiting.size === 0;
      if (request.stream.isEnded && isAllSent) return { kind: "nothing_left" };
      // The connection it replaces ends, so there is room for one if that one was open.
      if (!request.stream.isOpen && !this.#hasRoom()) return { kind: "too_many_streams" };
      this.#remind(sink, lastEventId);
      return this.#joined(() => request.stream.join(sink, options));
    }
    if (!this.#makeListenerRoom()) return { kind: "too_many_streams" };
    this.#remind(sink, lastEventId);
    return this.#joined(() => this.common.join(sink, options), this.common.isOpen);
  }

  /**
   * Opens the stream of the requests of one POST; undefined when too many connections are open.
   */
  openRequest(
    sink: EventSink,
    requestIds: readonly RequestId[],
  ): OpenedRequestStream | undefined {
    if (this.#isClosed || !this.#hasRoom()) return undefined;
    const entry = this.#addRequest(this.#nameOf(this.#nextNumber++));
    const { stream } = entry;
    this.#options.keeper?.streamOpened(stream.name, requestIds);
    this.#open++;
    const detach = stream.join(sink, { primeRetryMs: this.#primeRetryMs() });
    return { stream, detach, end: () => this.#end(entry) };
  }

  /** Drops the messages with such a text. */
  dropWhere(matches: (json: string) => boolean): void {
    this.#log.dropWhere(matches);
  }

  /** Ends every connection; what an earlier process kept stays with its keeper. Safe to call twice. */
  close(): void {
    this.#isClosed = true;
    this.common.close();
    for (const entry of this.#requests.values()) {
      entry.forgetting?.cancel();
      entry.stream.end();
    }
    this.#requests.clear();
    this.#ended.clear();
    this.#log.close();
  }

  #addRequest(name: string): RequestStream {
    const record = newStreamRecord({ name, isOfRequest: true });
    const stream = new EventStream({ log: this.#log, record, onSinkGone: this.#onSinkGone });
    const entry: RequestStream = { stream, record, forgetting: undefined };
    this.#requests.set(name, entry);
    return entry;
  }

  #restore({ streams, events }: RestoredStreams): void {
    const records = new Map([[this.#commonRecord.name, this.#commonRecord]]);
    for (const { name } of streams) records.set(name, this.#addRequest(name).record);
    // A mark says which messages still count.
    for (const event of events.toSorted((a, b) => Number(a.json !== "") - Number(b.json !== ""))) {
      const record = records.get(event.stream);
      if (record !== undefined) this.#log.restore(event, record);
    }
    for (const stream of streams) {
      const entry = this.#requests.get(stream.name);
      if (entry !== undefined) this.#endRestored(entry, stream);
    }
  }

  /** What still ran went with the earlier process; what had ended keeps the time it ended at. */
  #endRestored(entry: RequestStream, { requestIds, endedMs }: StoredStream): void {
    if (endedMs === undefined) {
      for (const json of lostAnswers(requestIds)) entry.stream.publish(json, "awaited");
      return this.#end(entry);
    }
    entry.stream.end();
    this.#forgetLater(entry, endedMs);
  }

  #end(entry: RequestStream): void {
    if (this.#isClosed) return;
    entry.stream.end();
    const endedMs = this.#options.clock.now();
    this.#options.keeper?.streamEnded(entry.record.name, endedMs);
    this.#forgetLater(entry, endedMs);
  }

  #forgetLater(entry: RequestStream, endedMs: number): void {
    const { clock, deadlines, limits } = this.#options;
    const restMs = endedMs + limits.finishedStreamMs - clock.now();
    // A clock that was set back in between must not keep a stream for longer than its time.
    const waitMs = Math.min(Math.max(restMs, 0), limits.finishedStreamMs);
    entry.forgetting = deadlines.add(waitMs, () => this.#forget(entry));
    this.#ended.add(entry);
    if (this.#ended.size > limits.eventLogEventsMax) this.#forgetEmpty();
  }

  /** Forgets the earliest ended stream of which nothing is kept; there is one beyond the log's bound. */
  #forgetEmpty(): void {
    for (const entry of this.#ended) {
      if (entry.record.waiting.size + entry.record.sent.size === 0) return this.#forget(entry);
    }
  }

  #forget(entry: RequestStream): void {
    entry.forgetting?.cancel();
    entry.stream.disconnect();
    this.#ended.delete(entry);
    this.#requests.delete(entry.record.name);
    this.#log.forget(entry.record);
    this.#options.keeper?.streamForgotten(entry.record.name);
  }

  /**
   * Tells a client the id it resumes after: the official clients know only ids that came on the
   * connection they lose, and one that is lost before its first message would cost them their place.
   */
  #remind(sink: EventSink, id: string): void {
    const retryMs = this.#primeRetryMs();
    if (retryMs !== undefined) sink.write({ id, data: "", retryMs });
  }

  #joined(join: () => DetachSink, isShadow = false): Joining {
    this.#open++;
    return { kind: "joined", detach: join(), isShadow };
  }

  #hasRoom(): boolean {
    return !this.#isClosed && this.#open < this.#options.limits.sessionStreamsMax;
  }

  /** Room for a listener; the one that has been a shadow for longest makes it. */
  #makeListenerRoom(): boolean {
    const { shadowStreamsMax } = this.#options.limits;
    if (this.common.isOpen) {
      if (shadowStreamsMax === 0) return false;
      if (this.common.shadows >= shadowStreamsMax) this.common.dropOldestShadow();
    }
    return this.#hasRoom();
  }

  #primeRetryMs(): number | undefined {
    return this.#options.primes ? this.#options.limits.streamRetryMs : undefined;
  }

  #nameOf(number: number): string {
    return `${number}.${this.#options.tag}`;
  }
}

/** What the requests of a stream are answered whose work went with an earlier process. */
function lostAnswers(requestIds: string): string[] {
  // Written by streamOpened(), which had them from messages that were read.
  const ids = JSON.parse(requestIds) as RequestId[];
  return ids.map((id) =>
    JSON.stringify(errorResponse(id, { code: SERVER_ERROR, message: RESTARTED }))
  );
}

/** The stream of a request, while its handler runs. */
export interface OpenedRequestStream {
  readonly stream: EventStream;
  /** Its first connection is over. */
  readonly detach: DetachSink;
  /** The last message was said; what is kept of the stream stays for a while. */
  end(): void;
}
