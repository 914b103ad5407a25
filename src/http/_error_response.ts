// HTTP answers for what is refused before or beside the dispatcher: status, JSON-RPC error body and
// nothing of the request but its id. The only place in `http/` where a refusal gets its status.

import {
  INVALID_REQUEST,
  PARSE_ERROR,
  SERVER_ERROR,
  SESSION_NOT_FOUND,
} from "../protocol/error_codes.ts";
import { SESSION_ID_HEADER } from "../protocol/headers.ts";
import { errorResponse, type RequestId, type RpcErrorBody } from "../protocol/json_rpc.ts";
import { LEGACY_REVISION_NAMES } from "../protocol/revisions.ts";

/** Options of jsonResponse. */
export interface JsonResponseOptions {
  readonly status?: number;
  /** Echoed as the session header. */
  readonly sessionId?: string | undefined;
}

/** A JSON answer; the session's id is echoed where there is one. */
export function jsonResponse(body: unknown, options: JsonResponseOptions = {}): Response {
  return jsonTextResponse(JSON.stringify(body), options);
}

/** The same for what is JSON text already. */
export function jsonTextResponse(json: string, options: JsonResponseOptions = {}): Response {
  const { status = 200, sessionId } = options;
  // Deno checks the members of an object faster than it converts a list of pairs.
  const headers = sessionId === undefined
    ? { "content-type": "application/json" }
    : { "content-type": "application/json", [SESSION_ID_HEADER]: sessionId };
  return new Response(json, { status, headers });
}

/** 202 without a body: a notification or a response was taken. */
export function acceptedResponse(sessionId?: string): Response {
  const headers: [string, string][] = sessionId === undefined
    ? []
    : [[SESSION_ID_HEADER, sessionId]];
  return new Response(null, { status: 202, headers });
}

/** A JSON-RPC error with a status of its own. */
export function rpcErrorResponse(
  status: number,
  error: RpcErrorBody,
  id: RequestId | null = null,
): Response {
  return jsonResponse(errorResponse(id, error), { status });
}

/** The body is not JSON, or not UTF-8. */
export function parseErrorResponse(status: number): Response {
  return rpcErrorResponse(status, { code: PARSE_ERROR, message: "Parse error: not valid JSON" });
}

/** Valid JSON that this endpoint does not take. */
export function invalidRequestResponse(message: string, id: RequestId | null = null): Response {
  return rpcErrorResponse(400, { code: INVALID_REQUEST, message }, id);
}

/** A limit of the transport was met, or a header is missing. */
export function refusedResponse(
  status: number,
  message: string,
  id: RequestId | null = null,
): Response {
  return rpcErrorResponse(status, { code: SERVER_ERROR, message }, id);
}

/** A limit of the caller's own was met, which is over after that time. */
export function tooManyResponse(
  message: string,
  waitMs: number,
  id: RequestId | null = null,
): Response {
  const response = refusedResponse(429, message, id);
  // Whole seconds (RFC 9110, section 10.2.3), and never too few.
  response.headers.set("retry-after", String(Math.max(1, Math.ceil(waitMs / 1_000))));
  return response;
}

/** As many streams are open as may be; one is free when another ends, whenever that is. */
export function streamsFullResponse(
  message = "Too many open streams of this principal",
  id: RequestId | null = null,
): Response {
  return tooManyResponse(message, STREAM_WAIT_MS, id);
}

const STREAM_WAIT_MS = 5_000;

/** There is no room for one more session now; the client may come back. */
export function sessionsFullResponse(id: RequestId | null = null): Response {
  return refusedResponse(503, "Too many sessions, all of them busy", id);
}

/** The session is over, was never there, or is somebody else's. */
export function sessionNotFoundResponse(id: RequestId | null = null): Response {
  const message = "Session not found; start again with initialize";
  return rpcErrorResponse(404, { code: SESSION_NOT_FOUND, message }, id);
}

/** The version header names no revision with a handshake; older clients know the text. */
export function unsupportedVersionResponse(id: RequestId | null): Response {
  const names = LEGACY_REVISION_NAMES.join(", ");
  return refusedResponse(400, `Unsupported protocol version (supported versions: ${names})`, id);
}

/** A plain status with one line of text, for what is no JSON-RPC exchange. */
export function textResponse(
  status: number,
  text: string,
  headers: [string, string][] = [],
): Response {
  return new Response(`${text}\n`, {
    status,
    headers: [["content-type", "text/plain; charset=utf-8"], ...headers],
  });
}

/** 405, with the methods that there are. */
export function methodNotAllowed(allow: string): Response {
  return new Response(null, { status: 405, headers: [["allow", allow]] });
}
