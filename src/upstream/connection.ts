// One connection to a mounted server: our requests and their answers, whatever their order; what the
// server asks back; and whose call a message belongs to. Who gives up waiting only drops its own wait:
// the server is told, and a late answer finds nobody.

import { LOCAL_PRINCIPAL } from "../auth/principal.ts";
import type { Deadlines } from "../base/deadlines.ts";
import { CarError } from "../base/errors.ts";
import type { Limits } from "../base/limits.ts";
import type { Log } from "../observe/log.ts";
import {
  isJsonObject,
  type JsonObject,
  type OutgoingMessage,
  type RequestId,
  type RpcErrorBody,
  type RpcNotification,
  type RpcRequest,
} from "../protocol/json_rpc.ts";
import type { MirroredArgument } from "../protocol/mirrored_arguments.ts";
import { isLoggingLevel } from "../protocol/logging.ts";
import { OLDEST_REVISION } from "../protocol/revisions.ts";
import type { CallContext } from "../rpc/context.ts";
import { Dispatcher } from "../rpc/dispatcher.ts";
import { Peer } from "../rpc/peer.ts";
import { childRequests } from "./_child_requests.ts";
import type { Channel, Garbage, OpenChannel } from "./channel.ts";

/** What a connection is composed of. */
export interface ConnectionOptions {
  /** The name of the mounted server. */
  readonly name: string;
  readonly openChannel: OpenChannel;
  readonly deadlines: Deadlines;
  readonly limits: Limits;
  readonly log: Log;
  /** Takes notifications that belong to no call. */
  readonly onNotification: (notification: RpcNotification) => void;
}

/** How a request is made. */
export interface UpstreamRequest {
  readonly params?: JsonObject | undefined;
  /** The call on whose behalf; it hears of progress and is asked. */
  readonly caller?: CallContext | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Undefined: as long as the caller's own time lasts. */
  readonly timeoutMs?: number | undefined;
}

interface RunningRequest {
  readonly caller: CallContext;
  readonly progressToken: RequestId;
}

// The caller's own deadline ends the wait long before.
const BACKSTOP_MS = 24 * 60 * 60 * 1000;
const ERROR_CHARS_MAX = 2_000;

