// One request of the other side from its arrival to its answer: its cancellation, its deadline and
// what its handler says and asks on the way. A question is a request on the call's stream, or, where the
// revision has rounds, the end of the call, which the client makes again with the answer. While the handler waits for an answer of the client, the
// call's own time stands still: a person may take longer than a call may.

import type { Deadline, Deadlines } from "../base/deadlines.ts";
import { CarError, invariant } from "../base/errors.ts";
import type { Limits } from "../base/limits.ts";
import type { JsonObject, OutgoingMessage, RequestId, RpcRequest } from "../protocol/json_rpc.ts";
import type { Revision } from "../protocol/revisions.ts";
import { checkQuestion, readAnswer } from "./_answers.ts";
import { Cancellation, type CancelReason } from "./cancellation.ts";
import type { CallLink, CallOrigin } from "./context.ts";
import type { FaultObserver } from "./dispatcher.ts";
import type { InputRounds, RoundOutcome } from "./input_rounds.ts";
import type { CallOutlet } from "./outlet.ts";
import type { PendingRequests } from "./pending_requests.ts";
import {
  type Answers,
  type AskingOptions,
  assertCanBeAsked,
  type Questions,
  requestOf,
} from "./questions.ts";

/** What a call comes to that ends by asking: its result, or what was thrown instead. */
export type Suspension =
  | { readonly kind: "result"; readonly result: JsonObject }
  | { readonly kind: "failed"; readonly thrown: unknown };

/** What the calls of one peer share. */
export interface RunningCallParts {
  readonly pending: PendingRequests;
  readonly deadlines: Deadlines;
  readonly limits: Limits;
  readonly onFault: FaultObserver;
}

/** One call that runs. */
export class RunningCall implements CallLink {
  readonly request: RpcRequest;
  readonly outlet: CallOutlet;
  readonly cancellation: Cancellation;
  readonly canBecomeTask = false;
  readonly #origin: CallOrigin;
  readonly #parts: RunningCallParts;
  #onDeadline: (() => void) | undefined;
  #deadline: Deadline | undefined;
  /** One for each askAll() that waits; aborting it withdraws its questions. */
  readonly #asking = new Set<AbortController>();
  /** The rounds of a stateless call; undefined where questions are requests. */
  readonly #rounds: InputRounds | undefined;
  #onSuspend: ((suspension: Suspension) => void) | undefined;
  #suspension: Suspension | undefined;
  #lastProgress = -Infinity;
  #callMs: number;
  #isOver = false;

  constructor(
    request: RpcRequest,
    origin: CallOrigin,
    outlet: CallOutlet,
    parts: RunningCallParts,
    rounds?: InputRounds,
  ) {
    this.request = request;
    this.#rounds = rounds;
    this.#origin = origin;
    this.outlet = outlet;
    this.#parts = parts;
    this.#callMs = parts.limits.callMs;
    this.cancellation = new Cancellation((thrown) => parts.onFault(request.method, thrown));
  }

  /** The token under which the client wants to hear of progress; undefined if it does not. */
  get progressToken(): RequestId | undefined {
    const meta = this.request.params?._meta;
    const token = (meta as { progressToken?: unknown } | null | undefined)?.progressToken;
    return typeof token === "string" || typeof token === "number" ? token : undefined;
  }

  get revision(): Revision {
    return this.#origin.revision;
  }

  get signal(): AbortSignal {
    return this.cancellation.signal;
  }

  /** How long the call may take, without what it waits for answers of the client. */
  get callMs(): number {
    return this.#callMs;
  }

