// From a request to its response: finds the method in a table and turns whatever its handler throws
// into an error object. This is the only place where a CarError becomes a JSON-RPC code. A fault of
// ours is reported once, to the observer, and the caller learns no detail of it.

import { CarError, type CarErrorCode } from "../base/errors.ts";
import type { Eventually } from "../base/eventually.ts";
import {
  INTERNAL_ERROR,
  INVALID_PARAMS,
  METHOD_NOT_FOUND,
  URL_ELICITATION_REQUIRED,
} from "../protocol/error_codes.ts";
import {
  errorResponse,
  type JsonObject,
  type RpcErrorBody,
  type RpcRequest,
  type RpcResponse,
} from "../protocol/json_rpc.ts";
import type { Revision } from "../protocol/revisions.ts";
import type { CallContext } from "./context.ts";
import type { UrlQuestion } from "./questions.ts";

/** Answers one method: the result, or a promise of it; throws CarError for a refusal. */
export type MethodHandler = (
  params: JsonObject | undefined,
  context: CallContext,
) => unknown;

/** The methods a server offers, by name. */
export type MethodTable = ReadonlyMap<string, MethodHandler>;

/** Is told of faults of ours, with the method's name and what was thrown. */
export type FaultObserver = (method: string, thrown: unknown) => void;

/** Runs requests against one method table. */
export class Dispatcher {
  readonly #table: MethodTable;
  /** Is told of what fails beside an answer, too. */
  readonly onFault: FaultObserver;

  constructor(table: MethodTable, onFault: FaultObserver) {
    this.#table = table;
    this.onFault = onFault;
  }

  /** Whether a method of that name is offered. */
  has(method: string): boolean {
    return this.#table.has(method);
  }

  /** Answers a request, at once if its handler does; never throws or rejects. */
  dispatch(request: RpcRequest, context: CallContext): Eventually<RpcResponse> {
    const handler = this.#table.get(request.method);
    if (handler === undefined) {
      return errorResponse(request.id, { code: METHOD_NOT_FOUND, message: "Method not found" });
    }
    try {
      const result = handler(request.params, context);
      if (!(result instanceof Promise)) return { jsonrpc: "2.0", id: request.id, result };
      return result.then(
        (result) => ({ jsonrpc: "2.0", id: request.id, result }),
        (thrown) => this.#fail(request, thrown, context),
      );
    } catch (thrown) {
      return this.#fail(request, thrown, context);
    }
  }

  /** The response to a request whose handling threw. */
  errorResponseOf({ id, method }: RpcRequest, thrown: unknown, revision: Revision): RpcResponse {
    return errorResponse(id, this.errorBodyOf(method, thrown, revision));
  }

  /** What the client of a method is told of what was thrown; a fault of ours is reported. */
  errorBodyOf(method: string, thrown: unknown, revision: Revision): RpcErrorBody {
    const code = thrown instanceof CarError ? codeOf(thrown.code, revision) : undefined;
    if (thrown instanceof CarError && code !== undefined) {
      const data = Object.keys(thrown.data).length > 0 ? { data: thrown.data } : {};
      return { code, message: thrown.message, ...data };
    }
    this.onFault(method, thrown);
    return { code: INTERNAL_ERROR, message: "Internal error" };
  }

  /**
   * A response as text. One that cannot be written (a cycle, a bigint) is a fault of ours like any
   * other; never throws.
   */
  textOf(response: RpcResponse): string {
    try {
      return JSON.stringify(response);
    } catch (thrown) {
      this.onFault("answer", thrown);
      const error = { code: INTERNAL_ERROR, message: "Internal error" };
      return JSON.stringify(errorResponse(response.id, error));
    }
  }

  #fail(
    request: RpcRequest,
    thrown: unknown,
    context: CallContext,
  ): Eventually<RpcResponse> {
    const { revision } = context;
    const pages = revision.hasInputRounds ? pagesOf(thrown) : undefined;
    if (pages === undefined) return this.errorResponseOf(request, thrown, revision);
    return context.openPages(pages)
      .catch((failed) => this.errorResponseOf(request, failed, revision));
  }
}

/** The code under which the caller learns of a fault; undefined for one that is ours. */
function codeOf(code: CarErrorCode, revision: Revision): number | undefined {
  switch (code) {
    case "invalid_argument":
    case "not_found":
      return INVALID_PARAMS;
    case "resource_not_found":
      return revision.missingResourceCode;
    case "unsupported":
      return METHOD_NOT_FOUND;
    case "capability_missing":
      return revision.missingCapabilityCode;
    case "elicitation_required":
      return URL_ELICITATION_REQUIRED;
    case "conflict":
    case "limit_reached":
    case "deadline_exceeded":
    case "cancelled":
    case "suspended":
    case "closed":
    case "denied":
    case "permission_missing":
      return revision.refusalCode;
    default:
      return undefined;
  }
}

/** The pages that a call needs to be opened first; undefined if it failed for another reason. */
function pagesOf(thrown: unknown): readonly UrlQuestion[] | undefined {
  if (!(thrown instanceof CarError) || thrown.code !== "elicitation_required") return undefined;
  const { elicitations } = thrown.data;
  if (!Array.isArray(elicitations)) return undefined;
  return elicitations.map(({ message, url, elicitationId }) => ({
    kind: "url",
    message,
    url,
    elicitationId,
  }));
}
