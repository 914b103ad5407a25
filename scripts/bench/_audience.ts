// The clients of one server: so many sessions, each with an open stream if wanted, and the time one
// event takes to reach all of them.

import type { ServerProcess } from "./_children.ts";
import { Connection } from "./_connection.ts";
import { EventReader } from "./_event_reader.ts";
import { closeSession, countedCall, openSession } from "./_requests.ts";
import { JOIN_CALL } from "./_stream_calls.ts";

/** What one event to everybody took. */
export interface Delivery {
  /** Of each reader, in milliseconds from the moment the server was told; in order of arrival. */
  readonly latenciesMs: readonly number[];
}

const CONNECTIONS = 16;
const OPENING_AT_ONCE_MAX = 64;
const DELIVERY_MS_MAX = 20_000;
const ANY_SESSION_ID = "0123456789abcdef0123456789abcdef";

/** The clients of one server; `close()` may be called twice. */
export class Audience {
  readonly #server: ServerProcess;
  readonly #sessionIds: string[] = [];
  readonly #readers: EventReader[] = [];
  #onEvent: () => void = () => {};

  constructor(server: ServerProcess) {
    this.#server = server;
  }

  /** Opens sessions that have made one call, by which the embedder knows them. */
  openSessions(count: number): Promise<void> {
    return this.#byConnections(count, async (connection) => {
      const { url } = this.#server;
      const sessionId = await openSession(connection, url);
      await connection.ask(countedCall(url, JOIN_CALL, sessionId).bytes);
      this.#sessionIds.push(sessionId);
    });
  }

  /**
   * Opens streams, one for each session that has none, in the order of the sessions; to a bare server
   * they mean nothing. Gives what it opened.
   */
  async openStreams(count: number): Promise<readonly EventReader[]> {
    const first = this.#readers.length;
    const onEvent = () => this.#onEvent();
    await inParallel({ count, atOnceMax: OPENING_AT_ONCE_MAX }, async (index) => {
      const sessionId = this.#sessionIds[first + index] ?? ANY_SESSION_ID;
      this.#readers.push(await EventReader.open(this.#server.url, sessionId, onEvent));
    });
    return this.#readers.slice(first);
  }

  /** Has the server send events by a command; ready once `expected` of them were received. */
  async receive(command: string, expected: number, count?: number): Promise<Delivery> {
    const latenciesMs: number[] = [];
    const { promise: allReceived, resolve, reject } = Promise.withResolvers<void>();
    const late = () => reject(new Error(`${latenciesMs.length} of ${expected} events arrived`));
    const timer = setTimeout(late, DELIVERY_MS_MAX);
    const startMs = performance.now();
    this.#onEvent = () => {
      latenciesMs.push(performance.now() - startMs);
      if (latenciesMs.length === expected) resolve();
    };
    try {
      await Promise.all([this.#server.ask(command, count), allReceived]);
    } finally {
      clearTimeout(timer);
      this.#onEvent = () => {};
    }
    return { latenciesMs };
  }

  /** Ends all streams and sessions. */
  async close(): Promise<void> {
    for (const reader of this.#readers.splice(0)) reader.close();
    const ids = this.#sessionIds.splice(0);
    await this.#byConnections(ids.length, async (connection, index) => {
      await closeSession(connection, this.#server.url, ids[index] ?? "");
    });
  }

  async #byConnections(
    count: number,
    run: (connection: Connection, index: number) => Promise<void>,
  ): Promise<void> {
    const idle: Connection[] = [];
    const all: Connection[] = [];
    try {
      await inParallel({ count, atOnceMax: CONNECTIONS }, async (index) => {
        let connection = idle.pop();
        if (connection === undefined) {
          connection = await Connection.open(this.#server.url);
          all.push(connection);
        }
        await run(connection, index);
        idle.push(connection);
      });
    } finally {
      for (const connection of all) connection.close();
    }
  }
}

interface ParallelOptions {
  readonly count: number;
  readonly atOnceMax: number;
}

async function inParallel(
  { count, atOnceMax }: ParallelOptions,
  run: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const runNext = async () => {
    for (let index = next++; index < count; index = next++) await run(index);
  };
  await Promise.all(Array.from({ length: Math.min(count, atOnceMax) }, runNext));
}
