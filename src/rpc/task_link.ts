// A call's way to its client when the call may go on as a task (SEP-2663): until then it is that of the
// call, so that what is asked before is asked in rounds; from then on questions are put through the task,
// and nothing else leads to the client. The signal that the handler has holds for both.

import { CarError } from "../base/errors.ts";
import type { JsonObject, OutgoingMessage, RequestId } from "../protocol/json_rpc.ts";
import { checkQuestion, readAnswer } from "./_answers.ts";
import { Cancellation } from "./cancellation.ts";
import type { CallLink, CallOrigin } from "./context.ts";
import {
  type Answers,
  type AskingOptions,
  assertCanBeAsked,
  type Question,
  type Questions,
  requestOf,
} from "./questions.ts";

/** A question as a task shows it, and how an answer to it is read. */
export interface TaskLinkQuestion {
  readonly shown: JsonObject;
  /** Rejects with CarError `invalid_argument`, which names the key under which the answer came. */
  read(answer: unknown, key: string): Promise<unknown>;
}

/** The task that a call has become. */
export interface CallTask {
  /** Aborts when the task ends before its work. */
  readonly signal: AbortSignal;
  /** The answers in the order of the questions. */
  ask(questions: readonly TaskLinkQuestion[]): Promise<readonly unknown[]>;
  /** Says how far the work is, for a person. */
  say(message: string): void;
}

/** What such a way is made of. */
export interface TaskLinkParts {
  readonly origin: CallOrigin;
  /** Makes the task; undefined where there is no room for one. */
  readonly begin: () => CallTask | undefined;
  /** Takes what a listener of the signal throws. */
  readonly onFault: (thrown: unknown) => void;
}

/** The way of one such call. */
export class TaskLink implements CallLink {
  readonly canBecomeTask = true;
  readonly #call: CallLink;
  readonly #parts: TaskLinkParts;
  readonly #cancellation: Cancellation;
  readonly #stopFollowing: () => void;
  #task: CallTask | undefined;

  constructor(call: CallLink, parts: TaskLinkParts) {
    this.#call = call;
    this.#parts = parts;
    this.#cancellation = new Cancellation(parts.onFault);
    this.#stopFollowing = this.#follow(call.signal);
  }

  get signal(): AbortSignal {
    return this.#cancellation.signal;
  }

  get progressToken(): RequestId | undefined {
    return this.#call.progressToken;
  }

  becomeTask(): boolean {
    if (this.#task !== undefined) return true;
    // A call that was cancelled, or is asked again with an answer, must leave no task behind.
    if (this.#cancellation.reason !== undefined) return false;
    this.#task = this.#parts.begin();
    if (this.#task === undefined) return false;
    this.#stopFollowing();
    this.#follow(this.#task.signal);
    return true;
  }

  say(message: OutgoingMessage): boolean {
    return this.#task === undefined && this.#call.say(message);
  }

  sayProgress(progress: number, message: OutgoingMessage): boolean {
    if (this.#task === undefined) return this.#call.sayProgress(progress, message);
    const words = "params" in message ? message.params?.message : undefined;
    if (typeof words !== "string") return false;
    this.#task.say(words);
    return true;
  }

  async ask<Asked extends Questions>(
    questions: Asked,
    options?: AskingOptions,
  ): Promise<Answers<Asked>> {
    if (this.#task === undefined) return await this.#call.ask(questions, options);
    const { capabilities, revision } = this.#parts.origin;
    assertCanBeAsked(questions, capabilities);
    const asked = Object.entries(questions);
    for (const [, question] of asked) checkQuestion(question);
    const answers = await this.#task.ask(asked.map(([, question]) => ({
      shown: { ...requestOf(question, revision) },
      read: (answer, key) => readTold(key, question, answer),
    })));
    // Every key of the questions has its answer, checked by the kind of its question.
    return Object.fromEntries(asked.map(([key], at) => [key, answers[at]])) as Answers<Asked>;
  }

  isMarked(mark: string): boolean {
    return this.#call.isMarked(mark);
  }

  mark(mark: string): void {
    this.#call.mark(mark);
  }

  openPages(pages: Questions): Promise<never> {
    return this.#call.openPages(pages);
  }

  disconnect(retryMs?: number): boolean {
    return this.#task === undefined && this.#call.disconnect(retryMs);
  }

  takeUpTo(callMs: number): void {
    if (this.#task === undefined) this.#call.takeUpTo(callMs);
  }

  #follow(signal: AbortSignal): () => void {
    const end = () => void this.#cancellation.cancel("cancelled");
    signal.addEventListener("abort", end, { once: true });
    if (signal.aborted) end();
    return () => signal.removeEventListener("abort", end);
  }
}

async function readTold(key: string, question: Question, answer: unknown): Promise<unknown> {
  try {
    return await readAnswer(question, answer);
  } catch (thrown) {
    if (!(thrown instanceof CarError)) throw thrown;
    const where = `Parameter "inputResponses": the answer to ${JSON.stringify(key)}`;
    throw new CarError("invalid_argument", `${where} is unusable. ${thrown.message}`);
  }
}
