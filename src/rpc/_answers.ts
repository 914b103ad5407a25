// Checks what a client answered to a question, so that a handler gets what its type says. A form's
// content is checked against the schema that was sent, because a client may be wrong or hostile.

import { CarError } from "../base/errors.ts";
import { isJsonObject, type JsonObject } from "../protocol/json_rpc.ts";
import type { ElicitationAnswer, Question, RootsAnswer, SamplingAnswer } from "./questions.ts";

/** The checked answer; throws CarError `conflict` when it is none to this question. */
export async function readAnswer(
  question: Question,
  result: unknown,
): Promise<ElicitationAnswer | SamplingAnswer | RootsAnswer> {
  if (!isJsonObject(result)) throw unusable("is not an object");
  switch (question.kind) {
    case "form":
      return await readForm(question.requestedSchema, result);
    case "url":
      return { action: readAction(result) };
    case "sampling":
      return readSampling(result);
    case "roots":
      return readRoots(result);
  }
}

async function readForm(schema: JsonObject, result: JsonObject): Promise<ElicitationAnswer> {
  const action = readAction(result);
  if (action !== "accept") return { action };
  const content = result.content ?? {};
  if (!isJsonObject(content)) throw unusable('has a "content" that is not an object');
  // Loaded at the first form: most servers never show one.
  const { Validator } = await import("@cfworker/json-schema");
  const { valid, errors } = new Validator({ ...schema }, "2020-12").validate(content);
  if (valid) return { action, content };
  const [where] = errors.map((error) => error.instanceLocation).filter((at) => at !== "#");
  throw unusable(`does not fit the form${where === undefined ? "" : ` at ${where}`}`);
}

function readAction({ action }: JsonObject): ElicitationAnswer["action"] {
  if (action === "accept" || action === "decline" || action === "cancel") return action;
  throw unusable('has no "action" that is accept, decline or cancel');
}

function readSampling(result: JsonObject): SamplingAnswer {
  const { content } = result;
  if (isJsonObject(content) || Array.isArray(content)) return result;
  throw unusable('has no "content"');
}

function readRoots({ roots }: JsonObject): RootsAnswer {
  const isRoot = (root: unknown) => isJsonObject(root) && typeof root.uri === "string";
  if (!Array.isArray(roots) || !roots.every(isRoot)) throw unusable('has no list of "roots"');
  return { roots };
}

function unusable(why: string): CarError {
  return new CarError("conflict", `The client's answer ${why}`);
}
