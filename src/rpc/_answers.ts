// Checks what a client answered to a question, so that a handler gets what its type says. A form's
// content is checked against the schema that was sent, because a client may be wrong or hostile.

import { Buffer } from "node:buffer";
import { CarError } from "../base/errors.ts";
import { complaintAboutForm } from "../protocol/form_schema.ts";
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

/** Throws CarError `invalid_argument` for a form whose answer could not be checked. */
export function checkQuestion(question: Question): void {
  if (question.kind !== "form") return;
  const complaint = complaintAboutForm(question.requestedSchema);
  if (complaint === undefined) return;
  throw new CarError("invalid_argument", `The form's "requestedSchema" is no form: ${complaint}`);
}

// Far more than a person fills in. Bun's patterns for formats are a hundred times slower above it.
const FORM_BYTES_MAX = 32 * 1024;

async function readForm(schema: JsonObject, result: JsonObject): Promise<ElicitationAnswer> {
  const action = readAction(result);
  if (action !== "accept") return { action };
  const filled = result.content ?? {};
  if (!isJsonObject(filled)) throw unusable('has a "content" that is not an object');
  if (Buffer.byteLength(JSON.stringify(filled)) > FORM_BYTES_MAX) {
    throw unusable(`has a "content" of more than ${FORM_BYTES_MAX} bytes`);
  }
  // What was not asked for is not handed on.
  const content = Object.fromEntries(
    Object.keys(schema.properties as JsonObject)
      .filter((name) => Object.hasOwn(filled, name))
      .map((name) => [name, filled[name]]),
  );
  const where = await faultIn(content, schema);
  if (where === undefined) return { action, content };
  throw unusable(`does not fit the form${where === "" ? "" : ` at ${where}`}`);
}

/** Where the content does not fit: a JSON pointer, "" for the whole; undefined if it fits. */
async function faultIn(content: JsonObject, schema: JsonObject): Promise<string | undefined> {
  // Loaded at the first form: most servers never show one.
  const { Validator } = await import("@cfworker/json-schema");
  const { valid, errors } = new Validator({ ...schema }, "2020-12").validate(content);
  if (valid) return undefined;
  return errors.map((error) => error.instanceLocation).find((at) => at !== "#") ?? "";
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
