// From a request to its response: finds the method in a table and turns whatever its handler throws
// into an error object. This is the only place where a CarError becomes a JSON-RPC code. A fault of
// ours is reported once, to the observer, and the caller learns no detail of it.

import { CarError, type CarErrorCode } from "../base/errors.ts";
import type { Eventually } from "../base/eventually.ts";
import {
  INTERNAL_ERROR,
  INVALID_PARAMS,
  METHOD_NOT_FOUND,
  SERVER_ERROR,
  URL_ELICITATION_REQUIRED,
} from "../protocol/error_codes.ts";
import {
  errorResponse,
  type JsonObject,
  type RpcErrorBody,
  type RpcRequest,
  type RpcResponse,
} from "../protocol/json_rpc.ts";
import type { CallContext } from "./context.ts";

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
        (thrown) => this.#errorResponseOf(request, thrown),
      );
    } catch (thrown) {
      return this.#errorResponseOf(request, thrown);
    }
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

  #errorResponseOf({ id, method }: RpcRequest, thrown: unknown): RpcResponse {
    return errorResponse(id, this.#errorBodyOf(method, thrown));
  }

  #errorBodyOf(method: string, thrown: unknown): RpcErrorBody {
    if (thrown instanceof CarError) {
      const code = CODES.get(thrown.code);
      if (code !== undefined) {
        const data = Object.keys(thrown.data).length > 0 ? { data: thrown.data } : {};
        return { code, message: thrown.message, ...data };
      }
    }
    this.onFault(method, thrown);
    return { code: INTERNAL_ERROR, message: "Internal error" };
  }
}

// The faults a caller may see; every other one is ours.
const CODES: ReadonlyMap<CarErrorCode, number> = new Map([
  ["invalid_argument", INVALID_PARAMS],
  ["not_found", INVALID_PARAMS],
  ["unsupported", METHOD_NOT_FOUND],
  ["capability_missing", SERVER_ERROR],
  ["elicitation_required", URL_ELICITATION_REQUIRED],
  ["conflict", SERVER_ERROR],
  ["limit_reached", SERVER_ERROR],
  ["deadline_exceeded", SERVER_ERROR],
  ["cancelled", SERVER_ERROR],
  ["closed", SERVER_ERROR],
]);
