// What the streams of one session must send, written down as plainly as possible: one list of events,
// searched from end to end. The rules are those of 2025-11-25 ("Resumability and Redelivery",
// "Multiple Connections"): each message to one stream and one connection, a resume goes on strictly
// after the event it names, and is refused once anything later than that event is gone. The reports of
// a call alone may be missing on its stream: its answer is worth more than they are.

import { Buffer } from "node:buffer";
import type { ModelConnection } from "./_model_connection.ts";
import {
  chunkOf,
  isReport,
  type ModelEvent,
  type ModelStream,
  newStream,
  nextToGo,
  placeChunk,
  reach,
} from "./_model_events.ts";
import { type ModelServer, SIM_TIMES } from "./_model_server.ts";

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
  /** Finished streams, in the order they ended. */
  #ended: ModelStream[] = [];
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
    if (stream === undefined || index > stream.newest) return "unknown";
    if (index < stream.earliest) return "too old";
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

  /** Says a message: sent now, or kept for the next connection; false if the bounds allow neither. */
  say(stream: ModelStream, json: string): boolean {
    if (this.#isClosed || stream.isEnded) return false;
    const event: ModelEvent = { stream, json, index: undefined };
    this.#events.push(event);
    this.#flush(stream);
    const isSent = event.index !== undefined;
    const isTooLarge = Buffer.byteLength(json) > this.#server.bounds.eventLogBytesMax;
    if (isTooLarge) this.#drop(event, { isTaken: isSent });
    const excess = () => nextToGo(this.#events, this.#server.bounds);
    for (let next = excess(); next !== undefined; next = excess()) {
      this.#drop(next, { isTaken: isSent || next !== event });
    }
    return isSent || this.#events.includes(event);
  }

  /** The last message of a request's stream was said. */
  end(stream: ModelStream): void {
    if (this.#isClosed) return;
    stream.isEnded = true;
    this.#flush(stream);
    stream.cancelForgetting = this.#server.deadline(
      SIM_TIMES.finishedStream,
      () => {
        this.#server.met.add("stream forgotten in time");
        this.#forget(stream);
      },
    );
    this.#ended.push(stream);
    this.#forgetEmpty();
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
    reach(stream, index);
    return connection.write(placeChunk(stream, index));
  }

  #hasAfter(stream: ModelStream, after: number): boolean {
    return this.#events.some((event) =>
      event.stream === stream && (event.index ?? Infinity) > after
    );
  }

  #replay(stream: ModelStream, after: number, connection: ModelConnection): boolean {
    return after >= stream.earliest && this.#events
      .filter((event) => event.stream === stream)
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
      reach(stream, index);
    }
    if (stream.isEnded) connection.close();
  }

  /** Drops an event; its client learns of the gap unless it is a report, or its sender was told no. */
  #drop(event: ModelEvent, { isTaken }: { readonly isTaken: boolean }): void {
    const { stream } = event;
    this.#server.dropped++;
    if (event.index === undefined) {
      this.#server.lost++;
      this.#server.met.add(isTaken ? "message dropped unsent" : "message not taken");
    }
    this.#events.splice(this.#events.indexOf(event), 1);
    if (!isTaken) return;
    if (isReport(event)) return void this.#server.met.add("report dropped");
    const index = event.index ?? this.#nextIndex++;
    stream.earliest = index;
    stream.newest = Math.max(stream.newest, index);
    // Nobody can go on from before the gap.
    this.#events = this.#events.filter((each) =>
      each.stream !== stream || (each.index ?? Infinity) > index
    );
  }

  /** As many finished streams stay as messages may; the first to end of which nothing is kept goes. */
  #forgetEmpty(): void {
    const { eventLogEventsMax } = this.#server.bounds;
    if (this.#ended.length <= eventLogEventsMax) return;
    const empty = this.#ended.find((stream) =>
      this.#events.every((event) => event.stream !== stream)
    );
    if (empty === undefined) return;
    this.#server.met.add("stream forgotten for want of room");
    this.#forget(empty);
  }

  #forget(stream: ModelStream): void {
    stream.cancelForgetting?.();
    stream.connection?.close();
    stream.isEnded = true;
    this.#streams.delete(stream.number);
    this.#ended = this.#ended.filter((ended) => ended !== stream);
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
