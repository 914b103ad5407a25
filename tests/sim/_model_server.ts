// The part of the model that all sessions share: its time, its bounds, and the keep-alive comments.

import { FakeClock } from "../helpers/fake_clock.ts";
import { ModelConnection } from "./_model_connection.ts";

/** The bounds a run is made with; the same go into the configuration of the server. */
export interface SimBounds {
  readonly eventLogEventsMax: number;
  readonly eventLogBytesMax: number;
  readonly streamBufferBytesMax: number;
  readonly sessionStreamsMax: number;
  readonly shadowStreamsMax: number;
  readonly sessionRequestsMax: number;
  readonly outgoingRequestsMax: number;
}

/**
 * The times of a run in milliseconds. A run moves its clock by whole seconds, and each kind of timer
 * falls on a fraction of its own, so that no two of different kinds are ever due at once.
 */
export const SIM_TIMES = {
  /** Drifts by a millisecond each time. */
  keepAlive: 15_001,
  openAfter: 120,
  answer: 20_000,
  ping: 10_000,
  call: 60_000,
  finishedStream: 60_000,
  retry: 3_000,
} as const;

// A wait is counted in ticks, and in one more, because the current one may be almost over.
const DEADLINE_TICK_MS = 250;
const PATIENCE_TICK_MS = SIM_TIMES.openAfter / 4;
const KEEP_ALIVE = ": keep-alive\n\n";

/** What can happen in a run; a simulation in which one of them never does proves nothing of it. */
export type Outcome =
  | "joined"
  | "full"
  | "unknown"
  | "too old"
  | "nothing left"
  | "shadow takes over"
  | "shadow makes room"
  | "reader too slow"
  | "message dropped unsent"
  | "message not taken"
  | "report dropped"
  | "stream forgotten in time"
  | "stream forgotten for want of room"
  | "call refused"
  | "call timed out"
  | "call cancelled"
  | "answer too large to keep"
  | "no stream for a call"
  | "question timed out"
  | "question answered"
  | "answer to no question"
  | "ping answered"
  | "ping answered late"
  | "ping answered for an older connection"
  | "ping in vain"
  | "ping not asked"
  | "primary changed while a ping waited"
  | "silent primary makes way";

/** What the sessions of one run share. */
export class ModelServer {
  readonly bounds: SimBounds;
  readonly #clock = new FakeClock(0);
  /** Open connections, oldest first. */
  readonly #open = new Set<ModelConnection>();
  #after: (() => void)[] = [];
  #afterAnswers: (() => void)[] = [];
  #isTicking = false;
  /** Messages that a log had no room for. */
  dropped = 0;
  /** Those among them that nobody had got. */
  lost = 0;
  /** What happened. */
  readonly met = new Set<Outcome>();
  /** Posted responses that answered no question. */
  strays = 0;

  constructor(bounds: SimBounds) {
    this.bounds = bounds;
  }

  /** Opens a connection that belongs to nothing yet. */
  connect(): ModelConnection {
    const connection = new ModelConnection(this.bounds.streamBufferBytesMax);
    this.#open.add(connection);
    this.#armKeepAlive();
    return connection;
  }

  /** Waits as the server waits for a call, an answer or a finished stream. */
  deadline(ms: number, expire: () => void): () => void {
    return this.#clock.after(ms + DEADLINE_TICK_MS, expire);
  }

  /** Waits as the server waits before it makes a slow answer a stream. */
  patience(expire: () => void): () => void {
    return this.#clock.after(SIM_TIMES.openAfter + PATIENCE_TICK_MS, expire);
  }

  /** Runs after the current step: what the server does in a promise. */
  afterStep(run: () => void): void {
    this.#after.push(run);
  }

  /**
   * The same, after whatever answers go out in this step. A client cannot tell one order from the
   * other, but the indexes of events do; on the server what follows of a ping takes more turns.
   */
  afterAnswers(run: () => void): void {
    this.#afterAnswers.push(run);
  }

  /** Ends a step. */
  settle(): void {
    for (const run of this.#after.splice(0)) run();
    for (const run of this.#afterAnswers.splice(0)) run();
  }

  advance(ms: number): void {
    this.#clock.advance(ms);
  }

  #armKeepAlive(): void {
    if (this.#isTicking) return;
    this.#isTicking = true;
    this.#clock.after(SIM_TIMES.keepAlive, () => {
      this.#isTicking = false;
      for (const connection of [...this.#open]) {
        if (!connection.write(KEEP_ALIVE)) connection.close();
        if (!connection.isOpen) this.#open.delete(connection);
      }
      if ([...this.#open].some(({ isOpen }) => isOpen)) this.#armKeepAlive();
    });
  }
}
