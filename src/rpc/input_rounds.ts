// The rounds of one stateless call (2026-07-28, "Multi Round-Trip Requests"). A call that asks ends
// with `input_required`, and the client makes it again with the answers; the handler then runs from its
// beginning and is given what earlier rounds answered, in the order in which it asks. What was answered
// travels in the request state, sealed: bound to who asks, to the call, to the questions and to a time.
// A state is used once: by the call that takes an answer from it, or asks anew.

import { createHash } from "node:crypto";
import { canonicalJson } from "../base/canonical_json.ts";
import type { Clock } from "../base/clock.ts";
import { CarError, invariant } from "../base/errors.ts";
import { createSecretId } from "../base/ids.ts";
import type { Limits } from "../base/limits.ts";
import { isJsonObject, type JsonObject, type RpcRequest } from "../protocol/json_rpc.ts";
import { statelessResult } from "../protocol/results.ts";
import type { Revision } from "../protocol/revisions.ts";
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

/** What the client answered each time the handler asked, and of which questions. */
interface GivenAnswers {
  /** Of the questions as they were put: an answer is one to them and to no others. */
  readonly digest: string;
  readonly answers: JsonObject;
}

/** What the client carries from one round to the next. */
interface RoundState {
  readonly round: number;
  /** Names the state, for its one use. */
  readonly id: string;
  /** From when on it is refused, in milliseconds since 1970. */
  readonly expiresMs: number;
  /** What was answered in earlier rounds, one for each time the handler asked. */
  readonly given: readonly GivenAnswers[];
  /** The questions that are open, and what was answered of them. */
  readonly open: GivenAnswers;
  /** What was done in earlier rounds and is not to be done again; see isMarked(). */
  readonly marks: readonly string[];
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
  /** What the client answered, one for each time the handler asks. */
  readonly #given: GivenAnswers[];
  /** What it answers now; undefined once that was looked at. */
  #responses: JsonObject | undefined;
  readonly #marks: Set<string>;
  /** Whether the state was used up by this call. */
  #isStateUsed = false;
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
    this.#responses = readResponses(params?.inputResponses);
    this.#state = this.#readState(params?.requestState);
    this.#given = [...this.#state?.given ?? []];
    this.#marks = new Set(this.#state?.marks);
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
    return this.#require(questions, {});
  }

  /**
   * Whether something was done in this round or an earlier one, and is not to be done again. Throws
   * CarError `invalid_argument` for a state that was used before.
   */
  isMarked(mark: string): boolean {
    if (!this.#marks.has(mark)) return false;
    // Or the same state would spare its calls that again and again.
    if (this.#state?.marks.includes(mark)) this.#useState();
    return true;
  }

  /** Says that something was done for this call, whatever rounds follow. */
  mark(mark: string): void {
    this.#marks.add(mark);
  }

  async #put(questions: Questions, { takesUnasked }: AskingOptions): Promise<RoundOutcome> {
    this.#assertMayAsk();
    const place = this.#asked++;
    const digest = digestOf(questions, this.#origin.revision);
    const known = this.#given[place];
    if (known !== undefined && known.digest === digest) {
      const answers = await readAll(Object.keys(questions), questions, known.answers);
      this.#useState();
      return { kind: "answered", answers };
    }
    // From the first other question on, nothing that was answered fits.
    if (known !== undefined) this.#given.length = place;
    const given = this.#answersTo(questions, digest, takesUnasked === true && place === 0);
    const keys = Object.keys(questions);
    const isGiven = (key: string) => Object.hasOwn(given, key);
    const answers = await readAll(keys.filter(isGiven), questions, given);
    this.#useState();
    if (!keys.every(isGiven)) {
      return { kind: "input_required", result: this.#require(questions, given) };
    }
    this.#given.push({ digest, answers: given });
    return { kind: "answered", answers };
  }

  /** What the client has answered of questions that were not answered in an earlier round. */
  #answersTo(questions: Questions, digest: string, takesUnasked: boolean): JsonObject {
    const open = this.#state?.open;
    const responses = this.#responses ?? {};
    this.#responses = undefined;
    const wasAsked = open?.digest === digest;
    if (!wasAsked && !(takesUnasked && this.#state === undefined)) return {};
    return pick({ ...open?.answers, ...responses }, Object.keys(questions));
  }

  #require(questions: Questions, given: JsonObject): JsonObject {
    const { clock, limits, sealer } = this.#parts;
    const { revision } = this.#origin;
    const round = (this.#state?.round ?? 0) + 1;
    if (round > limits.inputRoundsMax) {
      const message = `The call asked too often: at most ${limits.inputRoundsMax} rounds`;
      throw new CarError("limit_reached", message);
    }
    this.#useState();
    const state: RoundState = {
      round,
      id: createSecretId(),
      expiresMs: clock.now() + limits.answerMs,
      given: this.#given,
      open: { digest: digestOf(questions, revision), answers: given },
      marks: [...this.#marks],
    };
    const requests = Object.entries(questions)
      .filter(([key]) => !Object.hasOwn(given, key))
      .map(([key, question]) => [key, requestOf(question, revision)]);
    const result = {
      resultType: "input_required",
      inputRequests: Object.fromEntries(requests),
      requestState: sealer.seal(PURPOSE, state, bindingOf(this.#request, this.#origin)),
    };
    return statelessResult(result, revision);
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

  /** From here on the state is of no use to any other call: one answer is one to one call. */
  #useState(): void {
    if (this.#state === undefined || this.#isStateUsed) return;
    const { id, expiresMs } = this.#state;
    switch (this.#parts.used.use(id, expiresMs)) {
      case "first":
        // Not before: to a state that is refused, every further question is refused, too.
        this.#isStateUsed = true;
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

/** Names questions by what is asked, so that an answer is taken for no other question. */
function digestOf(questions: Questions, revision: Revision): string {
  const asked = Object.entries(questions)
    .map(([key, question]) => [key, requestOf(question, revision)]);
  return createHash("sha256").update(canonicalJson(asked)).digest("base64url");
}

async function readAll(
  keys: readonly string[],
  questions: Questions,
  given: JsonObject,
): Promise<Record<string, unknown>> {
  const entries = keys.map(async (key) => {
    const question = questions[key];
    invariant(question !== undefined, "only what was asked is read");
    return [key, await readOne(key, question, given)] as const;
  });
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
