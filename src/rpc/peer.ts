// A two-way connection: runs the requests that come in (no id twice at once, a deadline each,
// cancellable) and asks the other side questions whose answers arrive later as responses. Composed
// into whatever has a wire: a session over HTTP today, one process over stdio or a mounted server
// tomorrow. It knows nothing of streams; `send` takes what goes out.

import type { Deadlines } from "../base/deadlines.ts";
import type { Eventually } from "../base/eventually.ts";
import type { Limits } from "../base/limits.ts";
import { INVALID_REQUEST, SERVER_ERROR } from "../protocol/error_codes.ts";
import {
  errorResponse,
  isRequestId,
  type JsonObject,
  type OutgoingMessage,
  type RequestId,
  type RpcNotification,
  type RpcRequest,
  type RpcResponse,
} from "../protocol/json_rpc.ts";
import { Cancellation } from "./cancellation.ts";
import { CallContext, type CallOrigin } from "./context.ts";
import type { Dispatcher } from "./dispatcher.ts";
import { PendingRequests } from "./pending_requests.ts";

/** What a peer is composed of. */
export interface PeerOptions {
  readonly dispatcher: Dispatcher;
  readonly deadlines: Deadlines;
  readonly limits: Limits;
  /** Takes a message for the other side; false if it cannot be delivered any more. */
  readonly send: (message: OutgoingMessage) => boolean;
}

/** How a request ended. */
export type RequestOutcome =
  | { readonly kind: "response"; readonly response: RpcResponse }
  /** Refused before it ran: the id is in flight, or too many requests are. */
  | { readonly kind: "refused"; readonly response: RpcResponse }
  /** Cancelled by the client, or its connection is gone: nothing is to be sent. */
  | { readonly kind: "cancelled" };

interface RunningCall {
  readonly cancellation: Cancellation;
  readonly settle: (outcome: RequestOutcome) => void;
}

/** One two-way JSON-RPC connection. */
export class Peer {
  readonly #options: PeerOptions;
  readonly #running = new Map<RequestId, RunningCall>();
  readonly #pending: PendingRequests;

  constructor(options: PeerOptions) {
    this.#options = options;
    this.#pending = new PendingRequests(options);
  }

  /** Requests of the other side that run now. */
  get running(): number {
    return this.#running.size;
  }

  /** Runs one request of the other side, at once if its handler answers so; never rejects. */
  handleRequest(request: RpcRequest, origin: CallOrigin): Eventually<RequestOutcome> {
    const refusal = this.#refusalOf(request);
    if (refusal !== undefined) return { kind: "refused", response: refusal };
    const cancellation = new Cancellation();
    const context = new CallContext(request.id, origin, cancellation);
    const answer = this.#options.dispatcher.dispatch(request, context);
    if (!(answer instanceof Promise)) return { kind: "response", response: answer };
    return new Promise((resolve) => {
      const call = this.#track(request, cancellation, resolve);
      answer.then((response) => {
        if (cancellation.reason === undefined) call.settle({ kind: "response", response });
      });
    });
  }

  /**
   * Takes one notification: `notifications/cancelled` ends the request it names, anything else needs
   * no answer and is ignored (JSON-RPC 2.0 section 4.1).
   */
  handleNotification(notification: RpcNotification): void {
    if (notification.method !== "notifications/cancelled") return;
    const id = notification.params?.requestId;
    if (isRequestId(id)) this.#end(id, "cancelled");
  }

  /** Takes one response; false if nothing waits for it (late, twice, or never asked). */
  handleResponse(response: RpcResponse): boolean {
    return this.#pending.settle(response);
  }

  /** Asks the other side and waits for its answer; rejects with CarError. */
  request(method: string, params?: JsonObject, signal?: AbortSignal): Promise<unknown> {
    return this.#pending.ask(method, params, signal);
  }

  /** Tells the other side something; false if it cannot be delivered. */
  notify(method: string, params?: JsonObject): boolean {
    return this.#options.send({
      jsonrpc: "2.0",
      method,
      ...(params === undefined ? {} : { params }),
    });
  }

  /** Ends every running request and every waiting question; safe to call twice. */
  close(): void {
    for (const id of [...this.#running.keys()]) this.#end(id, "closed");
    this.#pending.close();
  }

  #refusalOf(request: RpcRequest): RpcResponse | undefined {
    if (this.#running.has(request.id)) {
      const message = "A request with this id is in flight";
      return errorResponse(request.id, { code: INVALID_REQUEST, message });
    }
    const most = this.#options.limits.sessionRequestsMax;
    if (this.#running.size >= most) {
      const message = `Too many requests in flight: ${this.#running.size}, at most ${most}`;
      return errorResponse(request.id, { code: SERVER_ERROR, message });
    }
    return undefined;
  }

  /** Makes a call that is not done yet known by its id and gives it its deadline. */
  #track(
    request: RpcRequest,
    cancellation: Cancellation,
    resolve: (outcome: RequestOutcome) => void,
  ): RunningCall {
    const { deadlines, limits } = this.#options;
    const deadline = deadlines.add(limits.callMs, () => {
      if (!cancellation.cancel("deadline")) return;
      const message = `Request timed out after ${limits.callMs} ms`;
      const response = errorResponse(request.id, { code: SERVER_ERROR, message });
      call.settle({ kind: "response", response });
    });
    const call: RunningCall = {
      cancellation,
      settle: (outcome) => {
        deadline.cancel();
        // A late answer of a call that was ended must not remove a newer call with the same id.
        if (this.#running.get(request.id) === call) this.#running.delete(request.id);
        resolve(outcome);
      },
    };
    this.#running.set(request.id, call);
    return call;
  }

  #end(id: RequestId, reason: "cancelled" | "closed"): void {
    const call = this.#running.get(id);
    if (call?.cancellation.cancel(reason)) call.settle({ kind: "cancelled" });
  }
}
