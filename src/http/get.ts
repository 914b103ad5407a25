// GET: opens the stream on which a session's server speaks of its own accord (2025-03-26 and later,
// "Listening for Messages from the Server"), or goes on with any stream of the session after the event
// that `Last-Event-ID` names, also with one that a POST opened ("Resumability and Redelivery").

import type { Principal } from "../auth/principal.ts";
import { SESSION_ID_HEADER } from "../protocol/headers.ts";
import type { Handshake } from "../protocol/lifecycle.ts";
import { legacyRevisionNamed, OLDEST_REVISION } from "../protocol/revisions.ts";
import type { DetachSink } from "../session/event_sink.ts";
import type { Session } from "../session/session.ts";
import type { FoundSession } from "../session/session_map.ts";
import type { Joining } from "../session/session_streams.ts";
import {
  refusedResponse,
  sessionNotFoundResponse,
  sessionsFullResponse,
  streamsFullResponse,
  unsupportedVersionResponse,
} from "./_error_response.ts";
import type { EndpointParts, ListeningCaller } from "./endpoint.ts";
import type { SessionIdReading } from "./guards/session_id.ts";
import { streamResponse } from "./sse.ts";

/** Answers a GET to the endpoint. */
export function handleGet(caller: ListeningCaller, parts: EndpointParts): Response {
  if (!caller.accept.eventStream) {
    return refusedResponse(406, 'Not acceptable: "Accept" must allow text/event-stream');
  }
  if (caller.session.kind === "malformed") {
    return refusedResponse(400, "Header Mcp-Session-Id is malformed");
  }
  if (caller.session.kind === "none" && !parts.profile.hasListenerSessions) {
    return refusedResponse(400, "Header Mcp-Session-Id is required to open a stream");
  }
  if (caller.version !== null && legacyRevisionNamed(caller.version) === undefined) {
    return unsupportedVersionResponse(null);
  }
  const session = findSession(caller.session, caller.principal, parts);
  if (session === "no_room") return sessionsFullResponse();
  if (session === undefined) return sessionNotFoundResponse();
  return openStream(session, caller, parts);
}

function findSession(
  named: Exclude<SessionIdReading, { kind: "malformed" }>,
  principal: Principal,
  { profile, sessions }: EndpointParts,
): FoundSession {
  const id = named.kind === "id" ? named.id : crypto.randomUUID();
  const found = sessions.find(id, principal);
  if (found !== undefined || !profile.hasListenerSessions) return found;
  return sessions.openListener(id, principal, LISTENER_HANDSHAKE);
}

// Whoever opens a session by listening has said nothing about itself.
const LISTENER_HANDSHAKE: Handshake = {
  revision: OLDEST_REVISION,
  client: undefined,
  capabilities: {},
};

function openStream(
  session: Session,
  { lastEventId, place, principal }: ListeningCaller,
  parts: EndpointParts,
): Response {
  const attached: { detach?: DetachSink } = {};
  const sink = parts.streams.open(principal, () => {
    attached.detach?.();
    if (session.endsWithStream && session.openStreams === 0) {
      parts.sessions.end(session, "dropped");
    }
  });
  if (sink === undefined) return streamsFullResponse();
  if (parts.profile.announcesSession) sink.write({ data: announcement(session.id) });
  const joining = lastEventId === null
    ? session.streams.listen(sink)
    : session.resume(lastEventId, sink);
  if (joining.kind !== "joined") {
    sink.close();
    return joiningRefusal(joining, session);
  }
  attached.detach = joining.detach;
  session.startListening(place);
  return streamResponse(sink, [[SESSION_ID_HEADER, session.id]]);
}

/** What CAR 0.8 says first on a stream, so that a listener learns its id. */
function announcement(sessionId: string): string {
  return JSON.stringify({
    jsonrpc: "2.0",
    method: "notifications/initialized",
    params: { session_id: sessionId },
  });
}

function joiningRefusal(
  { kind }: Exclude<Joining, { kind: "joined" }>,
  session: Session,
): Response {
  switch (kind) {
    case "nothing_left":
      // Clients come back for a call without a result, cancelled or failed, until they are told to
      // stop (WHATWG HTML, "Server-sent events": 204 ends the reconnecting).
      return new Response(null, { status: 204, headers: [[SESSION_ID_HEADER, session.id]] });
    case "too_many_streams":
      return streamsFullResponse(`Too many open streams: ${session.openStreams}`);
    case "unknown_event":
      return refusedResponse(400, "Last-Event-ID names no event of this session");
    case "event_too_old":
      return refusedResponse(
        400,
        "Last-Event-ID is older than what is kept; start again without it",
      );
  }
}
