// What a stateless request repeats of its body in headers, for gateways that do not read bodies
// (2026-07-28, "Request Metadata"): how a value is written in a header, what the method and the name
// must be, and the complaint where the two disagree. A gateway may have acted on the header and we act
// on the body, so a difference is never overlooked. Complaints name fields and hold no value.

import { Buffer } from "node:buffer";
import { METHOD_HEADER, NAME_HEADER } from "./headers.ts";
import { isJsonObject, type JsonObject } from "./json_rpc.ts";

/** Gives a header by its name in lower case; null where there is none, as `Headers` does. */
export type HeaderLookup = (name: string) => string | null;

/** A header's name and its value. */
export type HeaderEntry = readonly [name: string, value: string];

/** What of a message is repeated in headers whatever the tool. */
export interface MirroredMessage {
  readonly method: string;
  readonly params?: JsonObject | undefined;
}

const PREFIX = "=?base64?";
const SUFFIX = "?=";
// Visible ASCII, with blanks inside but not around, which a header loses on its way.
const PLAIN = /^[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?$/;
const ALLOWED = /^[\t\x20-\x7e]*$/;
// A byte order mark is a character of the value like any other.
const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

// The member of `params` that a method's name header repeats.
const NAMED_BY: ReadonlyMap<string, string> = new Map([
  ["tools/call", "name"],
  ["prompts/get", "name"],
  ["resources/read", "uri"],
  ["tasks/get", "taskId"],
  ["tasks/update", "taskId"],
  ["tasks/cancel", "taskId"],
]);

/** A value as it stands in a header: as it is where that is safe, else in Base64. */
export function encodeHeaderValue(text: string): string {
  const looksEncoded = text.startsWith(PREFIX) && text.endsWith(SUFFIX);
  if (PLAIN.test(text) && !looksEncoded) return text;
  return `${PREFIX}${Buffer.from(text, "utf8").toString("base64")}${SUFFIX}`;
}

/** The value of a header as it arrived; undefined for one that nobody may send. */
export function decodeHeaderValue(raw: string): string | undefined {
  if (!ALLOWED.test(raw)) return undefined;
  const isEncoded = raw.length >= PREFIX.length + SUFFIX.length &&
    raw.startsWith(PREFIX) && raw.endsWith(SUFFIX);
  if (!isEncoded) return raw;
  const encoded = raw.slice(PREFIX.length, -SUFFIX.length);
  const bytes = Buffer.from(encoded, "base64");
  // The decoder takes what is no Base64, or almost; there is one right way to write a value.
  if (bytes.toString("base64") !== encoded) return undefined;
  try {
    return UTF8.decode(bytes);
  } catch {
    // The bytes are no UTF-8.
    return undefined;
  }
}

/** Why the headers do not fit the method and the name of a request; undefined if they do. */
export function complaintAboutHeaders(
  { method, params }: MirroredMessage,
  header: HeaderLookup,
): string | undefined {
  const repeated = header(METHOD_HEADER);
  if (repeated === null) return "Missing header Mcp-Method";
  if (repeated !== method) return 'Header Mcp-Method does not match "method"';
  const member = NAMED_BY.get(method);
  return member === undefined ? undefined : complaintAboutName(params, member, header);
}

/** The headers that go with a message whatever the tool, to be sent with its body. */
export function headersOf({ method, params }: MirroredMessage): readonly HeaderEntry[] {
  const member = NAMED_BY.get(method);
  const name = member === undefined ? undefined : params?.[member];
  return [
    [METHOD_HEADER, method],
    ...(typeof name === "string" ? [[NAME_HEADER, encodeHeaderValue(name)] as const] : []),
  ];
}

/** The value that a path of members leads to; undefined if there is none. */
export function valueAt(value: unknown, path: readonly string[]): unknown {
  let found = value;
  for (const member of path) {
    if (!isJsonObject(found)) return undefined;
    found = found[member];
  }
  return found;
}

function complaintAboutName(
  params: JsonObject | undefined,
  member: string,
  header: HeaderLookup,
): string | undefined {
  const name = params?.[member];
  const raw = header(NAME_HEADER);
  // A request without a name has another fault, unless the header gives it one.
  if (raw === null && typeof name !== "string") return undefined;
  if (raw === null) return "Missing header Mcp-Name";
  const value = decodeHeaderValue(raw);
  if (value === undefined) return "Header Mcp-Name is not encoded as it should be";
  return value === name ? undefined : `Header Mcp-Name does not match "params.${member}"`;
}
