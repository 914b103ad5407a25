// What a session writes its events to. The wire owns the implementation (a Server-Sent-Events
// response today); a session only ever sees this.

/** One open stream to a client. */
export interface EventSink {
  /**
   * Takes one message, already as JSON text. False when the stream is closed or its reader too slow;
   * then the message was not taken and the stream is of no further use.
   */
  write(json: string): boolean;
  /** Ends the stream; safe to call twice. */
  close(): void;
}
