// The revisions with a handshake, over HTTP: `initialize` opens a session, later messages name it, and
// a request that names none is served on its own (unless the configuration requires a session). Every
// answer that belongs to a session echoes its id.

import {
  errorResponse,
  type RequestId,
  type RpcNotification,
  type RpcRequest,
  type RpcResponse,
  type ValidEnvelope,
} from "../protocol/json_rpc.ts";
import { type Eventually, whenReady } from "../base/eventually.ts";
import { INVALID_PARAMS } from "../protocol/error_codes.ts";
import { readHandshake } from "../protocol/lifecycle.ts";
import { HEADERLESS_REVISION, legacyRevisionNamed, type Revision } from "../protocol/revisions.ts";
import { readBatch, requestIdsOf, runBatch } from "../rpc/batch.ts";
import type { CallOrigin } from "../rpc/context.ts";
import type { CallOutlet } from "../rpc/outlet.ts";
import { Peer, type RequestOutcome } from "../rpc/peer.ts";
import type { Session } from "../session/session.ts";
import {
  acceptedResponse,
  invalidRequestResponse,
  jsonResponse,
  jsonTextResponse,
  refusedResponse,
  sessionNotFoundResponse,
  sessionsFullResponse,
  unsupportedVersionResponse,
} from "./_error_response.ts";
import type { Caller, EndpointParts } from "./endpoint.ts";
import { refuseLacking } from "./lacking_permissions.ts";
import { PostAnswer } from "./post_answer.ts";

/** Where the messages of one POST run: in a session, or on their own. */
interface Exchange {
  readonly peer: Peer;
  readonly origin: CallOrigin;
  readonly revision: Revision;
  readonly session: Session | undefined;
}

/** Serves one message. */
export function serveLegacy(
  envelope: ValidEnvelope,
  caller: Caller,
  parts: EndpointParts,
): Eventually<Response> {
  const id = envelope.kind === "request" ? envelope.message.id : null;
  const isInitialize = envelope.kind === "request" && envelope.message.method === "initialize";
  if (isInitialize) return initialize(envelope.message, caller, parts);
  const versionRefusal = refuseVersion(caller.version, id);
  if (versionRefusal !== undefined) return versionRefusal;
  const exchange = openExchange(caller, id, parts);
  if (exchange instanceof Response) return exchange;
  return serveMessage(envelope, exchange, caller, parts);
}

function serveMessage(
  envelope: ValidEnvelope,
  exchange: Exchange,
  caller: Caller,
  parts: EndpointParts,
): Eventually<Response> {
  const { peer, session } = exchange;
  switch (envelope.kind) {
    case "notification":
      takeNotification(envelope.message, exchange);
      return parts.profile.answersNotifications
        ? jsonResponse({}, { sessionId: session?.id })
        : acceptedResponse(session?.id);
    case "response":
      if (!peer.handleResponse(envelope.message)) parts.onUnexpectedResponse();
      return acceptedResponse(session?.id);
    case "request":
      return serveRequest(envelope.message, exchange, caller, parts);
  }
}

function takeNotification(notification: RpcNotification, { peer, session }: Exchange): void {
  if (notification.method === "notifications/initialized") session?.markInitialized();
  peer.handleNotification(notification);
}

function serveRequest(
  request: RpcRequest,
  { peer, origin, session }: Exchange,
  caller: Caller,
  parts: EndpointParts,
): Eventually<Response> {
  const refusal = refuseLacking([request], caller, parts);
  if (refusal !== undefined) return refusal;
  if (session === undefined) {
    const outcome = peer.handleRequest(request, origin);
    return whenReady(outcome, (settled) => outcomeResponse(settled, parts));
  }
  const acceptsEventStream = caller.accept.namesEventStream;
  const requestIds = () => [request.id];
  const answer = new PostAnswer({ session, acceptsEventStream, requestIds, parts });
  return answer.answer(peer.handleRequest(request, origin, answer), {
    speaks: (outcome) => outcome.kind === "response",
    plain: (outcome) => outcomeResponse(outcome, parts, session.id),
    messages: (outcome) => outcome.kind === "cancelled" ? [] : [outcome.response],
  });
}

function outcomeResponse(
  outcome: RequestOutcome,
  { dispatcher }: EndpointParts,
  sessionId?: string,
): Response {
  // Nothing answers a cancelled request; 202 is the HTTP answer without a message in it.
  if (outcome.kind === "cancelled") return acceptedResponse(sessionId);
  const status = outcome.kind === "refused" ? 400 : 200;
  return jsonTextResponse(dispatcher.textOf(outcome.response), { status, sessionId });
}