  takeUpTo(callMs: number): void {
    this.#callMs = callMs;
    if (this.#deadline === undefined) return;
    this.#deadline.cancel();
    this.#runDeadline();
  }

  /** Starts the clock: `onDeadline` runs once when the call's time is over. */
  startDeadline(onDeadline: () => void): void {
    this.#onDeadline = onDeadline;
    if (this.#asking.size === 0) this.#runDeadline();
  }

  /** Runs once, maybe at once, if the call ends by asking. */
  whenSuspended(onSuspend: (suspension: Suspension) => void): void {
    this.#onSuspend = onSuspend;
    if (this.#suspension !== undefined) onSuspend(this.#suspension);
  }

  /** Ends the call from outside; false if that had been done before. */
  cancel(reason: CancelReason): boolean {
    if (this.cancellation.reason !== undefined) return false;
    // While it can still be said: a person must not go on answering what nobody waits for.
    this.#withdraw();
    return this.cancellation.cancel(reason);
  }

  /** The call is over: it says nothing more. */
  end(): void {
    this.#withdraw();
    this.#isOver = true;
    this.#deadline?.cancel();
    this.#deadline = undefined;
  }

  say(message: OutgoingMessage): boolean {
    return !this.#isOver && this.cancellation.reason === undefined && this.outlet.send(message);
  }

  sayProgress(progress: number, message: OutgoingMessage): boolean {
    if (!Number.isFinite(progress) || progress <= this.#lastProgress) return false;
    this.#lastProgress = progress;
    return this.say(message);
  }

  disconnect(retryMs?: number): boolean {
    return !this.#isOver && this.outlet.disconnect(retryMs);
  }

  /** What is one stands above; see TaskLink. */
  becomeTask(): boolean {
    return false;
  }

  async ask<Asked extends Questions>(
    questions: Asked,
    options?: AskingOptions,
  ): Promise<Answers<Asked>> {
    assertCanBeAsked(questions, this.#origin.capabilities);
    for (const question of Object.values(questions)) checkQuestion(question);
    if (this.#rounds !== undefined) {
      return await this.#askInRounds(this.#rounds.ask(questions, options));
    }
    const asking = new AbortController();
    if (this.cancellation.reason !== undefined) asking.abort();
    this.#asking.add(asking);
    this.#deadline?.cancel();
    this.#deadline = undefined;
    try {
      const entries = await Promise.all(
        Object.entries(questions).map(async ([key, question]) => {
          const { method, params } = requestOf(question, this.#origin.revision);
          const answer = await this.#parts.pending.ask(method, params, {
            signal: asking.signal,
            timeoutMs: this.#parts.limits.answerMs,
            send: (message) => this.say(message),
          });
          return [key, await readAnswer(question, answer)] as const;
        }),
      );
      // Every key of the questions has its answer, checked by the kind of its question.
      return Object.fromEntries(entries) as Answers<Asked>;
    } finally {
      // The other questions of a failed askAll() are withdrawn with it.
      asking.abort();
      this.#asking.delete(asking);
      if (this.#asking.size === 0) this.#runDeadline();
    }
  }

  isMarked(mark: string): boolean {
    return this.#rounds?.isMarked(mark) ?? false;
  }

  mark(mark: string): void {
    this.#rounds?.mark(mark);
  }

  openPages(pages: Questions): Promise<never> {
    const rounds = this.#rounds;
    invariant(rounds !== undefined, "only a call in rounds ends by sending to pages");
    assertCanBeAsked(pages, this.#origin.capabilities);
    return this.#suspend({ kind: "result", result: rounds.demand(pages) });
  }

  async #askInRounds<Asked extends Questions>(
    round: Promise<RoundOutcome>,
  ): Promise<Answers<Asked>> {
    // What the client sent may be wrong, which is no matter of the handler's.
    const outcome = await round.catch((thrown: unknown) => ({ kind: "failed", thrown }) as const);
    // Every key of the questions has its answer, checked by the kind of its question.
    if (outcome.kind === "answered") return outcome.answers as Answers<Asked>;
    return await this.#suspend(
      outcome.kind === "failed" ? outcome : { kind: "result", result: outcome.result },
    );
  }

  // The handler ends as after a cancellation: what it holds is given back, and what it says is not heard.
  #suspend(suspension: Suspension): Promise<never> {
    if (this.#suspension === undefined) {
      this.#suspension = suspension;
      this.#onSuspend?.(suspension);
    }
    return Promise.reject(new CarError("suspended", "The call goes on in another round"));
  }

  #withdraw(): void {
    for (const asking of this.#asking) asking.abort();
  }

  #runDeadline(): void {
    const onDeadline = this.#onDeadline;
    if (onDeadline === undefined || this.#isOver || this.#callMs === Infinity) return;
    this.#deadline = this.#parts.deadlines.add(this.#callMs, onDeadline);
  }
}
