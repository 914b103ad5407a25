// JSON-RPC 2.0 messages, and the one function that decides what a parsed value is. It is written by
// hand because every call passes through it; nothing else in the program looks at an unchecked
// envelope. Ids are compared with `=== undefined`: 0 and "" are ids like any other.

import { INVALID_REQUEST } from "./error_codes.ts";

/** A request id: a string or a safe integer, never null (MCP, "Requests"). */
export type RequestId = string | number;

/** A JSON object whose members are not checked yet. */
export type JsonObject = { readonly [key: string]: unknown };

/** A request that passed the envelope check. */
export interface RpcRequest {
  readonly jsonrpc: "2.0";
  readonly id: RequestId;
  readonly method: string;
  readonly params?: JsonObject;
}

/** A notification that passed the envelope check. */
export interface RpcNotification {
  readonly jsonrpc: "2.0";
  readonly method: string;
  readonly params?: JsonObject;
}

/** The `error` member of a response. */
export interface RpcErrorBody {
  readonly code: number;
  readonly message: string;
  readonly data?: unknown;
}

/** A response with a result. */
export interface RpcResult {
  readonly jsonrpc: "2.0";
  readonly id: RequestId;
  readonly result: unknown;
}

/** A response with an error; the id is null where the request's could not be read. */
export interface RpcError {
  readonly jsonrpc: "2.0";
  readonly id: RequestId | null;
  readonly error: RpcErrorBody;
}

/** Either kind of response. */
export type RpcResponse = RpcResult | RpcError;

/** Anything this server sends on a stream of its own accord. */
export type OutgoingMessage = RpcRequest | RpcNotification;

/** What a parsed value turned out to be. */
export type Envelope =
  | { readonly kind: "request"; readonly message: RpcRequest }
  | { readonly kind: "notification"; readonly message: RpcNotification }
  | { readonly kind: "response"; readonly message: RpcResponse }
  | { readonly kind: "invalid"; readonly error: RpcError };

/** A message that passed the check. */
export type ValidEnvelope = Exclude<Envelope, { readonly kind: "invalid" }>;

/** Tells what a parsed JSON value is; anything that is no message gives `invalid` with its answer. */
export function readEnvelope(value: unknown): Envelope {
  if (!isJsonObject(value)) return invalid(null, "Expected a JSON-RPC message object");
  const id = value.id;
  const readableId = isRequestId(id) ? id : null;
  if (value.jsonrpc !== "2.0") return invalid(readableId, 'Member "jsonrpc" must be "2.0"');
  if (id !== undefined && readableId === null && !isNullErrorResponse(value)) {
    return invalid(null, 'Member "id" must be a string or an integer');
  }
  const isResponse = value.result !== undefined || value.error !== undefined;
  if (value.method === undefined && isResponse) return readResponse(value, readableId);
  if (typeof value.method !== "string") {
    return invalid(readableId, 'Member "method" must be a string');
  }
  if (isResponse) {
    return invalid(readableId, 'A message has either "method" or "result" and "error", not both');
  }
  if (value.params !== undefined && !isJsonObject(value.params)) {
    return invalid(readableId, 'Member "params" must be an object');
  }
  // The members were just checked one by one, which the type system cannot see on an index type.
  return id === undefined
    ? { kind: "notification", message: value as unknown as RpcNotification }
    : { kind: "request", message: value as unknown as RpcRequest };
}

/** Builds an error response. */
export function errorResponse(
  id: RequestId | null,
  error: RpcErrorBody,
): RpcError {
  return { jsonrpc: "2.0", id, error };
}

/** Whether a value is a JSON object: no array, no null. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a value can be a request id. */
export function isRequestId(value: unknown): value is RequestId {
  return typeof value === "string" || (typeof value === "number" && Number.isSafeInteger(value));
}

// A peer that could not read our id answers with an error and id null (JSON-RPC 2.0 section 5).
function isNullErrorResponse(value: JsonObject): boolean {
  return value.id === null && value.error !== undefined && value.method === undefined;
}

function readResponse(value: JsonObject, id: RequestId | null): Envelope {
  if (value.result !== undefined && value.error !== undefined) {
    return invalid(id, 'A response has either "result" or "error", not both');
  }
  if (value.error === undefined) {
    if (id === null) return invalid(null, 'A response needs an "id"');
    return { kind: "response", message: { jsonrpc: "2.0", id, result: value.result } };
  }
  const error = value.error;
  if (
    !isJsonObject(error) || typeof error.code !== "number" || typeof error.message !== "string"
  ) {
    return invalid(id, 'Member "error" must have a numeric "code" and a "message"');
  }
  const body = { code: error.code, message: error.message, data: error.data };
  return { kind: "response", message: errorResponse(id, body) };
}

function invalid(id: RequestId | null, message: string): Envelope {
  return { kind: "invalid", error: errorResponse(id, { code: INVALID_REQUEST, message }) };
}
