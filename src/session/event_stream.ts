// One stream of a session: what is said on it goes to its connection, or waits for one. A connection
// that ends takes nothing with it; the next one goes on after the id its client saw last.

import type { EventLog } from "./event_log.ts";
import type { DetachSink, EventSink } from "./event_sink.ts";
import type { MessageKind } from "./message_kind.ts";
import { replayAfter, type StreamRecord } from "./stream_record.ts";

/** How a connection joins a stream. */
export interface JoinOptions {
  /** Send again what came after this index, which the log knows; undefined: only what waits. */
  readonly after?: number | undefined;
  /** Give the client an id to resume after at once, and this time to wait; undefined: neither. */
  readonly primeRetryMs?: number | undefined;
}

/** How a message is said. */
export interface PublishOptions {
  /** What is kept of it beyond the process; default: the message. */
  readonly keptJson?: string | undefined;
}

/** What an EventStream is composed of. */
export interface EventStreamOptions {
  readonly log: EventLog;
  readonly record: StreamRecord;
  /** Runs once for each connection that is over, whoever ended it. */
  readonly onSinkGone: () => void;
}

/** One stream of messages with at most one connection at a time. */
export class EventStream {
  readonly #options: EventStreamOptions;
  #sink: EventSink | undefined;
  #isEnded = false;

  constructor(options: EventStreamOptions) {
    this.#options = options;
  }

  /** The name in the ids of its events. */
  get name(): string {
    return this.#options.record.name;
  }

  /** Whether a connection takes its messages now. */
  get isOpen(): boolean {
    return this.#sink !== undefined;
  }

  /** The connection that takes its messages now. */
  get connection(): EventSink | undefined {
    return this.#sink;
  }

  /** Whether the last message was said. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  /**
   * Says one message: sent now, or kept for the next connection; false if it is too large to wait, if
   * what waits is worth more, or after the end. Never waits for a reader.
   */
  publish(json: string, kind: MessageKind, { keptJson }: PublishOptions = {}): boolean {
    if (this.#isEnded) return false;
    const { log, record } = this.#options;
    const event = log.add(record, { json, kind, keptJson });
    this.#flush();
    return log.keep(event);
  }

  /** The last message was said; the connection ends once all is sent. Safe to call twice. */
  end(): void {
    this.#isEnded = true;
    this.#flush();
  }

  /** Makes a connection the one of this stream; an older one ends. */
  join(sink: EventSink, { after, primeRetryMs }: JoinOptions = {}): DetachSink {
    this.disconnect();
    const isReady = after === undefined
      ? primeRetryMs === undefined || this.#isEnded || this.#prime(sink, primeRetryMs)
      : this.#replay(sink, after);
    // Only now: what is said in the meantime waits, and comes after what is sent again.
    this.#sink = sink;
    if (isReady) this.#flush();
    else this.disconnect();
    return () => this.#detach(sink);
  }

  /** Ends the connection, if there is one; the stream goes on. `retryMs`: when to come back. */
  disconnect(retryMs?: number): void {
    const sink = this.#sink;
    if (sink === undefined) return;
    if (retryMs !== undefined) sink.write({ retryMs });
    sink.close();
    this.#detach(sink);
  }

  /** False when the connection took less than all, or the log has a gap by now. */
  #replay(sink: EventSink, after: number): boolean {
    const { log, record } = this.#options;
    const replay = replayAfter(record, after);
    return replay.kind === "events" &&
      replay.events.every((event) => log.resend(event, (sent) => sink.write(sent)));
  }

  #prime(sink: EventSink, retryMs: number): boolean {
    const { log, record } = this.#options;
    return log.prime(record, retryMs, (event) => sink.write(event));
  }

  #flush(): void {
    const { log, record } = this.#options;
    const sink = this.#sink;
    if (sink === undefined) return;
    if (!log.send(record, (event) => sink.write(event)) || this.#isEnded) this.disconnect();
  }

  #detach(sink: EventSink): void {
    // A connection that was replaced must not take its successor away.
    if (this.#sink !== sink) return;
    this.#sink = undefined;
    this.#options.onSinkGone();
  }
}
