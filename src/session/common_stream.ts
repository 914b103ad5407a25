// The stream of a session that belongs to no request: what the server says of its own accord. Each
// message goes to exactly one connection (2025-11-25, "Multiple Connections"): the primary. Later ones
// are shadows that stay silent until the primary ends; then the newest takes over, from the event its
// client saw last.

import type { DetachSink, EventSink } from "./event_sink.ts";
import type { MessageKind } from "./message_kind.ts";
import { EventStream, type EventStreamOptions, type JoinOptions } from "./event_stream.ts";

interface Shadow {
  readonly sink: EventSink;
  readonly options: JoinOptions;
  /** Takes it out again: of the shadows, or of the stream once it was promoted. */
  leave: DetachSink;
}

/** The message channel of one session beside its requests. */
export class CommonStream {
  readonly #stream: EventStream;
  readonly #onSinkGone: () => void;
  /** By age, the newest last. */
  readonly #shadows: Shadow[] = [];
  #isPromoting = false;
  #isClosed = false;

  constructor(options: EventStreamOptions) {
    this.#onSinkGone = options.onSinkGone;
    this.#stream = new EventStream({ ...options, onSinkGone: () => this.#primaryGone() });
  }

  /** The name in the ids of its events. */
  get name(): string {
    return this.#stream.name;
  }

  /** Connections that stay silent while the primary lives. */
  get shadows(): number {
    return this.#shadows.length;
  }

  /** Whether somebody listens. */
  get isOpen(): boolean {
    return this.#stream.isOpen;
  }

  /** The connection that gets the messages. */
  get primary(): EventSink | undefined {
    return this.#stream.connection;
  }

  /** Says one message: sent to the primary now, or kept; false if neither. Never waits for a reader. */
  publish(json: string, kind: MessageKind): boolean {
    return this.#stream.publish(json, kind);
  }

  /** Adds a connection: the primary if there is none, else a shadow. */
  join(sink: EventSink, options: JoinOptions = {}): DetachSink {
    if (!this.#stream.isOpen) return this.#stream.join(sink, options);
    const shadow: Shadow = { sink, options, leave: () => this.#leave(shadow) };
    this.#shadows.push(shadow);
    return () => shadow.leave();
  }

  /** Ends the primary, if there is one; the newest shadow takes over. */
  dropPrimary(): void {
    this.#stream.disconnect();
  }

  /** Ends the connection that has been a shadow for longest. */
  dropOldestShadow(): void {
    const oldest = this.#shadows.shift();
    if (oldest !== undefined) this.#end(oldest);
  }

  /** Ends every connection; the stream goes on. `retryMs`: when to come back. */
  disconnect(retryMs?: number): void {
    for (const shadow of this.#shadows.splice(0)) this.#end(shadow, retryMs);
    this.#stream.disconnect(retryMs);
  }

  /** Ends every connection for good; safe to call twice. */
  close(): void {
    this.#isClosed = true;
    this.disconnect();
  }

  #end(shadow: Shadow, retryMs?: number): void {
    if (retryMs !== undefined) shadow.sink.write({ retryMs });
    shadow.sink.close();
    this.#onSinkGone();
  }

  #leave(shadow: Shadow): void {
    const at = this.#shadows.indexOf(shadow);
    if (at === -1) return;
    this.#shadows.splice(at, 1);
    this.#onSinkGone();
  }

  #primaryGone(): void {
    this.#onSinkGone();
    // A shadow that takes nothing ends within its own promotion; the loop below sees to the next.
    if (this.#isPromoting || this.#isClosed) return;
    this.#isPromoting = true;
    while (!this.#stream.isOpen) {
      const newest = this.#shadows.pop();
      if (newest === undefined) break;
      newest.leave = this.#stream.join(newest.sink, newest.options);
    }
    this.#isPromoting = false;
  }
}
