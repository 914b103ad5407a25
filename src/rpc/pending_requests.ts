// Our own questions to the other side of a connection, waiting for their answers. Each answer is
// given once; a late, unknown or repeated one is told apart and ignored by the caller.

import type { Deadline, Deadlines } from "../base/deadlines.ts";
import { CarError } from "../base/errors.ts";
import type { Limits } from "../base/limits.ts";
import type { JsonObject, OutgoingMessage, RequestId, RpcResponse } from "../protocol/json_rpc.ts";

/** What PendingRequests is composed of. */
export interface PendingRequestsOptions {
  readonly deadlines: Deadlines;
  readonly limits: Limits;
  readonly send: (message: OutgoingMessage) => boolean;
}

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: CarError) => void;
  readonly release: () => void;
}

/** The questions of one connection that wait for an answer. */
export class PendingRequests {
  readonly #options: PendingRequestsOptions;
  readonly #waiting = new Map<RequestId, Waiting>();
  #nextId = 1;
  #isClosed = false;

  constructor(options: PendingRequestsOptions) {
    this.#options = options;
  }

  /** How many questions wait. */
  get size(): number {
    return this.#waiting.size;
  }

  /** Sends a question and waits; rejects with CarError on refusal, deadline, abort and close. */
  ask(method: string, params?: JsonObject, signal?: AbortSignal): Promise<unknown> {
    const { limits, send } = this.#options;
    if (this.#isClosed) return Promise.reject(closed());
    if (signal?.aborted) return Promise.reject(new CarError("cancelled", "Cancelled"));
    if (this.#waiting.size >= limits.outgoingRequestsMax) {
      const message =
        `Too many questions wait for the client: at most ${limits.outgoingRequestsMax}`;
      return Promise.reject(new CarError("limit_reached", message));
    }
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const release = this.#guard(id, signal);
      this.#waiting.set(id, { resolve, reject, release });
      const message = { jsonrpc: "2.0" as const, id, method, ...(params && { params }) };
      if (!send(message)) this.#fail(id, closed());
    });
  }

  /** Gives an answer to whoever waits for it; false if nobody does. */
  settle(response: RpcResponse): boolean {
    const waiting = response.id === null ? undefined : this.#take(response.id);
    if (waiting === undefined) return false;
    if ("result" in response) {
      waiting.resolve(response.result);
    } else {
      const data = { code: response.error.code };
      waiting.reject(new CarError("conflict", "The client answered with an error", { data }));
    }
    return true;
  }

  /** Rejects every waiting question; safe to call twice. */
  close(): void {
    this.#isClosed = true;
    for (const id of [...this.#waiting.keys()]) this.#fail(id, closed());
  }

  #guard(id: RequestId, signal: AbortSignal | undefined): () => void {
    const { deadlines, limits } = this.#options;
    const afterMs = limits.outgoingRequestMs;
    const deadline: Deadline = deadlines.add(afterMs, () => {
      const message = `The client did not answer within ${afterMs} ms`;
      this.#fail(id, new CarError("deadline_exceeded", message));
    });
    const onAbort = () => this.#fail(id, new CarError("cancelled", "Cancelled"));
    signal?.addEventListener("abort", onAbort, { once: true });
    return () => {
      deadline.cancel();
      signal?.removeEventListener("abort", onAbort);
    };
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

function closed(): CarError {
  return new CarError("closed", "The connection to the client is closed");
}
