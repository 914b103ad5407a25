// POST: from a body to the messages in it. The guards run in the order of the design (Accept, content
// type, size, JSON), each answering for itself; what passes goes to the era that serves it.

import type { Eventually } from "../base/eventually.ts";
import { eraOf, eraOfBatch } from "../protocol/era.ts";
import { readEnvelope } from "../protocol/json_rpc.ts";
import {
  invalidRequestResponse,
  jsonResponse,
  parseErrorResponse,
  refusedResponse,
  textResponse,
  tooManyResponse,
} from "./_error_response.ts";
import { badInputStatus, namesModernVersion } from "./_version_header.ts";
import type { Caller, EndpointParts } from "./endpoint.ts";
import { type BodyReading, readBody } from "./guards/body.ts";
import { readJson } from "./guards/json.ts";
import { isJsonContentType } from "./guards/media_types.ts";
import { serveLegacy, serveLegacyBatch } from "./legacy.ts";
import { serveModern, takeModernNotification } from "./modern.ts";

/** Answers a POST to the endpoint. */
export function handlePost(
  request: Request,
  caller: Caller,
  parts: EndpointParts,
): Eventually<Response> {
  const { headers } = request;
  if (!caller.accept.json) {
    return refusedResponse(406, 'Not acceptable: "Accept" must allow application/json');
  }
  if (!isJsonContentType(headers.get("content-type"))) {
    return refusedResponse(415, "Unsupported media type: send application/json");
  }
  const { limits, deadlines } = parts;
  const budget = parts.budget.shareOf(caller.principal.id);
  return readBody(request, { limits, deadlines, budget }).then((body) =>
    serveBody(body, request, caller, parts)
  );
}

function serveBody(
  body: BodyReading,
  request: Request,
  caller: Caller,
  parts: EndpointParts,
): Eventually<Response> {
  if (body.kind !== "text") return bodyRefusal(body, caller, parts);
  const json = readJson(body.text, parts.limits);
  if (json.kind === "not_json") return parseErrorResponse(badInputStatus(caller));
  if (json.kind === "out_of_bounds") return invalidRequestResponse(json.complaint);
  if (Array.isArray(json.value)) return serveArray(json.value, caller, parts);
  const envelope = readEnvelope(json.value);
  if (envelope.kind === "invalid") {
    return jsonResponse(envelope.error, { status: badInputStatus(caller) });
  }
  const era = eraOf(envelope, namesModernVersion(caller));
  switch (era.kind) {
    case "legacy":
      return serveLegacy(envelope, caller, parts);
    case "modern":
      return serveModern(era.request, { ...caller, request }, parts);
    case "modern_notification":
      return takeModernNotification(era.method, request.headers);
    case "refused":
      return jsonResponse(era.error, { status: 400 });
  }
}

function serveArray(
  messages: readonly unknown[],
  caller: Caller,
  parts: EndpointParts,
): Eventually<Response> {
  const era = eraOfBatch(messages, namesModernVersion(caller));
  return era.kind === "refused"
    ? jsonResponse(era.error, { status: 400 })
    : serveLegacyBatch(messages, caller, parts);
}

function bodyRefusal(
  body: Exclude<BodyReading, { kind: "text" }>,
  caller: Caller,
  parts: EndpointParts,
): Response {
  switch (body.kind) {
    case "too_large":
      // The runtime drops the rest as it comes; a connection cut now would cost the sender this answer.
      return refusedResponse(413, `Body too large: at most ${parts.limits.bodyBytesMax} bytes`);
    case "too_slow":
      return closing(
        refusedResponse(408, `Body not received within ${parts.limits.bodyReadMs} ms`),
      );
    case "too_many":
      return closing(refusedResponse(503, "Too many bodies are being received"));
    case "too_many_own":
      return closing(
        tooManyResponse("Too many bodies of this principal are being received", BODY_WAIT_MS),
      );
    case "bad_length":
      return refusedResponse(400, "Header Content-Length is not one number");
    case "not_utf8":
      return parseErrorResponse(badInputStatus(caller));
    case "aborted":
      return textResponse(400, "The body ended early");
  }
}

// A body takes as long as its sender; most are there at once.
const BODY_WAIT_MS = 1_000;

/** Asks the runtime to end the connection, on which the rest of a body may still come. */
function closing(response: Response): Response {
  response.headers.set("connection", "close");
  return response;
}
