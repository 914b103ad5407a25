// The endpoint, once path, Host and Origin are known to be good: the method, who asks and whether it asks
// too much, what its headers say; then the handler of the method.

import type { Principal } from "../auth/principal.ts";
import { type Eventually, lastly, whenReady } from "../base/eventually.ts";
import {
  LAST_EVENT_ID_HEADER,
  NAMESPACE_HEADER,
  PROTOCOL_VERSION_HEADER,
} from "../protocol/headers.ts";
import { methodNotAllowed, refusedResponse, tooManyResponse } from "./_error_response.ts";
import { namesModernVersion } from "./_version_header.ts";
import { handleDelete } from "./delete.ts";
import type { Caller, EndpointParts } from "./endpoint.ts";
import { handleGet } from "./get.ts";
import { type Arrival, authenticate } from "./guards/authentication.ts";
import { readAccept } from "./guards/media_types.ts";
import { PROJECT_COMPLAINT, readProject } from "./guards/project.ts";
import { readSessionId } from "./guards/session_id.ts";
import { handlePost } from "./post.ts";

/** The methods of the endpoint, as `Allow` lists them. */
export const ENDPOINT_METHODS = "GET, POST, DELETE";

/** Answers a request to the endpoint that comes from where it may. */
export function serveEndpoint(
  request: Request,
  arrival: Arrival,
  endpoint: EndpointParts,
): Eventually<Response> {
  if (!SERVED.has(request.method)) return methodNotAllowed(ENDPOINT_METHODS);
  return whenReady(authenticate(arrival, endpoint.gate), (found) => {
    if (found instanceof Response) return found;
    const refused = endpoint.rates?.refusePrincipal(found);
    return refused ?? serveInShare(request, found, endpoint);
  });
}

function serveInShare(
  request: Request,
  principal: Principal,
  endpoint: EndpointParts,
): Eventually<Response> {
  const serve = request.method === "POST" ? servePost : serveSession;
  const { shares } = endpoint;
  if (shares === undefined) return serve(request, principal, endpoint);
  const { id } = principal;
  if (!shares.requests.take(id)) {
    return tooManyResponse("Too many requests of this principal in flight", REQUEST_WAIT_MS);
  }
  return lastly(() => serve(request, principal, endpoint), () => shares.requests.release(id));
}

// One of those that are in flight will have been answered by then, as a rule.
const REQUEST_WAIT_MS = 1_000;

const SERVED: ReadonlySet<string> = new Set(["POST", "GET", "DELETE"]);

function serveSession(
  request: Request,
  principal: Principal,
  endpoint: EndpointParts,
): Response {
  const caller = readCaller(request.headers, principal);
  // A stateless client has no session to listen to or to end.
  if (namesModernVersion(caller)) return methodNotAllowed("POST");
  if (request.method === "DELETE") return handleDelete(caller, endpoint);
  const lastEventId = request.headers.get(LAST_EVENT_ID_HEADER);
  return handleGet({ ...caller, lastEventId }, endpoint);
}

function servePost(
  request: Request,
  principal: Principal,
  endpoint: EndpointParts,
): Eventually<Response> {
  // Only the user of this machine means its folders.
  const isLocal = endpoint.isLoopback && principal.grants === undefined;
  const project = readProject(request.headers, isLocal);
  if (project.kind === "malformed") return refusedResponse(400, PROJECT_COMPLAINT);
  const caller = readCaller(request.headers, principal);
  if (project.kind === "none") return handlePost(request, caller, endpoint);
  const place = { ...caller.place, project: project.path };
  return handlePost(request, { ...caller, place }, endpoint);
}

function readCaller(headers: Headers, principal: Principal): Caller {
  return {
    accept: readAccept(headers.get("accept")),
    principal,
    session: readSessionId(headers),
    version: headers.get(PROTOCOL_VERSION_HEADER),
    place: { namespace: headers.get(NAMESPACE_HEADER) ?? undefined },
  };
}
