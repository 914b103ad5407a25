// What a stateless client may send that servers disagree about.

import { modernRequest, type ModernRequestOptions } from "../helpers/modern_client.ts";
import { notification, rpc } from "../helpers/test_app.ts";
import { type DifferentialCase, TAKES_BOTH } from "./_case.ts";

const VERSION = { "mcp-protocol-version": "2026-07-28" };

/** A good request with these changes. */
function asking(
  name: string,
  method: string,
  params: Readonly<Record<string, unknown>> = {},
  options: ModernRequestOptions = {},
): DifferentialCase {
  const { body, headers } = modernRequest(method, params, options);
  return sending(name, body, headers);
}

function sending(
  name: string,
  body: unknown,
  headers: Readonly<Record<string, string | null>>,
): DifferentialCase {
  return {
    name,
    ask: ({ raw }) => raw({ body, headers: { ...TAKES_BOTH, ...headers } }),
  };
}

const ECHO = { name: "echo", arguments: { text: "hello" } };
const PREFIX = "io.modelcontextprotocol/";

/** A header of a call of `echo` replaced. */
function calling(
  name: string,
  headers: Readonly<Record<string, string | null>>,
): DifferentialCase {
  return asking(name, "tools/call", ECHO, { headers });
}

const ENVELOPES: readonly DifferentialCase[] = [
  asking("discover", "server/discover"),
  asking("a list", "tools/list"),
  asking("a call", "tools/call", ECHO),
  sending("no _meta", rpc("tools/list"), { ...VERSION, "mcp-method": "tools/list" }),
  asking("no capabilities", "tools/list", {}, {
    meta: { [`${PREFIX}clientCapabilities`]: undefined },
  }),
  asking("no client", "tools/list", {}, { meta: { [`${PREFIX}clientInfo`]: undefined } }),
  asking("a client of the wrong type", "tools/list", {}, {
    meta: { [`${PREFIX}clientInfo`]: 5 },
  }),
  asking("an unknown log level", "tools/list", {}, { logLevel: "loud" }),
  asking("a later version", "tools/list", {}, { version: "2027-01-01" }),
  asking("a version that is none", "tools/list", {}, { version: "v999.0.0" }),
  asking("an older version in the envelope", "tools/list", {}, { version: "2025-11-25" }),
  sending("broken JSON", "{", { ...VERSION, "mcp-method": "tools/list" }),
  sending("no message", { valid_json: true }, { ...VERSION, "mcp-method": "tools/list" }),
  sending(
    "an initialize of the older revisions",
    rpc("initialize", {
      protocolVersion: "2025-11-25",
      capabilities: {},
      clientInfo: { name: "a", version: "1" },
    }),
    VERSION,
  ),
  sending("a notification", notification("notifications/cancelled", { requestId: 9 }), {
    ...VERSION,
    "mcp-method": "notifications/cancelled",
  }),
  sending("a response", { jsonrpc: "2.0", id: 1, result: {} }, VERSION),
  sending("an empty array", [], VERSION),
  sending("an array", [modernRequest("tools/list").body], VERSION),
];

const HEADERS: readonly DifferentialCase[] = [
  calling("no version header", { "mcp-protocol-version": null }),
  calling("another version in the header", { "mcp-protocol-version": "2025-11-25" }),
  calling("no method header", { "mcp-method": null }),
  calling("another method in the header", { "mcp-method": "tools/list" }),
  calling("the method in capitals", { "mcp-method": "TOOLS/CALL" }),
  calling("no name header", { "mcp-name": null }),
  calling("another name in the header", { "mcp-name": "other" }),
  calling("the name in capitals", { "mcp-name": "ECHO" }),
  calling("the name encoded", { "mcp-name": "=?base64?ZWNobw==?=" }),
  calling("another name encoded", { "mcp-name": "=?base64?b3RoZXI=?=" }),
  calling("the name badly encoded", { "mcp-name": "=?base64?###?=" }),
  calling("the name encoded with a marker in capitals", {
    "mcp-name": "=?BASE64?ZWNobw==?=",
  }),
  calling("a session and an event", {
    "mcp-session-id": "anything",
    "last-event-id": "anything",
  }),
  calling("no Accept", { accept: null }),
  calling("Accept of JSON alone", { accept: "application/json" }),
  calling("no content type", { "content-type": null }),
  calling("a text as content type", { "content-type": "text/plain" }),
  {
    name: "GET",
    ask: ({ raw }) => raw({ method: "GET", headers: { ...VERSION, accept: "text/event-stream" } }),
  },
  { name: "DELETE", ask: ({ raw }) => raw({ method: "DELETE", headers: VERSION }) },
];

const METHODS: readonly DifferentialCase[] = [
  ...[
    "initialize",
    "ping",
    "logging/setLevel",
    "resources/subscribe",
    "resources/unsubscribe",
    "tasks/list",
    "roots/list",
    "foo/bar",
  ].map((method) => asking(`the method ${method}`, method)),
  asking("a call that reports progress", "tools/call", { name: "count" }, { progressToken: 7 }),
  asking("progress for who takes JSON alone", "tools/call", { name: "count" }, {
    progressToken: 7,
    headers: { accept: "application/json" },
  }),
  asking("an unknown tool", "tools/call", { name: "gone" }),
  asking("bad arguments", "tools/call", { name: "echo", arguments: { text: 5 } }),
  asking("listening to nothing", "subscriptions/listen", { notifications: {} }),
  asking("listening without a filter", "subscriptions/listen"),
];

/** All of them. */
export const STATELESS_CASES: readonly DifferentialCase[] = [...ENVELOPES, ...HEADERS, ...METHODS];
