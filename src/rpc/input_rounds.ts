// The rounds of one stateless call (2026-07-28, "Multi Round-Trip Requests"). A call that asks ends
// with `input_required`, and the client makes it again with the answers; the handler then runs from its
// beginning and is given what earlier rounds answered, in the order in which it asks. What was answered
// travels in the request state, sealed: bound to who asks, to the call and to a time, and used once.

import { createHash } from "node:crypto";
import { canonicalJson } from "../base/canonical_json.ts";
import type { Clock } from "../base/clock.ts";
import { CarError, invariant } from "../base/errors.ts";
import { createSecretId } from "../base/ids.ts";
import type { Limits } from "../base/limits.ts";
import { isJsonObject, type JsonObject, type RpcRequest } from "../protocol/json_rpc.ts";
import { statelessResult } from "../protocol/results.ts";
import { readAnswer } from "./_answers.ts";
import type { CallOrigin } from "./context.ts";
import { type AskingOptions, type Question, type Questions, requestOf } from "./questions.ts";
import type { UsedStates } from "../auth/used_states.ts";

/** Seals what a client carries and must not change. */
export interface StateSealer {
  seal(purpose: string, value: unknown, boundTo: string): string;
  /** What was sealed for that purpose and binding; undefined for anything else. */
  open(purpose: string, text: string, boundTo: string): unknown | undefined;
}

/** What rounds are composed of; long-lived. */
export interface InputRoundsParts {
  readonly sealer: StateSealer;
  readonly used: UsedStates;
  readonly clock: Clock;
  readonly limits: Limits;
}

/** What questions of a stateless call come to. */
export type RoundOutcome =
  | { readonly kind: "answered"; readonly answers: Readonly<Record<string, unknown>> }
  /** The call ends here, with this result. */
  | { readonly kind: "input_required"; readonly result: JsonObject };

/** What the client carries from one round to the next. */
interface RoundState {
  readonly round: number;
  /** Names the state, for its one use. */
  readonly id: string;
  /** From when on it is refused, in milliseconds since 1970. */
  readonly expiresMs: number;
  /** What the client answered in earlier rounds, one object for each time the handler asked. */
  readonly answers: readonly JsonObject[];
  /** What it answered of the questions that are open. */
  readonly partial: JsonObject;
}

const PURPOSE = "request-state";

// The methods that may ask; no other may answer `input_required`.
const ASKING_METHODS: ReadonlySet<string> = new Set([
  "tools/call",
  "prompts/get",
  "resources/read",
]);

/** The rounds of one call. */
export class InputRounds {
  readonly #request: RpcRequest;
  readonly #origin: CallOrigin;
  readonly #parts: InputRoundsParts;
  readonly #state: RoundState | undefined;
  /** What the client answered, one object for each time the handler asks. */
  readonly #answers: JsonObject[];
  /** What it answered of the questions that come next; undefined once they were put. */
  #open: JsonObject | undefined;
  /** What it answered although nothing was asked. */
  readonly #unasked: JsonObject | undefined;
  /** How often the handler has asked in this round. */
  #asked = 0;
  /** Settles with the question before: what it was answered stands in the state of the next. */
  #before: Promise<unknown> = Promise.resolve();

  /**
   * Reads what the client carries. Throws CarError `invalid_argument` for a state that is not one of
   * this call, or too old, and for answers that are no object.
   */
  constructor(request: RpcRequest, origin: CallOrigin, parts: InputRoundsParts) {
    this.#request = request;
    this.#origin = origin;
    this.#parts = parts;
    const params = this.#mayAsk ? request.params : undefined;
    const responses = readResponses(params?.inputResponses);
    this.#state = this.#readState(params?.requestState);
    this.#answers = [...this.#state?.answers ?? []];
    this.#open = this.#state && { ...this.#state.partial, ...responses };
    this.#unasked = this.#state === undefined ? responses : undefined;
  }

  /**
   * Puts questions: their answers if the client has given them, else the result that asks for those
   * it has not. Rejects with CarError: `invalid_argument` for what is no answer and for a state that
   * was used before, `limit_reached` after too many rounds.
   */
  ask(questions: Questions, options: AskingOptions = {}): Promise<RoundOutcome> {
    const outcome = this.#before.then(() => this.#put(questions, options));
    this.#before = outcome.catch(() => {});
    return outcome;
  }

  /** Asks for something that has to be done outside, whatever was answered before. */
  demand(questions: Questions): JsonObject {
    this.#assertMayAsk();
    return this.#require(Object.entries(questions), {});
  }

