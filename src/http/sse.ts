// Server-Sent Events on Web streams (WHATWG HTML, "Server-sent events"): one response body that takes
// messages until its reader leaves or lags behind. A single sweeper writes keep-alive comments to all
// open streams, so that proxies and runtimes leave quiet ones alone.

import type { Principal } from "../auth/principal.ts";
import type { CancelTimer, Clock } from "../base/clock.ts";
import type { Shares } from "../base/shares.ts";
import type { EventSink, StreamEvent } from "../session/event_sink.ts";

/** An open stream: the body for the response, and where to write. */
export interface SseStream extends EventSink {
  readonly body: ReadableStream<Uint8Array>;
  /** Writes a comment, unless something was written already. */
  begin(): void;
  /** Takes the last event of a stream whatever waits for its reader: nobody can ask for it again. */
  writeLast(event: StreamEvent): void;
}

/** Options of StreamSet. */
export interface StreamSetOptions {
  readonly clock: Clock;
  readonly keepAliveMs: number;
  /** Bytes that may wait for a slow reader; then the stream is closed. */
  readonly bufferBytesMax: number;
  /** How many one principal may have open; undefined: there is one principal. */
  readonly shares: Shares | undefined;
}

const ENCODER = new TextEncoder();
const KEEP_ALIVE = ENCODER.encode(": keep-alive\n\n");
// Something has to be written at once: a runtime may hold the status line back until the first byte.
const OPENING = ENCODER.encode(": open\n\n");

// What stands before the first message: the opening, and the id to resume after with the time to wait.
const PREAMBLE_BYTES_MAX = 256;

/** The response with a stream as its body. */
export function streamResponse(
  stream: SseStream,
  headers: readonly [string, string][],
): Response {
  stream.begin();
  return new Response(stream.body, { headers: [...SSE_HEADERS, ...headers] });
}

// `X-Accel-Buffering` asks proxies not to hold events back.
const SSE_HEADERS: readonly [string, string][] = [
  ["content-type", "text/event-stream"],
  ["cache-control", "no-cache, no-transform"],
  ["x-accel-buffering", "no"],
];

/** The open event streams of a process. */
export class StreamSet {
  readonly #options: StreamSetOptions;
  readonly #open = new Set<OpenStream>();
  #cancelTick: CancelTimer | undefined;

  constructor(options: StreamSetOptions) {
    this.#options = options;
  }

  /** How many streams are open. */
  get size(): number {
    return this.#open.size;
  }

  /**
   * Opens a stream for a principal; `onEnd` runs once when it is over, whoever ended it. Undefined when
   * that principal has as many open as it may.
   */
  open({ id }: Principal, onEnd: () => void): SseStream | undefined {
    const { shares } = this.#options;
    if (shares?.take(id) === false) return undefined;
    const stream = new OpenStream(this.#options.bufferBytesMax, () => {
      this.#open.delete(stream);
      shares?.release(id);
      onEnd();
    });
    this.#open.add(stream);
    this.#armKeepAlive();
    return stream;
  }

  /** Whether a principal may open another one. */
  hasRoomFor({ id }: Principal): boolean {
    const { shares } = this.#options;
    if (shares?.take(id) === false) return false;
    shares?.release(id);
    return true;
  }

  /** Ends all streams and the keep-alive sweeper; safe to call twice. */
  close(): void {
    this.#cancelTick?.();
    this.#cancelTick = undefined;
    for (const stream of [...this.#open]) stream.close();
  }

  #armKeepAlive(): void {
    if (this.#cancelTick !== undefined || this.#open.size === 0) return;
    this.#cancelTick = this.#options.clock.after(this.#options.keepAliveMs, () => {
      this.#cancelTick = undefined;
      for (const stream of [...this.#open]) if (!stream.writeChunk(KEEP_ALIVE)) stream.close();
      this.#armKeepAlive();
    });
  }
}

class OpenStream implements SseStream {
  readonly body: ReadableStream<Uint8Array>;
  readonly #bufferBytesMax: number;
  readonly #onEnd: () => void;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #hasBegun = false;

  constructor(bufferBytesMax: number, onEnd: () => void) {
    this.#bufferBytesMax = bufferBytesMax;
    this.#onEnd = onEnd;
    this.body = new ReadableStream<Uint8Array>({
      start: (controller) => void (this.#controller = controller),
      // Both runtimes call this when the client goes away.
      cancel: () => this.#end(),
      // The bound is the high water mark, although it costs Bun some kilobytes a stream: with a smaller
      // one Bun does not notice that a client has gone while more than that waits for it.
    }, new ByteLengthQueuingStrategy({ highWaterMark: PREAMBLE_BYTES_MAX + bufferBytesMax }));
  }

  begin(): void {
    if (!this.#hasBegun) this.writeChunk(OPENING);
  }

  write(event: StreamEvent): boolean {
    return this.writeChunk(ENCODER.encode(encodeEvent(event)));
  }

  writeLast(event: StreamEvent): void {
    this.#controller?.enqueue(ENCODER.encode(encodeEvent(event)));
  }

  writeChunk(chunk: Uint8Array): boolean {
    const controller = this.#controller;
    if (controller === undefined) return false;
    // A chunk larger than the whole buffer is taken where none waits but the preamble, which every
    // connection begins with: a message that no connection takes would come back for ever.
    const room = controller.desiredSize ?? 0;
    if (room < chunk.byteLength && room < this.#bufferBytesMax) return false;
    this.#hasBegun = true;
    controller.enqueue(chunk);
    return true;
  }

  close(): void {
    const controller = this.#controller;
    this.#end();
    controller?.close();
  }

  #end(): void {
    if (this.#controller === undefined) return;
    this.#controller = undefined;
    this.#onEnd();
  }
}

function encodeEvent({ id, data, retryMs }: StreamEvent): string {
  const idLine = id === undefined ? "" : `id: ${id}\n`;
  const retryLine = retryMs === undefined ? "" : `retry: ${wholeMs(retryMs)}\n`;
  // Without an `event` line an event is a message; the line is for readers of the bytes.
  const dataLines = data === undefined
    ? ""
    : data === ""
    ? "data: \n"
    : `event: message\ndata: ${data}\n`;
  return `${idLine}${retryLine}${dataLines}\n`;
}

// Clients ignore a time that is not written in digits alone (WHATWG HTML, "Server-sent events").
function wholeMs(ms: number): number {
  return Number.isFinite(ms) ? Math.min(Math.max(Math.round(ms), 0), RETRY_MS_MAX) : RETRY_MS_MAX;
}

const RETRY_MS_MAX = 600_000;
