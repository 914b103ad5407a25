// What a POST may contain and what it must accept. A missing `Content-Type` is read as JSON and a
// missing `Accept` as anything, because simple clients leave them out; anything else must fit.

/** What a client takes for an answer. */
export interface Acceptance {
  readonly json: boolean;
  readonly eventStream: boolean;
  /** Whether the type of event streams was named: what takes anything may still expect one object. */
  readonly namesEventStream: boolean;
}

const ANYTHING: Acceptance = { json: true, eventStream: true, namesEventStream: false };
const BOTH: Acceptance = { json: true, eventStream: true, namesEventStream: true };
const EVENT_STREAM = "text/event-stream";
const JSON_TYPES: ReadonlySet<string> = new Set(["application/json", "application/*", "*/*"]);
const EVENT_STREAM_TYPES: ReadonlySet<string> = new Set([EVENT_STREAM, "text/*", "*/*"]);
// The header that the protocol asks for, as the official clients write it, is told by comparison.
const USUAL_ACCEPT = "application/json, text/event-stream";

/** Reads an `Accept` header (RFC 9110 section 12.5.1); a type with q=0 is not accepted. */
export function readAccept(accept: string | null): Acceptance {
  if (accept === USUAL_ACCEPT) return BOTH;
  if (accept === null) return ANYTHING;
  let json = false;
  let eventStream = false;
  let namesEventStream = false;
  for (const range of accept.split(",")) {
    const [type = "", ...parameters] = range.toLowerCase().split(";").map((part) => part.trim());
    if (parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))) continue;
    json ||= JSON_TYPES.has(type);
    eventStream ||= EVENT_STREAM_TYPES.has(type);
    namesEventStream ||= type === EVENT_STREAM;
  }
  return { json, eventStream, namesEventStream };
}

/** Whether a body of that `Content-Type` is read as JSON. */
export function isJsonContentType(contentType: string | null): boolean {
  if (contentType === null || contentType === "application/json") return true;
  const [type = ""] = contentType.split(";");
  return type.trim().toLowerCase() === "application/json";
}
