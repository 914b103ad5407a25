// What the streams of one session must send, written down as plainly as possible: one list of events,
// searched from end to end. The rules are those of 2025-11-25 ("Resumability and Redelivery",
// "Multiple Connections"): each message to one stream and one connection, a resume goes on strictly
// after the event it names, and is refused once anything later than that event is gone.

import { Buffer } from "node:buffer";
import type { ModelConnection } from "./_model_connection.ts";
import { type ModelServer, SIM_TIMES } from "./_model_server.ts";

/** Stands for the tag that ends the names of a session's streams, which is random. */
export const TAG = "tagtag";

interface ModelEvent {
  readonly stream: ModelStream;
  /** The message; empty: a priming event. */
  readonly json: string;
  /** Its place among all that was sent; undefined while it waits. */
  index: number | undefined;
}

/** One stream. */
export interface ModelStream {
  /** 0 is the common stream. */
  readonly number: number;
  connection: ModelConnection | undefined;
  /** The index of the newest of its events that is gone, -1 if none is. */
  goneIndex: number;
  isEnded: boolean;
  /** Calls off the end of the time in which it can be resumed; set once it is finished. */
  cancelForgetting: (() => void) | undefined;
}

/** How a GET must be answered. */
export type ModelJoining = "joined" | "full" | "unknown" | "too old" | "nothing left";

interface Shadow {
  readonly connection: ModelConnection;
  readonly after: number | undefined;
}

/** The streams of one session. */
export class ModelStreams {
  readonly common: ModelStream = newStream(0);
  readonly #server: ModelServer;
  readonly #primes: boolean;
  readonly #streams = new Map<number, ModelStream>([[0, this.common]]);
  readonly #shadows: Shadow[] = [];
  /** What is kept, in the order it was said. */
  #events: ModelEvent[] = [];
  #nextIndex = 0;
  #nextNumber = 1;
  #isPromoting = false;
  #isClosed = false;

  constructor(server: ModelServer, primes: boolean) {
    this.#server = server;
    this.#primes = primes;
  }

  /** How many connections stay silent behind the primary. */
  get shadows(): number {
    return this.#shadows.length;
  }