  async #put(questions: Questions, { takesUnasked }: AskingOptions): Promise<RoundOutcome> {
    this.#assertMayAsk();
    const asked = Object.entries(questions);
    const known = this.#answers[this.#asked++];
    if (known !== undefined) return { kind: "answered", answers: await readAll(asked, known) };
    const open = this.#open ?? (takesUnasked && this.#answers.length === 0 ? this.#unasked : {});
    const given = pick(open ?? {}, Object.keys(questions));
    this.#open = undefined;
    const isMissing = ([key]: readonly [string, Question]) => !Object.hasOwn(given, key);
    const answers = await readAll(asked.filter((each) => !isMissing(each)), given);
    const missing = asked.filter(isMissing);
    if (missing.length > 0) {
      return { kind: "input_required", result: this.#require(missing, given) };
    }
    this.#useState();
    this.#answers.push(given);
    return { kind: "answered", answers };
  }

  #require(missing: readonly (readonly [string, Question])[], partial: JsonObject): JsonObject {
    const { clock, limits, sealer } = this.#parts;
    const round = (this.#state?.round ?? 0) + 1;
    if (round > limits.inputRoundsMax) {
      const message = `The call asked too often: at most ${limits.inputRoundsMax} rounds`;
      throw new CarError("limit_reached", message);
    }
    const state: RoundState = {
      round,
      id: createSecretId(),
      expiresMs: clock.now() + limits.answerMs,
      answers: this.#answers,
      partial,
    };
    const requests = missing
      .map(([key, question]) => [key, requestOf(question, this.#origin.revision)]);
    const result = {
      resultType: "input_required",
      inputRequests: Object.fromEntries(requests),
      requestState: sealer.seal(PURPOSE, state, bindingOf(this.#request, this.#origin)),
    };
    return statelessResult(result, this.#origin.revision);
  }

  #readState(text: unknown): RoundState | undefined {
    if (text === undefined) return undefined;
    const { clock, sealer } = this.#parts;
    const opened = typeof text === "string"
      ? sealer.open(PURPOSE, text, bindingOf(this.#request, this.#origin))
      : undefined;
    // What opens was sealed by this class.
    const state = opened as RoundState | undefined;
    if (state !== undefined && state.expiresMs > clock.now()) return state;
    const message = 'Parameter "requestState" is not one of this call, or is too old';
    throw new CarError("invalid_argument", message);
  }

  #useState(): void {
    if (this.#state === undefined) return;
    const { id, expiresMs } = this.#state;
    switch (this.#parts.used.use(id, expiresMs)) {
      case "first":
        return;
      case "used":
        throw new CarError("invalid_argument", 'Parameter "requestState" was used before');
      case "full":
        throw new CarError("limit_reached", "Too many answered calls; try again later");
    }
  }

  get #mayAsk(): boolean {
    return ASKING_METHODS.has(this.#request.method);
  }

  #assertMayAsk(): void {
    invariant(this.#mayAsk, `${this.#request.method} asks, which the protocol does not allow`);
  }
}

/** What a state is good for: this caller, this call, this place. */
function bindingOf({ method, params = {} }: RpcRequest, origin: CallOrigin): string {
  const { _meta, inputResponses: _responses, requestState: _state, ...salient } = params;
  const { principal, namespace, project } = origin;
  const call = [principal.id, namespace ?? null, project ?? null, method, salient];
  return createHash("sha256").update(canonicalJson(call)).digest("base64url");
}

function readResponses(responses: unknown): JsonObject {
  if (responses === undefined) return {};
  if (isJsonObject(responses)) return responses;
  throw new CarError("invalid_argument", 'Parameter "inputResponses" must be an object');
}

async function readAll(
  asked: readonly (readonly [string, Question])[],
  given: JsonObject,
): Promise<Record<string, unknown>> {
  const entries = asked.map(async ([key, question]) => [key, await readOne(key, question, given)]);
  return Object.fromEntries(await Promise.all(entries));
}

async function readOne(key: string, question: Question, given: JsonObject): Promise<unknown> {
  try {
    return await readAnswer(question, given[key]);
  } catch (thrown) {
    if (!(thrown instanceof CarError)) throw thrown;
    const where = `Parameter "inputResponses": the answer to ${JSON.stringify(key)}`;
    throw new CarError("invalid_argument", `${where} is unusable. ${thrown.message}`);
  }
}

function pick(from: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(
    keys.filter((key) => Object.hasOwn(from, key)).map((key) => [key, from[key]]),
  );
}
