// The values of the headers that are read before a body is: each reader takes or refuses any text, in the
// one way that its promise says, whatever the others make of it.

import assert from "node:assert/strict";
import { isAllowedHost } from "../../src/http/guards/host.ts";
import { isJsonContentType, readAccept } from "../../src/http/guards/media_types.ts";
import { isAllowedOrigin } from "../../src/http/guards/origin.ts";
import { readProject } from "../../src/http/guards/project.ts";
import { readSessionId } from "../../src/http/guards/session_id.ts";
import { serverNames } from "../../src/http/names.ts";
import { formatEventId, parseEventId } from "../../src/session/event_id.ts";
import { type FuzzTarget, REFUSED, TAKEN, textOf } from "../fuzz/fuzz_target.ts";
import { mutated } from "../fuzz/mutations.ts";

const CORPUS = [
  "application/json, text/event-stream",
  "text/*;q=0.5, application/json;q=0, */*;q=0.1",
  'application/json; charset="utf-8"',
  "127.0.0.1:9102",
  "localhost:9102",
  "[::1]:9102",
  "http://127.0.0.1:9102",
  "https://page.example",
  "%2Fhome%2Fada%2Fproject",
  "/home/ada/pro%C3%A9ject",
  "0f8fad5b-d9cb-469f-a165-70867728950e",
  "12/3.0a1b2c",
  "0/0",
];
const SCRAPS = [
  ...[",", ";", "q=0", "q=0.000", "*/*", "/", "%2F", "%00", "%", "application/json"],
  ...["localhost", ".evil.example", "127.0.0.1", "@", "#", ":9102", "http://", "NULL"],
];
const NAMES = serverNames({
  hostname: "127.0.0.1",
  port: 9_102,
  isSecure: false,
  allowedHosts: ["Car.example"],
  allowedOrigins: ["https://Page.example"],
});
const HOSTS = /^(localhost|127\.0\.0\.1|\[::1\])(:9102)?$|^car\.example$/i;
const ORIGINS = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\]):9102$|^https:\/\/page\.example$/i;

/** The guards that read headers. */
export const REQUEST_HEADERS: FuzzTarget = {
  name: "request-headers",
  promise: "guards let a header pass by the book alone",
  suiteInputs: 10_000,
  outcomes: [TAKEN, REFUSED, "host", "origin", "project", "session", "event"],
  generate: (random) => mutated(random, { corpus: CORPUS, scraps: SCRAPS }),
  open: () => ({ check: (input) => check(textOf(input)) }),
};

function check(text: string): string {
  let value: string;
  try {
    // As it would come: trimmed, Latin-1, on one line.
    value = new Headers({ name: text }).get("name") ?? "";
  } catch {
    return REFUSED;
  }
  const isHost = isAllowedHost({ url: "127.0.0.1:9102", header: value }, NAMES.hosts);
  assert.equal(isHost, HOSTS.test(value));
  // A request line that names another host is refused whatever the header says.
  assert.equal(isAllowedHost({ url: "elsewhere.example", header: value }, NAMES.hosts), false);
  const isOrigin = isAllowedOrigin(value, NAMES.origins);
  assert.equal(isOrigin, ORIGINS.test(value));
  const accept = readAccept(value);
  if (accept.namesEventStream) assert.ok(accept.eventStream);
  if (isJsonContentType(value)) assert.match(value, /^\s*application\/json\s*(;|$)/i);
  const hasSession = checkSession(value);
  if (checkEvent(value)) return "event";
  if (checkProject(value)) return "project";
  if (isHost) return "host";
  if (isOrigin) return "origin";
  return hasSession ? "session" : TAKEN;
}

function checkSession(value: string): boolean {
  const session = readSessionId(new Headers({ "mcp-session-id": value }));
  if (session.kind === "id") assert.match(session.id, /^[!-~]+$/);
  return session.kind === "id";
}

function checkEvent(value: string): boolean {
  const place = parseEventId(value);
  // What is read was written in the one way.
  if (place !== undefined) assert.equal(formatEventId(place.index, place.stream), value);
  return place !== undefined;
}

function checkProject(value: string): boolean {
  const headers = new Headers({ "car-project": value });
  assert.equal(readProject(headers, false).kind, "none");
  const project = readProject(headers, true);
  if (project.kind !== "folder") return false;
  assert.ok(project.path.startsWith("/") && !project.path.includes("\0"));
  return true;
}