async function initialize(
  request: RpcRequest,
  caller: Caller,
  parts: EndpointParts,
): Promise<Response> {
  if (caller.session.kind !== "none") return refuseSecondInitialize(request.id, caller, parts);
  // The version header is not looked at here: it names a revision yet to be negotiated.
  const reading = readHandshake(request.params, parts);
  if (!reading.ok) {
    const error = { code: INVALID_PARAMS, message: reading.complaint };
    return jsonResponse(errorResponse(request.id, error));
  }
  const { fixedRevision: revision = reading.handshake.revision } = parts.profile;
  const session = parts.sessions.open(caller.principal, { ...reading.handshake, revision });
  if (session === undefined) {
    return sessionsFullResponse(request.id);
  }
  const outcome = await session.peer.handleRequest(request, session.originFor(caller.place));
  if (outcome.kind !== "response" || "error" in outcome.response) {
    parts.sessions.end(session, "refused");
    return outcome.kind === "cancelled" ? acceptedResponse() : jsonResponse(outcome.response);
  }
  return jsonResponse(outcome.response, { sessionId: session.id });
}

function refuseSecondInitialize(id: RequestId, caller: Caller, parts: EndpointParts): Response {
  const session = findSession(caller, id, parts);
  if (session instanceof Response) return session;
  return invalidRequestResponse("This session is initialized already", id);
}

/** Serves a batch. */
export async function serveLegacyBatch(
  values: readonly unknown[],
  caller: Caller,
  parts: EndpointParts,
): Promise<Response> {
  const versionRefusal = refuseVersion(caller.version, null);
  if (versionRefusal !== undefined) return versionRefusal;
  const exchange = openExchange(caller, null, parts);
  if (exchange instanceof Response) return exchange;
  if (!exchange.revision.hasBatches) {
    return invalidRequestResponse(`Revision ${exchange.revision.name} has no batches`);
  }
  const batch = readBatch(values, parts.limits);
  if (!batch.ok) return jsonResponse(batch.error, { status: 400 });
  parts.rates?.chargeBatch(caller.principal, batch.envelopes.length);
  const requests = batch.envelopes.flatMap((each) => each.kind === "request" ? each.message : []);
  const refusal = refuseLacking(requests, caller, parts);
  if (refusal !== undefined) return refusal;
  const { peer, origin, session } = exchange;
  const plain = (answers: readonly RpcResponse[]) =>
    answers.length === 0
      ? acceptedResponse(session?.id)
      : jsonTextResponse(`[${answers.map((answer) => parts.dispatcher.textOf(answer)).join()}]`, {
        sessionId: session?.id,
      });
  const run = (outlet?: CallOutlet) =>
    runBatch(batch.envelopes, {
      peer,
      origin,
      outlet,
      onNotification: (notification) => takeNotification(notification, exchange),
      onStray: parts.onUnexpectedResponse,
    });
  if (session === undefined) return plain(await run());
  const acceptsEventStream = caller.accept.namesEventStream;
  const requestIds = () => requestIdsOf(batch.envelopes);
  const answer = new PostAnswer({ session, acceptsEventStream, requestIds, parts });
  return answer.answer(run(answer), {
    speaks: (answers) => answers.length > 0,
    plain,
    messages: (answers) => answers,
  });
}

function refuseVersion(version: string | null, id: RequestId | null): Response | undefined {
  if (version === null || legacyRevisionNamed(version) !== undefined) return undefined;
  return unsupportedVersionResponse(id);
}

function openExchange(
  caller: Caller,
  id: RequestId | null,
  parts: EndpointParts,
): Exchange | Response {
  if (caller.session.kind === "none") return openSessionless(caller, id, parts);
  const session = findSession(caller, id, parts);
  if (session instanceof Response) return session;
  return {
    peer: session.peer,
    origin: session.originFor(caller.place),
    revision: session.handshake.revision,
    session,
  };
}

function openSessionless(
  caller: Caller,
  id: RequestId | null,
  parts: EndpointParts,
): Exchange | Response {
  if (parts.requireSession) {
    return refusedResponse(400, "Header Mcp-Session-Id is required; start with initialize", id);
  }
  const named = caller.version === null ? undefined : legacyRevisionNamed(caller.version);
  const revision = named ?? HEADERLESS_REVISION;
  const { dispatcher, deadlines, limits } = parts;
  const peer = new Peer({ dispatcher, deadlines, limits, send: () => false });
  const origin = { principal: caller.principal, revision, ...caller.place };
  return { peer, origin, revision, session: undefined };
}

function findSession(
  caller: Caller,
  id: RequestId | null,
  parts: EndpointParts,
): Session | Response {
  if (caller.session.kind !== "id") {
    return refusedResponse(400, "Header Mcp-Session-Id is malformed", id);
  }
  const session = parts.sessions.find(caller.session.id, caller.principal);
  if (session === "no_room") return sessionsFullResponse(id);
  return session ?? sessionNotFoundResponse(id);
}
