// DELETE: the client ends its session; calls, questions and streams of it end at once.

import { SESSION_ID_HEADER } from "../protocol/headers.ts";
import {
  refusedResponse,
  sessionNotFoundResponse,
  sessionsFullResponse,
} from "./_error_response.ts";
import type { Caller, EndpointParts } from "./endpoint.ts";

/** Answers a DELETE to the endpoint. */
export function handleDelete(caller: Caller, parts: EndpointParts): Response {
  if (caller.session.kind !== "id") {
    return refusedResponse(400, "Header Mcp-Session-Id is required to end a session");
  }
  const { id } = caller.session;
  const session = parts.sessions.find(id, caller.principal);
  if (session === "no_room") return sessionsFullResponse();
  if (session !== undefined) parts.sessions.end(session, "deleted");
  else if (!parts.profile.endsUnknownSessions) return sessionNotFoundResponse();
  return new Response(null, { status: 200, headers: [[SESSION_ID_HEADER, id]] });
}
