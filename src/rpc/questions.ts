// What a server may ask a client while it serves a call: to ask the person (elicitation), to ask the
// model (sampling), or for the roots. A question is a plain value, so that a handler is written once
// for both eras: a legacy session sends it as a request, a stateless call answers with it.

import { CarError } from "../base/errors.ts";
import { isJsonObject, type JsonObject } from "../protocol/json_rpc.ts";
import type { ClientCapabilities } from "../protocol/lifecycle.ts";
import type { Revision } from "../protocol/revisions.ts";

/** Asks the person to fill in a form (2025-06-18, "Elicitation"). */
export interface FormQuestion {
  readonly kind: "form";
  readonly message: string;
  /** A flat object schema of strings, numbers, booleans and enums. */
  readonly requestedSchema: JsonObject;
}

/** Asks the person to open a page (2025-11-25, "URL Mode Elicitation"). */
export interface UrlQuestion {
  readonly kind: "url";
  readonly message: string;
  readonly url: string;
  readonly elicitationId: string;
}

/** Asks the client's model (2024-11-05, "Sampling"); `params` as `sampling/createMessage` has them. */
export interface SamplingQuestion {
  readonly kind: "sampling";
  readonly params: JsonObject;
}

/** Asks which folders the client works in (2024-11-05, "Roots"). */
export interface RootsQuestion {
  readonly kind: "roots";
}

/** Anything a call may ask. */
export type Question = FormQuestion | UrlQuestion | SamplingQuestion | RootsQuestion;

/** The person's answer; `content` only with `accept`, and only of a form. */
export interface ElicitationAnswer {
  readonly action: "accept" | "decline" | "cancel";
  readonly content?: JsonObject;
}

/** The model's answer, as the client sent it: an object with `role`, `content` and `model`. */
export type SamplingAnswer = JsonObject;

/** The client's roots. */
export interface RootsAnswer {
  readonly roots: readonly { readonly uri: string; readonly name?: string }[];
}

/** The answer to a question of that kind. */
export type AnswerTo<Asked extends Question> = Asked extends FormQuestion | UrlQuestion
  ? ElicitationAnswer
  : Asked extends SamplingQuestion ? SamplingAnswer
  : RootsAnswer;

/** Questions by a key of the handler's choice. */
export type Questions = { readonly [key: string]: Question };

/** How questions are put. */
export interface AskingOptions {
  /**
   * Takes answers that a stateless client sends with its first call, before it was asked. They are
   * bound to nothing and can be sent again: not for what a person has to agree to. Default false.
   */
  readonly takesUnasked?: boolean;
}

/** The answers, by the same keys. */
export type Answers<Asked extends Questions> = {
  readonly [Key in keyof Asked]: AnswerTo<Asked[Key]>;
};

/** The request that puts a question. */
export interface QuestionRequest {
  readonly method: string;
  readonly params?: JsonObject;
}

/** Writes a question as a request of that revision. */
export function requestOf(question: Question, revision: Revision): QuestionRequest {
  switch (question.kind) {
    case "form": {
      const { message, requestedSchema } = question;
      const mode = revision.hasElicitationModes ? { mode: "form" } : {};
      return { method: "elicitation/create", params: { ...mode, message, requestedSchema } };
    }
    case "url": {
      const { message, url, elicitationId } = question;
      const id = revision.hasElicitationIds ? { elicitationId } : {};
      return { method: "elicitation/create", params: { mode: "url", message, url, ...id } };
    }
    case "sampling":
      return { method: "sampling/createMessage", params: question.params };
    case "roots":
      return { method: "roots/list" };
  }
}

/**
 * Throws CarError `capability_missing`, with `data.requiredCapabilities`, unless the client declared
 * what every one of the questions needs.
 */
export function assertCanBeAsked(
  questions: Questions,
  capabilities: ClientCapabilities | undefined,
): void {
  const missing: Record<string, unknown> = {};
  for (const question of Object.values(questions)) {
    const required = requiredCapability(question);
    if (!declares(capabilities ?? {}, required)) Object.assign(missing, required);
  }
  const names = Object.keys(missing);
  if (names.length === 0) return;
  const message = `The client cannot be asked: it did not declare ${names.join(", ")}`;
  throw new CarError("capability_missing", message, { data: { requiredCapabilities: missing } });
}

function requiredCapability(question: Question): JsonObject {
  switch (question.kind) {
    case "form":
      return { elicitation: { form: {} } };
    case "url":
      return { elicitation: { url: {} } };
    case "sampling":
      return { sampling: question.params.tools === undefined ? {} : { tools: {} } };
    case "roots":
      return { roots: {} };
  }
}

function declares(declared: ClientCapabilities, required: JsonObject): boolean {
  return Object.entries(required).every(([name, parts]) => {
    const own = declared[name];
    if (!isJsonObject(own) || !isJsonObject(parts)) return false;
    return Object.keys(parts).every((part) =>
      isJsonObject(own[part]) || (name === "elicitation" && part === "form" && isFormOnly(own))
    );
  });
}

// "An empty capabilities object is equivalent to declaring support for form mode only" (2025-11-25).
function isFormOnly(elicitation: JsonObject): boolean {
  return elicitation.url === undefined;
}
