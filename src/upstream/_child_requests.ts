// What a mounted server may ask of us while it serves a call: it is offered to the caller of that call,
// if that caller declared that it can answer, and declined otherwise (2025-11-25, "Elicitation",
// "Sampling", "Roots").

import { CarError } from "../base/errors.ts";
import { isJsonObject, type JsonObject, type RequestId } from "../protocol/json_rpc.ts";
import type { CallContext } from "../rpc/context.ts";
import type { MethodHandler, MethodTable } from "../rpc/dispatcher.ts";
import type { Question } from "../rpc/questions.ts";

/** Finds the call during which a request of the server came; undefined if there is no telling. */
export type FindCaller = (requestId: RequestId) => CallContext | undefined;

/** The requests that are answered; every other one is an unknown method. */
export function childRequests(findCaller: FindCaller): MethodTable {
  const offer =
    (read: (params: JsonObject) => Question, declined: () => unknown): MethodHandler =>
    async (given, { requestId }) => {
      const question = read(given ?? {});
      const caller = findCaller(requestId);
      if (caller === undefined) return declined();
      try {
        return await caller.ask(question);
      } catch (thrown) {
        if (thrown instanceof CarError && NOT_ASKED.has(thrown.code)) return declined();
        throw thrown;
      }
    };
  const unsupported = () => {
    throw new CarError("unsupported", "Method not found");
  };
  return new Map<string, MethodHandler>([
    ["ping", () => ({})],
    ["roots/list", offer(() => ({ kind: "roots" }), () => ({ roots: [] }))],
    ["sampling/createMessage", offer((params) => ({ kind: "sampling", params }), unsupported)],
    ["elicitation/create", offer(readElicitation, () => ({ action: "decline" }))],
  ]);
}

// The caller did not declare it, or no stream leads to it.
const NOT_ASKED: ReadonlySet<string> = new Set(["capability_missing", "closed"]);

/** The question of a request as a method and its parameters; throws CarError for one that is none. */
export function readQuestion(method: unknown, params: JsonObject): Question {
  switch (method) {
    case "roots/list":
      return { kind: "roots" };
    case "sampling/createMessage":
      return { kind: "sampling", params };
    case "elicitation/create":
      return readElicitation(params);
    default:
      throw new CarError("unsupported", "Method not found");
  }
}

function readElicitation(params: JsonObject): Question {
  const { mode, message, requestedSchema, url, elicitationId } = params;
  if (typeof message !== "string") throw unreadable("message");
  if (mode === "url") {
    if (typeof url !== "string") throw unreadable("url");
    if (typeof elicitationId !== "string") throw unreadable("elicitationId");
    return { kind: "url", message, url, elicitationId };
  }
  if (!isJsonObject(requestedSchema)) throw unreadable("requestedSchema");
  return { kind: "form", message, requestedSchema };
}

function unreadable(name: string): CarError {
  return new CarError("invalid_argument", `Parameter "${name}" is missing or of the wrong type`);
}
