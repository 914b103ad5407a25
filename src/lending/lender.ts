// A session that lends tools: a call of one of them goes to its client as a request on the stream where it
// listens, and the answer comes back as a POST. Whoever gives up waiting only drops its own wait: the
// client is told, and a late answer finds nobody. A client that is gone for too long ends the waits for it.

import type { Clock } from "../base/clock.ts";
import type { Deadline, Deadlines } from "../base/deadlines.ts";
import { CarError } from "../base/errors.ts";
import type { Limits } from "../base/limits.ts";
import { readForeignResult } from "../protocol/foreign_tools.ts";
import { isJsonObject, type JsonObject, type RpcErrorBody } from "../protocol/json_rpc.ts";
import type { CallToolResult } from "../protocol/tools.ts";
import type { CallContext } from "../rpc/context.ts";
import type { Session } from "../session/session.ts";

/** What a lender is composed of. */
export interface LenderOptions {
  readonly session: Session;
  /** The name in the names of its tools. */
  readonly name: string;
  readonly clock: Clock;
  readonly deadlines: Deadlines;
  readonly limits: Pick<Limits, "clientCallsMax" | "clientCallMs" | "clientAbsenceMs">;
}

/** One call that waits for the client. */
interface WaitingCall {
  /** Aborts with the call, or with the absence of the client. */
  readonly giveUp: AbortController;
  isDeserted: boolean;
}

// How often it is seen whether the client still listens while a call waits for it.
const LOOK_MS = 1_000;
// The caller's own time ends so much later than the wait, so that it reads why.
const MARGIN_MS = 2_000;
const ERROR_CHARS_MAX = 2_000;

/** The client of one session, as far as it lends tools. */
export class Lender {
  readonly session: Session;
  readonly name: string;
  readonly #options: LenderOptions;
  readonly #waiting = new Set<WaitingCall>();
  #look: Deadline | undefined;
  /** Since when nobody was seen to listen, in steady milliseconds; undefined while somebody does. */
  #absentSinceMs: number | undefined;

  constructor(options: LenderOptions) {
    this.session = options.session;
    this.name = options.name;
    this.#options = options;
  }

  /** Has the client run one of its tools; rejects with CarError, whose message names the client. */
  async call(tool: string, args: JsonObject, caller: CallContext): Promise<CallToolResult> {
    const { clientCallsMax, clientCallMs } = this.#options.limits;
    if (!this.session.isListening) {
      throw this.#error("closed", "does not listen, so nobody is asked");
    }
    if (this.#waiting.size >= clientCallsMax) {
      throw this.#error(
        "limit_reached",
        `has ${clientCallsMax} calls to answer, and takes no more`,
      );
    }
    caller.takeUpTo(clientCallMs + MARGIN_MS);
    const call: WaitingCall = { giveUp: new AbortController(), isDeserted: false };
    const onAbort = () => call.giveUp.abort();
    caller.signal.addEventListener("abort", onAbort, { once: true });
    if (caller.signal.aborted) onAbort();
    this.#waiting.add(call);
    this.#absentSinceMs = undefined;
    this.#lookLater();
    try {
      return readForeignResult(await this.#ask({ name: tool, arguments: args }, call, caller));
    } catch (thrown) {
      throw this.#inWords(thrown, call);
    } finally {
      this.#waiting.delete(call);
      caller.signal.removeEventListener("abort", onAbort);
    }
  }

  async #ask(params: JsonObject, call: WaitingCall, caller: CallContext): Promise<JsonObject> {
    const result = await this.session.peer.request("tools/call", params, {
      signal: call.giveUp.signal,
      timeoutMs: this.#options.limits.clientCallMs,
      send: (message) => this.session.router.sendForCall(message),
      readError: (error) => this.#refusedWith(error),
      onProgress: caller.wantsProgress ? (progress) => caller.progress(progress) : undefined,
    });
    if (!isJsonObject(result)) throw this.#error("conflict", "answered with no result of a tool");
    return result;
  }

  /** A connection that was cut comes back soon, or never: what waits must not wait for ever. */
  #lookLater(): void {
    if (this.#waiting.size === 0) return;
    this.#look ??= this.#options.deadlines.add(LOOK_MS, () => {
      this.#look = undefined;
      if (this.#isDeserted()) this.#desert();
      this.#lookLater();
    });
  }

  #isDeserted(): boolean {
    const { clock, limits } = this.#options;
    const nowMs = clock.monotonicMs();
    this.#absentSinceMs = this.session.isListening ? undefined : this.#absentSinceMs ?? nowMs;
    return this.#absentSinceMs !== undefined &&
      nowMs - this.#absentSinceMs >= limits.clientAbsenceMs;
  }

  #desert(): void {
    for (const call of this.#waiting) {
      call.isDeserted = true;
      call.giveUp.abort();
    }
  }

  // The waits of a session speak of the client whose session it is; here, that is not the caller.
  #inWords(thrown: unknown, { isDeserted }: WaitingCall): unknown {
    if (!(thrown instanceof CarError)) return thrown;
    switch (thrown.code) {
      case "cancelled":
        return isDeserted ? this.#error("closed", "went away before it answered") : thrown;
      case "closed":
        return this.#error("closed", "went away before it answered");
      case "deadline_exceeded":
        return this.#error(
          "deadline_exceeded",
          `did not answer within ${this.#options.limits.clientCallMs} ms`,
        );
      case "limit_reached":
        return this.#error("limit_reached", "has too much to answer");
      default:
        return thrown;
    }
  }

  #refusedWith({ code, message }: RpcErrorBody): CarError {
    return this.#error(
      "conflict",
      `answered with error ${code}: ${message.slice(0, ERROR_CHARS_MAX)}`,
    );
  }

  #error(
    code: "closed" | "conflict" | "deadline_exceeded" | "limit_reached",
    what: string,
  ): CarError {
    return new CarError(code, `Client "${this.name}" ${what}`);
  }
}