  /** A GET without an id. */
  listen(connection: ModelConnection): ModelJoining {
    if (!this.#makeListenerRoom()) return "full";
    this.#joinCommon({ connection, after: undefined });
    return "joined";
  }

  /** A GET with an id that some connection of this session received. */
  resume(number: number, index: number, connection: ModelConnection): ModelJoining {
    const stream = this.#streams.get(number);
    if (stream === undefined) return "unknown";
    if (index < stream.goneIndex) return "too old";
    if (stream.isEnded && !this.#hasAfter(stream, index)) return "nothing left";
    const isCommon = stream === this.common;
    const hasRoom = isCommon
      ? this.#makeListenerRoom()
      : stream.connection !== undefined || this.#hasRoom();
    if (!hasRoom) return "full";
    // The place is told again at once, so that a client that is cut once more still knows it.
    if (this.#primes) connection.write(placeChunk(stream, index));
    if (isCommon) this.#joinCommon({ connection, after: index });
    else this.#join(stream, { connection, after: index });
    return "joined";
  }

  /** The stream of a request; undefined when too many connections are open. */
  openRequest(connection: ModelConnection): ModelStream | undefined {
    if (this.#isClosed || !this.#hasRoom()) return undefined;
    const stream = newStream(this.#nextNumber++);
    this.#streams.set(stream.number, stream);
    this.#join(stream, { connection, after: undefined });
    return stream;
  }

  /** Says a message: sent now, or kept for the next connection, within the bounds. */
  say(stream: ModelStream, json: string): void {
    this.#events.push({ stream, json, index: undefined });
    this.#flush(stream);
    this.#trim();
  }

  /** Says the last messages of a request's stream. */
  end(stream: ModelStream, messages: readonly string[]): void {
    if (this.#isClosed) return;
    for (const json of messages) this.say(stream, json);
    stream.isEnded = true;
    this.#flush(stream);
    stream.cancelForgetting = this.#server.deadline(
      SIM_TIMES.finishedStream,
      () => {
        this.#server.met.add("stream forgotten in time");
        this.#forget(stream);
      },
    );
    this.#forgetIfEmpty(stream);
  }

  /** Ends all connections of the common stream; no shadow takes over. */
  disconnectListener(retryMs: number): void {
    const connections = this.#shadows.map(({ connection }) => connection);
    for (const connection of connections.concat(this.common.connection ?? [])) {
      connection.write(`retry: ${retryMs}\n\n`);
      connection.close();
    }
  }

  /** Ends the connection of a stream, telling the client when to come back. */
  disconnect({ connection }: ModelStream, retryMs: number): void {
    connection?.write(`retry: ${retryMs}\n\n`);
    connection?.close();
  }

  close(): void {
    this.#isClosed = true;
    for (const { connection } of [...this.#shadows]) connection.close();
    for (const stream of [...this.#streams.values()]) this.#forget(stream);
  }

  #joinCommon(shadow: Shadow): void {
    if (this.common.connection === undefined) return this.#join(this.common, shadow);
    this.#shadows.push(shadow);
    shadow.connection.onClose = () => {
      this.#shadows.splice(this.#shadows.indexOf(shadow), 1);
    };
  }

  #join(stream: ModelStream, { connection, after }: Shadow): void {
    stream.connection?.close();
    connection.onClose = () => {};
    const isReady = after === undefined
      ? stream.isEnded || this.#prime(stream, connection)
      : this.#replay(stream, after, connection);
    if (isReady) this.#attach(stream, connection);
    else connection.close();
    this.#trim();
  }

  #attach(stream: ModelStream, connection: ModelConnection): void {
    stream.connection = connection;
    connection.onClose = () => {
      stream.connection = undefined;
      if (stream === this.common) this.#promote();
    };
    this.#flush(stream);
  }

  /** One shadow after the other, until one takes what waits. */
  #promote(): void {
    if (this.#isPromoting) return;
    this.#isPromoting = true;
    while (!this.#isClosed && this.common.connection === undefined) {
      const newest = this.#shadows.pop();
      if (newest === undefined) break;
      this.#server.met.add("shadow takes over");
      this.#join(this.common, newest);
    }
    this.#isPromoting = false;
  }

  #prime(stream: ModelStream, connection: ModelConnection): boolean {
    if (!this.#primes) return true;
    const index = this.#nextIndex++;
    this.#events.push({ stream, json: "", index });
    return connection.write(placeChunk(stream, index));
  }

  #hasAfter(stream: ModelStream, after: number): boolean {
    return this.#events.some((event) =>
      event.stream === stream && event.json !== "" && (event.index ?? Infinity) > after
    );
  }

  #replay(stream: ModelStream, after: number, connection: ModelConnection): boolean {
    return after >= stream.goneIndex && this.#events
      .filter((event) => event.stream === stream && event.json !== "")
      .every(({ json, index }) =>
        index === undefined || index <= after || connection.write(chunkOf(stream, index, json))
      );
  }

  #flush(stream: ModelStream): void {
    const { connection } = stream;
    if (connection === undefined) return;
    for (const event of this.#events) {
      if (event.stream !== stream || event.index !== undefined) continue;
      // An index is used up even if the connection then does not take the event.
      const index = this.#nextIndex++;
      if (!connection.write(chunkOf(stream, index, event.json))) {
        this.#server.met.add("reader too slow");
        return connection.close();
      }
      event.index = index;
    }
    if (stream.isEnded) connection.close();
  }

  #trim(): void {
    const { eventLogEventsMax, eventLogBytesMax } = this.#server.bounds;
    const bytes = () => this.#events.reduce((sum, { json }) => sum + Buffer.byteLength(json), 0);
    while (this.#events.length > eventLogEventsMax || bytes() > eventLogBytesMax) {
      const oldest = this.#events.shift();
      if (oldest === undefined) return;
      if (oldest.index === undefined) {
        this.#server.lost++;
        this.#server.met.add("message dropped unsent");
      }
      const index = oldest.index ?? this.#nextIndex++;
      this.#server.dropped++;
      oldest.stream.goneIndex = Math.max(oldest.stream.goneIndex, index);
      // Nobody can go on after a priming event from before the gap.
      this.#events = this.#events.filter((event) =>
        event.stream !== oldest.stream || event.json !== "" || (event.index ?? 0) > index
      );
      this.#forgetIfEmpty(oldest.stream);
    }
  }

  /** A finished stream of which nothing is kept can be resumed by nobody. */
  #forgetIfEmpty(stream: ModelStream): void {
    if (stream.cancelForgetting === undefined) return;
    if (this.#events.some((event) => event.stream === stream)) return;
    this.#server.met.add("stream forgotten for want of room");
    this.#forget(stream);
  }

  #forget(stream: ModelStream): void {
    stream.cancelForgetting?.();
    stream.connection?.close();
    this.#streams.delete(stream.number);
    this.#events = this.#events.filter((event) => event.stream !== stream);
  }

  #hasRoom(): boolean {
    const streams = [...this.#streams.values()];
    const open = streams.filter(({ connection }) => connection !== undefined).length;
    return open + this.#shadows.length < this.#server.bounds.sessionStreamsMax;
  }

  /** The oldest shadow makes room for a new one. */
  #makeListenerRoom(): boolean {
    const { shadowStreamsMax } = this.#server.bounds;
    if (this.common.connection !== undefined && this.#shadows.length >= shadowStreamsMax) {
      if (shadowStreamsMax === 0) return false;
      this.#server.met.add("shadow makes room");
      this.#shadows[0]?.connection.close();
    }
    return this.#hasRoom();
  }
}

function newStream(number: number): ModelStream {
  return {
    number,
    connection: undefined,
    goneIndex: -1,
    isEnded: false,
    cancelForgetting: undefined,
  };
}

function chunkOf(stream: ModelStream, index: number, json: string): string {
  return `id: ${index}/${stream.number}.${TAG}\nevent: message\ndata: ${json}\n\n`;
}

function placeChunk(stream: ModelStream, index: number): string {
  return `id: ${index}/${stream.number}.${TAG}\nretry: ${SIM_TIMES.retry}\ndata: \n\n`;
}
