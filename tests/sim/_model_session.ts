// What one session must answer: its calls by id, its questions by id, whoever comes back, and the way
// of what an embedder pushes.

import { type CallHome, type CallRequest, type Message, ModelCall } from "./_model_call.ts";
import type { ModelConnection } from "./_model_connection.ts";
import { ModelLiveness, type PingHome } from "./_model_liveness.ts";
import { type ModelServer, SIM_TIMES } from "./_model_server.ts";
import { type ModelJoining, ModelStreams } from "./_model_streams.ts";

/** What a client is. */
export interface ClientKind {
  /** It speaks 2025-11-25, which has priming and polling; otherwise 2025-06-18. */
  readonly isNewest: boolean;
  /** It declared sampling. */
  readonly canBeAsked: boolean;
}

/** How a question of a tool ended: the text of the answer, or the code of the refusal. */
export type Asked = { outcome: string | undefined };

interface Question extends Asked {
  readonly call: ModelCall;
  readonly cancelTimeout: () => void;
}

/** One session. */
export class ModelSession implements CallHome, PingHome {
  readonly server: ModelServer;
  readonly streams: ModelStreams;
  readonly #liveness = new ModelLiveness(this);
  readonly running = new Map<number, ModelCall>();
  readonly isNewest: boolean;
  readonly #canBeAsked: boolean;
  readonly #questions = new Map<number, Question>();
  #nextQuestion = 1;
  isInitialized = false;
  isClosed = false;
  hearsInfo = true;

  constructor(server: ModelServer, { isNewest, canBeAsked }: ClientKind) {
    this.server = server;
    this.isNewest = isNewest;
    this.#canBeAsked = canBeAsked;
    this.streams = new ModelStreams(server, isNewest);
  }

  /** A GET with an id that some connection of this session received. */
  resume(stream: number, index: number, connection: ModelConnection): ModelJoining {
    const { common } = this.streams;
    const isBehind = stream === common.number && common.connection !== undefined;
    const joining = this.streams.resume(stream, index, connection);
    if (joining === "joined" && isBehind) this.#liveness.cameBack();
    return joining;
  }

  /** A call that came in; undefined if it must be refused. */
  call(request: CallRequest): ModelCall | undefined {
    if (!this.isFull && !this.running.has(request.id)) return new ModelCall(request, this);
    this.server.met.add("call refused");
    return undefined;
  }

  /** Whether another request must be refused. */
  get isFull(): boolean {
    return this.running.size >= this.server.bounds.sessionRequestsMax;
  }

  /** A question of a call. */
  ask(call: ModelCall, params: Message): Asked {
    if (!this.#canBeAsked) return { outcome: "capability_missing" };
    const failed = (outcome: string): Asked => {
      call.asks();
      call.wasAnswered();
      return { outcome };
    };
    if (this.isClosed) return failed("closed");
    if (call.isCancelled) return failed("cancelled");
    if (this.hasTooManyQuestions) return failed("limit_reached");
    const id = this.nextQuestionId();
    call.asks();
    const cancelTimeout = this.server.deadline(SIM_TIMES.answer, () => this.#giveUp(id));
    const question = { call, cancelTimeout, outcome: undefined };
    this.#questions.set(id, question);
    if (!call.say({ jsonrpc: "2.0", id, method: "sampling/createMessage", params })) {
      this.#settle(id, "closed");
    }
    return question;
  }

  get hasTooManyQuestions(): boolean {
    return this.#questions.size + this.#liveness.size >= this.server.bounds.outgoingRequestsMax;
  }

  nextQuestionId(): number {
    return this.#nextQuestion++;
  }

  /** A posted response. */
  answer(id: number, outcome: string): void {
    if (this.#liveness.answer(id)) return;
    const isAwaited = this.#questions.has(id);
    this.server.met.add(isAwaited ? "question answered" : "answer to no question");
    if (!isAwaited) this.server.strays++;
    this.#settle(id, outcome);
  }

  /** Ids of the questions that wait. */
  get waitingQuestions(): number[] {
    return [...this.#questions.keys()];
  }

  withdrawQuestionsOf(call: ModelCall): void {
    for (const [id, question] of [...this.#questions]) {
      if (question.call !== call) continue;
      const params = { requestId: id, reason: "Cancelled" };
      call.say({ jsonrpc: "2.0", method: "notifications/cancelled", params });
      this.#settle(id, "cancelled");
    }
  }

  /** What an embedder pushes; where it belongs to a call, it goes the call's way. */
  push(payload: Message): boolean {
    if (this.isClosed || "result" in payload) return false;
    const params = payload.params as Message | undefined;
    if (payload.method === "notifications/progress") {
      const calls = [...this.running.values()];
      const call = calls.find(({ request }) => request.token === params?.progressToken);
      if (call !== undefined) return call.sayProgress(Number(params?.progress), payload);
    }
    if (payload.method === "notifications/cancelled") {
      const question = this.#questions.get(Number(params?.requestId));
      if (question !== undefined) return question.call.say(payload);
    }
    return this.streams.say(this.streams.common, JSON.stringify(payload));
  }

  close(): void {
    this.isClosed = true;
    for (const call of [...this.running.values()]) call.cancel();
    for (const id of this.waitingQuestions) this.#settle(id, "closed");
    this.#liveness.close();
    this.streams.close();
  }

  #giveUp(id: number): void {
    const reason = `The client did not answer within ${SIM_TIMES.answer} ms`;
    const params = { requestId: id, reason };
    const method = "notifications/cancelled";
    this.#questions.get(id)?.call.say({ jsonrpc: "2.0", method, params });
    this.server.met.add("question timed out");
    this.#settle(id, "deadline_exceeded");
  }

  #settle(id: number, outcome: string): void {
    const question = this.#questions.get(id);
    if (question === undefined) return;
    this.#questions.delete(id);
    question.cancelTimeout();
    question.outcome = outcome;
    question.call.wasAnswered();
  }
}
