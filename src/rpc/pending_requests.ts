// Our own questions to the other side of a connection, waiting for their answers. Each answer is
// given once; a late, unknown or repeated one is told apart and ignored by the caller. Until then the other
// side may report progress, if whoever asks wants to hear of it.

import type { Deadline, Deadlines } from "../base/deadlines.ts";
import { CarError } from "../base/errors.ts";
import type { Limits } from "../base/limits.ts";
import { given } from "../base/given.ts";
import {
  isJsonObject,
  type JsonObject,
  type OutgoingMessage,
  type RequestId,
  type RpcErrorBody,
  type RpcResponse,
} from "../protocol/json_rpc.ts";
import type { Progress } from "./context.ts";

/** What PendingRequests is composed of. */
export interface PendingRequestsOptions {
  readonly deadlines: Deadlines;
  readonly limits: Limits;
  readonly send: SendMessage;
  /** The first id to use: above all that an earlier process used. */
  readonly firstId?: number | undefined;
}

/** How one question is asked. */
export interface AskOptions {
  /** Ends the wait early. */
  readonly signal?: AbortSignal | undefined;
  /** How long to wait for the answer, in milliseconds. */
  readonly timeoutMs?: number | undefined;
  /** Takes the question, where it goes another way than the rest. */
  readonly send?: SendMessage;
  /** What an error of the other side is to whoever waits; default: its code and no more. */
  readonly readError?: (error: RpcErrorBody) => CarError;
  /** Hears how far the other side is; without it none is asked for. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** Takes a message for the other side; false if it cannot be delivered. */
export type SendMessage = (message: OutgoingMessage) => boolean;

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: CarError) => void;
  readonly release: () => void;
  readonly send: SendMessage;
  readonly readError: (error: RpcErrorBody) => CarError;
  readonly onProgress: ((progress: Progress) => void) | undefined;
}

/** The questions of one connection that wait for an answer. */
export class PendingRequests {
  readonly #options: PendingRequestsOptions;
  readonly #waiting = new Map<RequestId, Waiting>();
  #nextId: number;
  #isClosed = false;

  constructor(options: PendingRequestsOptions) {
    this.#options = options;
    this.#nextId = options.firstId ?? 1;
  }

  /** How many questions wait. */
  get size(): number {
    return this.#waiting.size;
  }

  /** Sends a question and waits; rejects with CarError on refusal, deadline, abort and close. */
  ask(method: string, params?: JsonObject, options: AskOptions = {}): Promise<unknown> {
    const { limits } = this.#options;
    const { signal, timeoutMs = limits.outgoingRequestMs, send = this.#options.send } = options;
    const { readError = refusedByClient, onProgress } = options;
    if (this.#isClosed) return Promise.reject(closed());
    if (signal?.aborted) return Promise.reject(new CarError("cancelled", "Cancelled"));
    if (this.#waiting.size >= limits.outgoingRequestsMax) {
      const message =
        `Too many questions wait for the client: at most ${limits.outgoingRequestsMax}`;
      return Promise.reject(new CarError("limit_reached", message));
    }
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const release = this.#guard(id, timeoutMs, signal);
      this.#waiting.set(id, { resolve, reject, release, send, readError, onProgress });
      const written = onProgress === undefined ? params : withProgressToken(params, id);
      const message = { jsonrpc: "2.0" as const, id, method, ...given("params", written) };
      try {
        if (!send(message)) this.#fail(id, unreachable());
      } catch (thrown) {
        this.#fail(id, unwritable(thrown));
      }
    });
  }

  /** The way a waiting question went; undefined if none of that id waits. */
  wayOf(id: unknown): SendMessage | undefined {
    return this.#waiting.get(id as RequestId)?.send;
  }

  /** Gives an answer to whoever waits for it; false if nobody does. */
  settle(response: RpcResponse): boolean {
    const waiting = response.id === null ? undefined : this.#take(response.id);
    if (waiting === undefined) return false;
    if ("result" in response) {
      waiting.resolve(response.result);
    } else {
      waiting.reject(waiting.readError(response.error));
    }
    return true;
  }

  /** Takes the parameters of a report of progress; one that belongs to no waiting question is ignored. */
  report({ progressToken, progress, total, message }: JsonObject): void {
    // The id of a question is its token.
    const onProgress = this.#waiting.get(progressToken as RequestId)?.onProgress;
    if (onProgress === undefined || typeof progress !== "number") return;
    onProgress({
      progress,
      ...given("total", typeof total === "number" ? total : undefined),
      ...given("message", typeof message === "string" ? message : undefined),
    });
  }

  /** Rejects every waiting question; safe to call twice. */
  close(): void {
    this.#isClosed = true;
    for (const id of [...this.#waiting.keys()]) this.#fail(id, closed());
  }

  #guard(id: RequestId, timeoutMs: number, signal: AbortSignal | undefined): () => void {
    const deadline: Deadline = this.#options.deadlines.add(timeoutMs, () => {
      const message = `The client did not answer within ${timeoutMs} ms`;
      this.#giveUp(id, new CarError("deadline_exceeded", message));
    });
    const onAbort = () => this.#giveUp(id, new CarError("cancelled", "Cancelled"));
    signal?.addEventListener("abort", onAbort, { once: true });
    return () => {
      deadline.cancel();
      signal?.removeEventListener("abort", onAbort);
    };
  }

  /** Nobody waits any more: the other side is told, on the stream where it was asked. */
  #giveUp(id: RequestId, error: CarError): void {
    this.#waiting.get(id)?.send({
      jsonrpc: "2.0",
      method: "notifications/cancelled",
      params: { requestId: id, reason: error.message },
    });
    this.#fail(id, error);
  }

  #fail(id: RequestId, error: CarError): void {
    this.#take(id)?.reject(error);
  }

  #take(id: RequestId): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return undefined;
    this.#waiting.delete(id);
    waiting.release();
    return waiting;
  }
}

function withProgressToken(params: JsonObject | undefined, id: RequestId): JsonObject {
  const _meta = isJsonObject(params?._meta) ? params._meta : {};
  return { ...params, _meta: { ..._meta, progressToken: id } };
}

function refusedByClient({ code }: RpcErrorBody): CarError {
  return new CarError("conflict", "The client answered with an error", { data: { code } });
}

function closed(): CarError {
  return new CarError("closed", "The connection to the client is closed");
}

function unreachable(): CarError {
  return new CarError("closed", "The client cannot be asked now: no stream leads to it");
}

function unwritable(thrown: unknown): CarError {
  return new CarError("invalid_argument", "The question cannot be written as JSON", {
    cause: thrown,
  });
}
