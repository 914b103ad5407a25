// GET: opens the stream on which a session's server speaks of its own accord (2025-03-26 and later,
// "Listening for Messages from the Server"), or goes on with any stream of the session after the event
// that `Last-Event-ID` names, also with one that a POST opened ("Resumability and Redelivery").

import { SESSION_ID_HEADER } from "../protocol/headers.ts";
import { revisionNamed } from "../protocol/revisions.ts";
import type { DetachSink } from "../session/event_sink.ts";
import type { Session } from "../session/session.ts";
import type { Joining } from "../session/session_streams.ts";
import {
  refusedResponse,
  sessionNotFoundResponse,
  unsupportedVersionResponse,
} from "./_error_response.ts";
import type { Caller, EndpointParts } from "./endpoint.ts";
import { streamResponse } from "./sse.ts";

/** Answers a GET to the endpoint. */
export function handleGet(caller: Caller, parts: EndpointParts): Response {
  if (!caller.accept.eventStream) {
    return refusedResponse(406, 'Not acceptable: "Accept" must allow text/event-stream');
  }
  if (caller.session.kind !== "id") {
    return refusedResponse(400, "Header Mcp-Session-Id is required to open a stream");
  }
  if (caller.version !== null && revisionNamed(caller.version) === undefined) {
    return unsupportedVersionResponse(caller.version, null);
  }
  const session = parts.sessions.find(caller.session.id, caller.principal);
  if (session === undefined) return sessionNotFoundResponse();
  return openStream(session, caller.lastEventId, parts);
}

function openStream(
  session: Session,
  lastEventId: string | null,
  parts: EndpointParts,
): Response {
  const attached: { detach?: DetachSink } = {};
  const sink = parts.streams.open(() => attached.detach?.());
  const joining = lastEventId === null
    ? session.streams.listen(sink)
    : session.streams.resume(lastEventId, sink);
  if (joining.kind !== "joined") {
    sink.close();
    return joiningRefusal(joining, session);
  }
  attached.detach = joining.detach;
  return streamResponse(sink, [[SESSION_ID_HEADER, session.id]]);
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
      return refusedResponse(429, `Too many open streams: ${session.openStreams}`);
    case "unknown_event":
      return refusedResponse(400, "Last-Event-ID names no event of this session");
    case "event_too_old":
      return refusedResponse(
        400,
        "Last-Event-ID is older than what is kept; start again without it",
      );
  }
}
