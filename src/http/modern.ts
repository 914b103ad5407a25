// The stateless revisions over HTTP (2026-07-28): every request says for itself who asks and in which
// version, and its headers repeat what a gateway needs. The checks run in a fixed order, each with its
// code; what passes runs as the one request of a connection of its own.

import type { Eventually } from "../base/eventually.ts";
import {
  HEADER_MISMATCH,
  INVALID_PARAMS,
  METHOD_NOT_FOUND,
  MISSING_CAPABILITY,
  UNSUPPORTED_VERSION,
} from "../protocol/error_codes.ts";
import { METHOD_HEADER } from "../protocol/headers.ts";
import { complaintAboutHeaders } from "../protocol/mirrored_headers.ts";
import type { RequestId, RpcErrorBody, RpcRequest, RpcResponse } from "../protocol/json_rpc.ts";
import { readRequestMeta, type RequestMeta } from "../protocol/request_meta.ts";
import { MODERN_REVISION_NAMES, modernRevisionNamed } from "../protocol/revisions.ts";
import type { CallOrigin } from "../rpc/context.ts";
import { Peer, type RequestOutcome } from "../rpc/peer.ts";
import {
  acceptedResponse,
  jsonTextResponse,
  refusedResponse,
  rpcErrorResponse,
  streamsFullResponse,
} from "./_error_response.ts";
import type { Caller, EndpointParts } from "./endpoint.ts";
import { refuseLacking } from "./lacking_permissions.ts";
import { ModernAnswer } from "./modern_answer.ts";

/** What a stateless message came with. */
export interface ModernCaller extends Caller {
  readonly request: Request;
}

/** Serves a request that claims a version. */
export function serveModern(
  request: RpcRequest,
  caller: ModernCaller,
  parts: EndpointParts,
): Eventually<Response> {
  const reading = readRequestMeta(request.params, parts.limits);
  if (!reading.ok) return refuse(request.id, INVALID_PARAMS, reading.complaint);
  const { meta } = reading;
  const mismatch = complaintAboutVersion(meta.version, caller.version);
  if (mismatch !== undefined) return refuse(request.id, HEADER_MISMATCH, mismatch);
  const revision = modernRevisionNamed(meta.version);
  if (revision === undefined) return unsupportedVersion(request.id, meta.version);
  const { headers } = caller.request;
  const header = (name: string) => headers.get(name);
  const unmirrored = complaintAboutHeaders(request, header);
  if (unmirrored !== undefined) return refuse(request.id, HEADER_MISMATCH, unmirrored);
  if (!parts.modern.dispatcher.has(request.method)) {
    const error = { code: METHOD_NOT_FOUND, message: "Method not found" };
    return rpcErrorResponse(404, error, request.id);
  }
  const unfitting = parts.modern.complaintAboutArguments(request, header, caller);
  if (unfitting !== undefined) return refuse(request.id, HEADER_MISMATCH, unfitting);
  if (request.method === LISTEN && !caller.accept.eventStream) {
    return refusedResponse(
      406,
      'Not acceptable: "Accept" must allow text/event-stream',
      request.id,
    );
  }
  const refusal = refuseLacking([request], caller, parts);
  if (refusal !== undefined) return refusal;
  if (request.method === LISTEN && !parts.streams.hasRoomFor(caller.principal)) {
    return streamsFullResponse(undefined, request.id);
  }
  return run(request, { ...originOf(meta, caller), revision }, caller, parts);
}

/** Takes a notification of a stateless client: none of them needs anything to be done over HTTP. */
export function takeModernNotification(method: string, headers: Headers): Response {
  // It has to be there only on requests.
  const complaint = headers.has(METHOD_HEADER)
    ? complaintAboutHeaders({ method }, (name) => headers.get(name))
    : undefined;
  return complaint === undefined ? acceptedResponse() : refuse(null, HEADER_MISMATCH, complaint);
}

// Its answer is a stream by its nature.
const LISTEN = "subscriptions/listen";

function originOf(meta: RequestMeta, caller: Caller): Omit<CallOrigin, "revision"> {
  return {
    principal: caller.principal,
    ...caller.place,
    client: meta.client,
    capabilities: meta.capabilities,
    logging: meta.logLevel && { level: meta.logLevel },
  };
}

function run(
  request: RpcRequest,
  origin: CallOrigin,
  caller: ModernCaller,
  parts: EndpointParts,
): Eventually<Response> {
  const { dispatcher, rounds } = parts.modern;
  const { deadlines, limits } = parts;
  const peer = new Peer({ dispatcher, deadlines, limits, rounds, send: () => false });
  const answer = new ModernAnswer({
    // Who asked for a stream of messages takes the answer on one.
    acceptsEventStream: caller.accept.namesEventStream || request.method === LISTEN,
    ...{ request: caller.request, principal: caller.principal },
    cancel: () => peer.close(),
    parts,
  });
  return answer.answer(peer.handleRequest(request, origin, answer), {
    plain: (outcome) => plainResponse(outcome, parts),
    last: (outcome) => outcome.kind === "cancelled" ? undefined : outcome.response,
  });
}

function plainResponse(outcome: RequestOutcome, { modern }: EndpointParts): Response {
  // The client is gone; nobody reads this.
  if (outcome.kind === "cancelled") return acceptedResponse();
  const { response } = outcome;
  return jsonTextResponse(modern.dispatcher.textOf(response), { status: statusOf(response) });
}

// The errors that a gateway has to see as such (2026-07-28, "Error Codes"); all others are answers.
function statusOf(response: RpcResponse): number {
  if (!("error" in response)) return 200;
  switch (response.error.code) {
    case METHOD_NOT_FOUND:
      return 404;
    case MISSING_CAPABILITY:
      return 400;
    default:
      return 200;
  }
}

function complaintAboutVersion(claimed: string, header: string | null): string | undefined {
  if (header === null) return "Header MCP-Protocol-Version is required";
  return header === claimed
    ? undefined
    : "Header MCP-Protocol-Version is not the version of the body";
}

function unsupportedVersion(id: RequestId, requested: string): Response {
  const supported = MODERN_REVISION_NAMES;
  const message = `Unsupported protocol version (supported versions: ${supported.join(", ")})`;
  const error: RpcErrorBody = {
    code: UNSUPPORTED_VERSION,
    message,
    data: { supported, requested },
  };
  return rpcErrorResponse(400, error, id);
}

function refuse(id: RequestId | null, code: number, message: string): Response {
  return rpcErrorResponse(400, { code, message }, id);
}
