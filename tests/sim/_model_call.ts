// What one call of a tool may say, on which stream it must arrive, and how its POST is answered.

import type { ModelConnection } from "./_model_connection.ts";
import { type ModelServer, SIM_TIMES } from "./_model_server.ts";
import type { ModelStream } from "./_model_events.ts";
import type { ModelStreams } from "./_model_streams.ts";

/** How a POST must be answered. */
export type PostOutcome =
  | { readonly kind: "pending" }
  | { readonly kind: "stream"; readonly connection: ModelConnection }
  | { readonly kind: "json"; readonly status: number; readonly body: string }
  | { readonly kind: "accepted" };

/** What a client sends with a call. */
export interface CallRequest {
  readonly id: number;
  readonly token: number | undefined;
  readonly acceptsStream: boolean;
}

/** What a call needs of its session. */
export interface CallHome {
  readonly server: ModelServer;
  readonly streams: ModelStreams;
  readonly running: Map<number, ModelCall>;
  /** It speaks 2025-11-25. */
  readonly isNewest: boolean;
  readonly isInitialized: boolean;
  readonly isClosed: boolean;
  /** It wants log messages of level info, too. */
  readonly hearsInfo: boolean;
  /** Takes the questions of that call back, at the client and for whoever waits in the call. */
  withdrawQuestionsOf(call: ModelCall): void;
}

/** A message of the server. */
export type Message = Record<string, unknown>;

const SERVER_ERROR = -32_000;

/** One call. */
export class ModelCall {
  readonly request: CallRequest;
  readonly session: CallHome;
  outcome: PostOutcome = { kind: "pending" };
  stream: ModelStream | undefined;
  isOver = false;
  /** Ended from outside: by the client, its deadline, or the end of the session. */
  isCancelled = false;
  #asking = 0;
  #isTracked = false;
  #lastProgress = -Infinity;
  #cancelDeadline = () => {};
  #cancelPatience = () => {};

  constructor(request: CallRequest, session: CallHome) {
    this.request = request;
    this.session = session;
  }

  /** The handler did not answer at once. */
  track(): void {
    this.#isTracked = true;
    this.session.running.set(this.request.id, this);
    if (this.#asking === 0) this.#startDeadline();
    this.#cancelPatience = this.session.server.patience(() => void this.#open());
  }

  progress(progress: number, message: string): boolean {
    const { token } = this.request;
    if (token === undefined) return false;
    const params = { progressToken: token, progress, message };
    return this.sayProgress(progress, {
      jsonrpc: "2.0",
      method: "notifications/progress",
      params,
    });
  }

  /** Progress rises, whoever speaks of it. */
  sayProgress(progress: number, message: Message): boolean {
    if (progress <= this.#lastProgress) return false;
    this.#lastProgress = progress;
    return this.say(message);
  }

  log(level: "info" | "error", data: unknown): boolean {
    if (level === "info" && !this.session.hearsInfo) return false;
    return this.say({ jsonrpc: "2.0", method: "notifications/message", params: { level, data } });
  }

  say(message: Message): boolean {
    return !this.isOver && this.send(message);
  }

  /** Sends on the call's stream; where it can have none, on the common one if that is of use. */
  send(message: Message): boolean {
    const { session } = this;
    const isQuestion = "id" in message;
    if (session.isClosed || (isQuestion && !session.isInitialized)) return false;
    const stream = this.#open();
    if (stream === undefined) {
      if (message.method === "notifications/progress") return false;
      if (isQuestion && session.streams.common.connection === undefined) return false;
    }
    return session.streams.say(stream ?? session.streams.common, JSON.stringify(message));
  }

  disconnect(retryMs: number): boolean {
    if (this.isOver || !this.session.isNewest) return false;
    const stream = this.#open();
    if (stream !== undefined) this.session.streams.disconnect(stream, retryMs);
    return stream !== undefined;
  }

  /** The call's own time stands still while it waits for an answer. */
  asks(): void {
    this.#asking++;
    this.#cancelDeadline();
  }

  /** A question of it is over. */
  wasAnswered(): void {
    this.session.server.afterStep(() => {
      if (--this.#asking === 0 && this.#isTracked && !this.isOver) this.#startDeadline();
    });
  }

  /** The handler answered. */
  finish(result: unknown): void {
    if (this.isOver) return;
    this.session.withdrawQuestionsOf(this);
    this.#over();
    this.#respond(JSON.stringify({ jsonrpc: "2.0", id: this.request.id, result }));
  }

  /** The client or the end of the session ended it. */
  cancel(): void {
    if (this.isOver) return;
    this.session.server.met.add("call cancelled");
    this.session.withdrawQuestionsOf(this);
    this.isCancelled = true;
    this.#over();
    if (this.stream !== undefined) this.session.streams.end(this.stream);
    if (this.outcome.kind === "pending") this.outcome = { kind: "accepted" };
  }

  #startDeadline(): void {
    this.#cancelDeadline = this.session.server.deadline(SIM_TIMES.call, () => {
      this.session.server.met.add("call timed out");
      this.session.withdrawQuestionsOf(this);
      this.isCancelled = true;
      this.#over();
      const message = `Request timed out after ${SIM_TIMES.call} ms`;
      this.session.server.afterStep(() => this.#respond(this.#errorOf(message)));
    });
  }

  #over(): void {
    this.isOver = true;
    this.#cancelDeadline();
    this.#cancelPatience();
    this.session.running.delete(this.request.id);
  }

  #respond(json: string): void {
    const { stream, session } = this;
    if (stream === undefined) {
      this.outcome = { kind: "json", status: 200, body: json };
      return;
    }
    const most = session.server.bounds.eventLogBytesMax;
    const message = `The answer has more than ${most} bytes and could not be kept for a resume`;
    if (!session.streams.say(stream, json)) {
      session.server.met.add("answer too large to keep");
      session.streams.say(stream, this.#errorOf(message));
    }
    session.streams.end(stream);
  }

  #errorOf(message: string): string {
    const error = { code: SERVER_ERROR, message };
    return JSON.stringify({ jsonrpc: "2.0", id: this.request.id, error });
  }

  #open(): ModelStream | undefined {
    if (this.stream !== undefined || !this.request.acceptsStream) return this.stream;
    const connection = this.session.server.connect();
    this.stream = this.session.streams.openRequest(connection);
    if (this.stream === undefined) {
      this.session.server.met.add("no stream for a call");
      connection.close();
    } else {
      connection.begin();
      this.outcome = { kind: "stream", connection };
    }
    return this.stream;
  }
}
