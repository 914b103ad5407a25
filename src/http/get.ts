// GET: opens the stream on which a session's server speaks of its own accord (2025-03-26 and later,
// "Listening for Messages from the Server").

import { SESSION_ID_HEADER } from "../protocol/headers.ts";
import {
  refusedResponse,
  sessionNotFoundResponse,
  unsupportedVersionResponse,
} from "./_error_response.ts";
import { revisionNamed } from "../protocol/revisions.ts";
import type { DetachSink } from "../session/common_stream.ts";
import type { Caller, EndpointParts } from "./endpoint.ts";
import { readAccept } from "./guards/media_types.ts";
import { SSE_HEADERS } from "./sse.ts";

/** Answers a GET to the endpoint. */
export function handleGet(request: Request, caller: Caller, parts: EndpointParts): Response {
  if (!readAccept(request.headers.get("accept")).eventStream) {
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
  const attached: { detach?: DetachSink | undefined } = {};
  const stream = parts.streams.open(() => attached.detach?.());
  attached.detach = session.common.attach(stream);
  if (attached.detach === undefined) {
    stream.close();
    return refusedResponse(429, `Too many open streams: ${session.common.streams}`);
  }
  return new Response(stream.body, {
    headers: [...SSE_HEADERS.map(([name, value]): [string, string] => [name, value]), [
      SESSION_ID_HEADER,
      session.id,
    ]],
  });
}
