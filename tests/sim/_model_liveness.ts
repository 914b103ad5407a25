// When the client of a session is pinged, and which connection makes way when it stays silent. The rule:
// somebody came back behind the primary, so whichever connection the ping went to must bring an answer
// in its time; if it does not, and somebody waits behind it, the newest of them is next.

import type { ModelConnection } from "./_model_connection.ts";
import { type ModelServer, SIM_TIMES } from "./_model_server.ts";
import type { ModelStreams } from "./_model_streams.ts";

/** What pings need of their session. */
export interface PingHome {
  readonly server: ModelServer;
  readonly streams: ModelStreams;
  readonly isClosed: boolean;
  /** As many questions wait as may. */
  readonly hasTooManyQuestions: boolean;
  /** The id of the next question, pings included. */
  nextQuestionId(): number;
}

interface Ping {
  readonly id: number;
  /** The connection that it went to; undefined: it waits for one. */
  readonly asked: ModelConnection | undefined;
  readonly cancelTimeout: () => void;
}

/** The pings of one session. */
export class ModelLiveness {
  readonly #home: PingHome;
  /** Waits for its answer. */
  #waiting: Ping | undefined;
  /** Also between the end of a ping and what follows of it. */
  #isChecking = false;
  #cameBackSince = false;
  readonly #silent = new Set<number>();

  constructor(home: PingHome) {
    this.#home = home;
  }

  /** Whether this ping waits for its answer. */
  isWaiting(id: number): boolean {
    return this.#waiting?.id === id;
  }

  /** How many pings wait: one or none. */
  get size(): number {
    return this.#waiting === undefined ? 0 : 1;
  }

  /** A client came back behind the primary, with an id. */
  cameBack(): void {
    this.#cameBackSince = true;
    if (!this.#isChecking) this.#ask();
  }

  /** A posted response, whatever is in it; false if no ping waits for it. */
  answer(id: number): boolean {
    const { met } = this.#home.server;
    if (this.#silent.has(id)) met.add("ping answered late");
    if (!this.isWaiting(id)) return false;
    met.add("ping answered");
    this.close();
    this.#afterAnswers(() => {
      this.#isChecking = false;
      if (!this.#cameBackSince || this.#home.streams.shadows === 0) return;
      met.add("ping answered for an older connection");
      this.#ask();
    });
    return true;
  }

  /** Nobody waits for an answer any more. */
  close(): void {
    this.#waiting?.cancelTimeout();
    this.#waiting = undefined;
  }

  #ask(): void {
    const { server, streams, hasTooManyQuestions } = this.#home;
    this.#cameBackSince = false;
    this.#isChecking = !hasTooManyQuestions;
    if (hasTooManyQuestions) return void server.met.add("ping not asked");
    const id = this.#home.nextQuestionId();
    const cancelTimeout = server.deadline(SIM_TIMES.ping, () => this.#giveUp());
    streams.say(streams.common, JSON.stringify({ jsonrpc: "2.0", id, method: "ping" }));
    this.#waiting = { id, cancelTimeout, asked: streams.common.connection };
  }

  #giveUp(): void {
    if (this.#waiting === undefined) return;
    const { streams } = this.#home;
    const { id: requestId, asked } = this.#waiting;
    const reason = `The client did not answer within ${SIM_TIMES.ping} ms`;
    const params = { requestId, reason };
    const message = { jsonrpc: "2.0", method: "notifications/cancelled", params };
    streams.say(streams.common, JSON.stringify(message));
    this.#waiting = undefined;
    this.#silent.add(requestId);
    this.#afterAnswers(() => this.#follow(asked));
  }

  #follow(asked: ModelConnection | undefined): void {
    const { server: { met }, streams } = this.#home;
    const primary = streams.common.connection;
    this.#isChecking = false;
    if (primary === undefined) return;
    if (primary === asked) {
      if (streams.shadows === 0) return void met.add("ping in vain");
      met.add("silent primary makes way");
      primary.close();
    } else met.add("primary changed while a ping waited");
    this.#ask();
  }

  #afterAnswers(run: () => void): void {
    this.#home.server.afterAnswers(() => this.#home.isClosed || run());
  }
}
