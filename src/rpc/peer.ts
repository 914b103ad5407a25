// A two-way connection: runs the requests that come in (no id twice at once, a deadline each,
// cancellable) and asks the other side questions whose answers arrive later as responses. Composed
// into whatever has a wire: a session over HTTP today, one process over stdio or a mounted server
// tomorrow. It knows nothing of streams; `send` takes what goes out.

import type { Deadlines } from "../base/deadlines.ts";
import { invariant } from "../base/errors.ts";
import type { Eventually } from "../base/eventually.ts";
import type { Limits } from "../base/limits.ts";
import { INVALID_REQUEST, SERVER_ERROR } from "../protocol/error_codes.ts";
import {
  errorResponse,
  type JsonObject,
  type RequestId,
  type RpcNotification,
  type RpcRequest,
  type RpcResponse,
} from "../protocol/json_rpc.ts";
import { CallContext, type CallLink, type CallOrigin } from "./context.ts";
import type { Dispatcher } from "./dispatcher.ts";
import { InputRounds, type InputRoundsParts } from "./input_rounds.ts";
import { type CallOutlet, NO_OUTLET } from "./outlet.ts";
import { type AskOptions, PendingRequests, type SendMessage } from "./pending_requests.ts";
import { RunningCall, type RunningCallParts } from "./running_call.ts";

/** What a peer is composed of. */
export interface PeerOptions {
  readonly dispatcher: Dispatcher;
  readonly deadlines: Deadlines;
  readonly limits: Limits;
  /** Takes what belongs to no call. */
  readonly send: SendMessage;
  /** The first id of our own questions: above all that an earlier process used. */
  readonly firstId?: number | undefined;
  /** What the rounds of stateless calls need; only where such are served. */
  readonly rounds?: InputRoundsParts | undefined;
}

/** How a request ended. */
export type RequestOutcome =
  | { readonly kind: "response"; readonly response: RpcResponse }
  /** Refused before it ran: the id is in flight, or too many requests are. */
  | { readonly kind: "refused"; readonly response: RpcResponse }
  /** Cancelled by the client, or its connection is gone: nothing is to be sent. */
  | { readonly kind: "cancelled" };

interface TrackedCall {
  readonly call: RunningCall;
  readonly settle: (outcome: RequestOutcome) => void;
}

/** One two-way JSON-RPC connection. */
export class Peer {
  readonly #options: PeerOptions;
  readonly #running = new Map<RequestId, TrackedCall>();
  readonly #parts: RunningCallParts;

  constructor(options: PeerOptions) {
    this.#options = options;
    const { deadlines, limits, dispatcher: { onFault } } = options;
    this.#parts = { pending: new PendingRequests(options), deadlines, limits, onFault };
  }

  /** Requests of the other side that run now. */
  get running(): number {
    return this.#running.size;
  }

  /**
   * Runs one request of the other side, at once if its handler answers so; never rejects. What the
   * call says before its answer goes to the outlet.
   */
  handleRequest(
    request: RpcRequest,
    origin: CallOrigin,
    outlet: CallOutlet = NO_OUTLET,
  ): Eventually<RequestOutcome> {
    const refusal = this.#refusalOf(request);
    if (refusal !== undefined) return { kind: "refused", response: refusal };
    const { dispatcher } = this.#options;
    const rounds = this.#roundsOf(request, origin);
    if (rounds !== undefined && !(rounds instanceof InputRounds)) {
      return { kind: "response", response: rounds };
    }
    const call = new RunningCall(request, origin, outlet, this.#parts, rounds);
    const context = new CallContext(request.id, origin, call);
    const answer = dispatcher.dispatch(request, context);
    if (!(answer instanceof Promise)) {
      call.end();
      return { kind: "response", response: answer };
    }
    return new Promise((resolve) => {
      const tracked = this.#track(call, resolve);
      call.whenSuspended((suspension) => {
        if (!call.cancel("suspended")) return;
        tracked.settle({
          kind: "response",
          response: suspension.kind === "result"
            ? { jsonrpc: "2.0", id: request.id, result: suspension.result }
            : dispatcher.errorResponseOf(request, suspension.thrown, origin.revision),
        });
      });
      answer.then((response) => {
        if (call.cancellation.reason === undefined) tracked.settle({ kind: "response", response });
      });
    });
  }

  /**
   * Takes one notification: `notifications/cancelled` ends the request it names, progress goes to the
   * question that it is about, anything else needs no answer and is ignored (JSON-RPC 2.0 section 4.1).
   */
  handleNotification({ method, params = {} }: RpcNotification): void {
    if (method === "notifications/cancelled") this.#end(params.requestId, "cancelled");
    if (method === "notifications/progress") this.#parts.pending.report(params);
  }

  /** Takes one response; false if nothing waits for it (late, twice, or never asked). */
  handleResponse(response: RpcResponse): boolean {
    return this.#parts.pending.settle(response);
  }

  /** Asks the other side and waits for its answer; rejects with CarError. */
  request(method: string, params?: JsonObject, options?: AskOptions): Promise<unknown> {
    return this.#parts.pending.ask(method, params, options);
  }

  /** The running call that reports progress under a token. */
  callOfToken(token: unknown): CallLink | undefined {
    for (const { call } of this.#running.values()) {
      if (token !== undefined && call.progressToken === token) return call;
    }
    return undefined;
  }

  /** The way that a waiting question of ours went. */
  wayOfQuestion(id: unknown): SendMessage | undefined {
    return this.#parts.pending.wayOf(id);
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
    this.#parts.pending.close();
  }

  /** The rounds of a stateless call, or the response to one that carries what it may not. */
  #roundsOf(request: RpcRequest, origin: CallOrigin): InputRounds | RpcResponse | undefined {
    const { dispatcher, rounds } = this.#options;
    const { revision } = origin;
    if (!revision.hasInputRounds) return undefined;
    invariant(rounds !== undefined, "a peer of stateless calls has what rounds need");
    try {
      return new InputRounds(request, origin, rounds);
    } catch (thrown) {
      return dispatcher.errorResponseOf(request, thrown, revision);
    }
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
  #track(call: RunningCall, resolve: (outcome: RequestOutcome) => void): TrackedCall {
    const { id } = call.request;
    const tracked: TrackedCall = {
      call,
      settle: (outcome) => {
        call.end();
        // A late answer of a call that was ended must not remove a newer call with the same id.
        if (this.#running.get(id) === tracked) this.#running.delete(id);
        resolve(outcome);
      },
    };
    call.startDeadline(() => {
      if (!call.cancel("deadline")) return;
      const message = `Request timed out after ${call.callMs} ms`;
      const response = errorResponse(id, { code: call.revision.refusalCode, message });
      tracked.settle({ kind: "response", response });
    });
    this.#running.set(id, tracked);
    return tracked;
  }

  /** Ends the running request of that id; any other value names none. */
  #end(id: unknown, reason: "cancelled" | "closed"): void {
    const tracked = this.#running.get(id as RequestId);
    if (tracked?.call.cancel(reason)) tracked.settle({ kind: "cancelled" });
  }
}
