// What a session writes its events to. The wire owns the implementation (a Server-Sent-Events
// response today); a session only ever sees this.

/** What goes onto a stream at once; a member that is absent is not written. */
export interface StreamEvent {
  /** The id a client resumes after. */
  readonly id?: string;
  /** One message as JSON text; empty: only the id counts (priming). */
  readonly data?: string;
  /** How long a client waits before it connects again, in milliseconds. */
  readonly retryMs?: number;
}

/** One open stream to a client. */
export interface EventSink {
  /**
   * Takes one event. False when the stream is closed or its reader too slow; then the event was not
   * taken, and the caller closes the stream. It does not end by itself here: its successor would
   * take over while the event is still being sent.
   */
  write(event: StreamEvent): boolean;
  /** Ends the stream; safe to call twice. */
  close(): void;
}

/** Takes a stream out again when its connection ends; safe to call twice. */
export type DetachSink = () => void;