/** A connection that is open until `ended` resolves. */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #channel: Channel;
  readonly #peer: Peer;
  readonly #ended = Promise.withResolvers<string>();
  /** Requests of ours on behalf of calls, by id. */
  readonly #running = new Map<RequestId, RunningRequest>();
  /** Requests of the server that run, by id, with the call that they came during. */
  readonly #asked = new Map<RequestId, RequestId | undefined>();
  #endReason: string | undefined;
  #nextToken = 1;
  #garbage = 0;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    const { limits, name, deadlines } = options;
    this.#peer = new Peer({
      dispatcher: new Dispatcher(
        childRequests((id) => this.#callerOf(this.#asked.get(id))),
        (method, thrown) => this.#report(method, thrown),
      ),
      deadlines,
      // A question that goes to a person takes as long as a person does.
      limits: { ...limits, outgoingRequestsMax: limits.upstreamCallsMax, callMs: limits.answerMs },
      send: (message) => this.#channel.send(message),
    });
    this.#channel = options.openChannel({
      onMessage: (arrived, during) => {
        if (arrived.kind === "request") this.#answer(arrived.message, during);
        else if (arrived.kind === "notification") this.#take(arrived.message, during);
        else if (!this.#peer.handleResponse(arrived.message)) this.#countGarbage("unknown_id");
      },
      onGarbage: (garbage) => this.#refuse(garbage),
      onEnd: (why) => {
        options.log.debug("upstream_ended", { upstream: name, why });
        this.#endReason = why;
        this.#ended.resolve(why);
        this.#peer.close();
      },
    });
  }

  /** Resolves with why the connection is over. */
  get ended(): Promise<string> {
    return this.#ended.promise;
  }

  /** Why it is over; undefined while it is open. */
  get endReason(): string | undefined {
    return this.#endReason;
  }

  /** Lines that were no message, answers that nobody waited for. */
  get garbage(): number {
    return this.#garbage;
  }

  /** Says which revision was settled. */
  settle(revision: string): void {
    this.#channel.settle(revision);
  }

  /** Says which arguments of tools are repeated in headers. */
  mirror(tools: ReadonlyMap<string, readonly MirroredArgument[]>): void {
    this.#channel.mirror(tools);
  }

  /** Asks the server; rejects with CarError, whose message names the server. */
  async request(method: string, request: UpstreamRequest = {}): Promise<unknown> {
    const { caller, signal, timeoutMs = BACKSTOP_MS } = request;
    const progressToken = caller?.wantsProgress === true ? this.#nextToken++ : undefined;
    const params = progressToken === undefined
      ? request.params
      : withMeta(request.params, { progressToken });
    let id: RequestId | undefined;
    const send = (message: OutgoingMessage) => {
      if ("id" in message && id === undefined) {
        id = message.id;
        if (caller) this.#running.set(id, { caller, progressToken: progressToken ?? id });
      }
      const isTakenBack = message.method === "notifications/cancelled";
      return this.#channel.send(isTakenBack ? { ...message, params: { requestId: id } } : message);
    };
    const readError = (error: RpcErrorBody) => refusedBy(this.#options.name, error);
    try {
      return await this.#peer.request(method, params, { signal, timeoutMs, send, readError });
    } catch (thrown) {
      throw inWordsOf(this.#options.name, thrown);
    } finally {
      if (id !== undefined) this.#running.delete(id);
    }
  }

  /** Tells the server something; false if it cannot be delivered. */
  notify(method: string, params?: JsonObject): boolean {
    return this.#peer.notify(method, params);
  }

  /** Ends the connection and waits until the server is gone; safe to call twice. */
  async close(): Promise<void> {
    this.#peer.close();
    await this.#channel.close();
  }

  async #answer(request: RpcRequest, during: RequestId | undefined): Promise<void> {
    if (!this.#asked.has(request.id)) this.#asked.set(request.id, during);
    const origin = { principal: LOCAL_PRINCIPAL, revision: OLDEST_REVISION };
    const outcome = await this.#peer.handleRequest(request, origin);
    if (outcome.kind !== "refused") this.#asked.delete(request.id);
    if (outcome.kind !== "cancelled") this.#channel.send(outcome.response);
  }

  #take(notification: RpcNotification, during: RequestId | undefined): void {
    const { method, params = {} } = notification;
    switch (method) {
      case "notifications/cancelled":
        return this.#peer.handleNotification(notification);
      case "notifications/progress":
        return this.#passProgress(params);
      case "notifications/message": {
        const { level, data, logger } = params;
        if (!isLoggingLevel(level)) return;
        const { name } = this.#options;
        const source = typeof logger === "string" ? `${name}/${logger}` : name;
        return void this.#callerOf(during)?.log(level, data, source);
      }
      case "notifications/elicitation/complete":
        if (typeof params.elicitationId !== "string") return;
        return void this.#callerOf(during)?.elicitationComplete(params.elicitationId);
      default:
        return this.#options.onNotification(notification);
    }
  }

  #passProgress({ progressToken, progress, total, message }: JsonObject): void {
    if (typeof progress !== "number") return;
    for (const running of this.#running.values()) {
      if (running.progressToken !== progressToken) continue;
      running.caller.progress({
        progress,
        ...(typeof total === "number" ? { total } : {}),
        ...(typeof message === "string" ? { message } : {}),
      });
    }
  }

  /**
   * Whose call a message belongs to. Over stdio a server does not say during which call it asks: it is
   * clear while one runs, or while all are of one session; otherwise nobody is asked.
   */
  #callerOf(during: RequestId | undefined): CallContext | undefined {
    if (during !== undefined) return this.#running.get(during)?.caller;
    const callers = [...this.#running.values()].map(({ caller }) => caller);
    const newest = callers.at(-1);
    if (newest === undefined || callers.length === 1) return newest;
    const { sessionId } = newest.origin;
    if (sessionId === undefined) return undefined;
    return callers.every(({ origin }) => origin.sessionId === sessionId) ? newest : undefined;
  }

  #refuse({ fault, id }: Garbage): void {
    this.#countGarbage(fault);
    if (id === undefined) return;
    const message = fault === "too_deep"
      ? "The answer is nested too deep"
      : `The answer has more than ${this.#options.limits.upstreamLineBytesMax} bytes`;
    this.#peer.handleResponse({ jsonrpc: "2.0", id, error: { code: UNUSABLE, message } });
  }

  #countGarbage(kind: string): void {
    this.#garbage++;
    // A child that prints for people does it often; once tells enough.
    const { log, name } = this.#options;
    if (this.#garbage === 1) log.warn("upstream_garbage", { upstream: name, kind });
    else log.debug("upstream_garbage", { upstream: name, kind });
  }

  #report(method: string, thrown: unknown): void {
    const kind = thrown instanceof Error ? thrown.name : typeof thrown;
    this.#options.log.error("fault", { where: `upstream ${method}`, name: kind });
  }
}

// Of our own making, never on the wire.
const UNUSABLE = 0;

/** Parameters with further members of `_meta`. */
export function withMeta(params: JsonObject | undefined, meta: JsonObject): JsonObject {
  const before = params?._meta;
  return { ...params, _meta: { ...(typeof before === "object" ? before : {}), ...meta } };
}

/** The code of the error that a mounted server answered with; undefined where it was no answer. */
export function errorCodeOf(thrown: unknown): number | undefined {
  if (!(thrown instanceof CarError) || thrown.code !== "conflict") return undefined;
  return typeof thrown.data.code === "number" ? thrown.data.code : undefined;
}

/** The status of the HTTP answer that made the error; undefined where there was none. */
export function httpStatusOf(thrown: CarError): number | undefined {
  const { status } = thrown.data;
  return typeof status === "number" ? status : undefined;
}

function refusedBy(name: string, error: RpcErrorBody): CarError {
  const text = error.message.slice(0, ERROR_CHARS_MAX);
  const code = error.code === UNUSABLE ? "" : ` with error ${error.code}`;
  const message = `Server "${name}" answered${code}: ${text}`;
  const status = isJsonObject(error.data) ? error.data.httpStatus : undefined;
  return new CarError("conflict", message, { data: { code: error.code, status }, cause: error });
}

// The waits of a connection speak of a client, which the other side is not here.
function inWordsOf(name: string, thrown: unknown): unknown {
  if (!(thrown instanceof CarError)) return thrown;
  switch (thrown.code) {
    case "closed":
      return new CarError("closed", `Server "${name}" has ended or takes nothing`);
    case "deadline_exceeded":
      return new CarError("deadline_exceeded", `Server "${name}" did not answer in time`);
    case "limit_reached":
      return new CarError("limit_reached", `Too many calls wait for server "${name}"`);
    default:
      return thrown;
  }
}
