// What a client of the older revisions may send that servers disagree about: each case is one answer
// of a session that was just opened.

import { call, initializeRequest, notification, rpc } from "../helpers/test_app.ts";
import { type DifferentialCase, type Sent, TAKES_BOTH, type Talk } from "./_case.ts";

type Ask = (talk: Talk) => Promise<Response>;

function differs(name: string, ask: Ask): DifferentialCase {
  return { name, ask };
}

/** A POST of the session with these changes. */
function posting(name: string, sent: Sent): DifferentialCase {
  return differs(name, ({ send }) => send(sent));
}

/** What opens a stream that ends only with the session. */
function listening(name: string, ask: Ask): DifferentialCase {
  return { name, isEndless: true, ask };
}

const PING = rpc("ping");
const LIST = rpc("tools/list");

function opening(params: unknown, headers: Record<string, string> = {}): Ask {
  const body = { jsonrpc: "2.0", id: 1, method: "initialize", params };
  return ({ raw }) => raw({ body, headers: { ...TAKES_BOTH, ...headers } });
}

function initializing(protocolVersion: string): unknown {
  return initializeRequest(protocolVersion)["params"];
}

const SESSIONS: readonly DifferentialCase[] = [
  differs(
    "a request without a session",
    ({ raw }) => raw({ body: LIST, headers: TAKES_BOTH }),
  ),
  posting("an unknown session", {
    body: LIST,
    headers: { "mcp-session-id": "5b0e5a2e-5f0c-4c5a-9d0e-000000000000" },
  }),
  posting("a second initialize", { body: initializeRequest("2025-11-25") }),
  posting("a batch with initialize", {
    body: [initializeRequest("2025-11-25"), PING],
  }),
  differs("DELETE without a session", ({ raw }) => raw({ method: "DELETE" })),
  posting("DELETE of an unknown session", {
    method: "DELETE",
    headers: { "mcp-session-id": "5b0e5a2e-5f0c-4c5a-9d0e-000000000000" },
  }),
  posting("DELETE", { method: "DELETE" }),
  differs("DELETE again", async ({ send }) => {
    await send({ method: "DELETE" });
    return await send({ method: "DELETE" });
  }),
];

const OPENINGS: readonly DifferentialCase[] = [
  differs("initialize without members", opening({})),
  differs("initialize without parameters", opening(undefined)),
  differs("initialize with an unknown version", opening(initializing("2099-01-01"))),
  differs("initialize naming 2026-07-28", opening(initializing("2026-07-28"))),
  differs("initialize naming 2024-11-05", opening(initializing("2024-11-05"))),
  differs(
    "initialize with a bad version header",
    opening(initializing("2025-11-25"), { "mcp-protocol-version": "1999-01-01" }),
  ),
];

const HEADERS: readonly DifferentialCase[] = [
  posting("no Accept", { body: PING, headers: { accept: null } }),
  posting("Accept of anything", { body: PING, headers: { accept: "*/*" } }),
  posting("Accept of JSON alone", { body: PING, headers: { accept: "application/json" } }),
  posting("Accept of streams alone", {
    body: PING,
    headers: { accept: "text/event-stream" },
  }),
  posting("Accept of HTML", { body: PING, headers: { accept: "text/html" } }),
  posting("no content type", { body: PING, headers: { "content-type": null } }),
  posting("a text as content type", {
    body: PING,
    headers: { "content-type": "text/plain" },
  }),
  posting("a content type with a charset", {
    body: PING,
    headers: { "content-type": "Application/JSON; charset=utf-8" },
  }),
  posting("an unsupported version header", {
    body: PING,
    headers: { "mcp-protocol-version": "1999-01-01" },
  }),
  posting("an empty version header", {
    body: PING,
    headers: { "mcp-protocol-version": "" },
  }),
  posting("no version header", { body: PING, headers: { "mcp-protocol-version": null } }),
  posting("another version than the session's", {
    body: PING,
    headers: { "mcp-protocol-version": "2025-06-18" },
  }),
  posting("a foreign Origin", { body: PING, headers: { origin: "http://evil.example" } }),
  posting("a foreign Host", { body: PING, headers: { host: "evil.example" } }),
];

const MESSAGES: readonly DifferentialCase[] = [
  posting("broken JSON", { body: '{"jsonrpc":' }),
  posting("an empty body", { body: "" }),
  ...[
    ["null", null],
    ["a number", 42],
    ["an object that is no message", { valid_json: true }],
    ["a message without jsonrpc", { id: 1, method: "ping" }],
    ["a method that is no text", { jsonrpc: "2.0", id: 1, method: 5 }],
    ["the id null", { jsonrpc: "2.0", id: null, method: "ping" }],
    ["the id 1.5", { jsonrpc: "2.0", id: 1.5, method: "ping" }],
    ["an object as id", { jsonrpc: "2.0", id: {}, method: "ping" }],
    ["an array as params", { jsonrpc: "2.0", id: 1, method: "ping", params: [] }],
    ["method and result", { jsonrpc: "2.0", id: 1, method: "ping", result: {} }],
  ].map(([name, body]) => posting(String(name), { body })),
  posting("an empty batch", { body: [] }),
  posting("a batch of notifications", {
    body: [notification("notifications/cancelled", { requestId: 99 })],
  }),
  posting("a batch of requests", { body: [PING, rpc("tools/list", {}, 2)] }),
  posting("an unknown notification", { body: notification("notifications/unknown") }),
  posting("a response nobody waits for", { body: { jsonrpc: "2.0", id: 77, result: {} } }),
  posting("an unknown method", { body: rpc("foo/bar") }),
  posting("an unknown tool", { body: call("gone") }),
  posting("bad arguments", { body: call("echo", { text: 5 }) }),
  posting("a call", { body: call("echo", { text: "hello" }) }),
  posting("a call that reports progress", {
    body: rpc("tools/call", { name: "count", _meta: { progressToken: 7 } }),
  }),
];

const GET = { method: "GET", headers: { accept: "text/event-stream" } };

const STREAMS: readonly DifferentialCase[] = [
  posting("GET without streams in Accept", {
    method: "GET",
    headers: { accept: "application/json" },
  }),
  listening("GET", ({ send }) => send(GET)),
  listening("a second GET", async ({ send }) => {
    const first = await send(GET);
    const second = await send(GET);
    await first.body?.cancel();
    return second;
  }),
  listening("an unknown Last-Event-ID", ({ send }) => {
    return send({ ...GET, headers: { ...GET.headers, "last-event-id": "no such event" } });
  }),
  ...["PUT", "PATCH", "OPTIONS", "HEAD"].map((method) => posting(method, { method })),
];

/** All of them. */
export const LEGACY_CASES: readonly DifferentialCase[] = [
  ...SESSIONS,
  ...OPENINGS,
  ...HEADERS,
  ...MESSAGES,
  ...STREAMS,
];
