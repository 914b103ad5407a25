// Whole requests as texts, a line with method and path, headers, an empty line and a body: each is answered
// in the words of the protocol, none with a fault of ours, and a tool runs only for a call of it.

import assert from "node:assert/strict";
import { modernRequest } from "../../helpers/modern_client.ts";
import { talkingTool } from "../../helpers/talking_tool.ts";
import { call, initializeRequest, rpc, type TestApp, testApp } from "../../helpers/test_app.ts";
import { bytesOf, type FuzzTarget, type OpenTarget, REFUSED, textOf } from "../fuzz_target.ts";
import { isRequest, nearlyMessage } from "../messages.ts";
import { mutated } from "../mutations.ts";
import type { Random } from "../random_inputs.ts";

// Few, so that a long run meets the bound soon and memory stays where it is.
const SESSIONS = "64";
/** Stands for the id of a session that is open. */
const OPEN_SESSION = "OPEN-SESSION";
const STATUSES: ReadonlySet<number> = new Set([
  ...[200, 202, 204, 400, 403, 404, 405, 406, 415, 503],
]);
const SCRAPS = [
  ...["GET", "DELETE", "OPTIONS", "/mcp", "/metrics", "/mcp/health", "?", "\n", "\n\n", ":"],
  ...["mcp-session-id: ", OPEN_SESSION, "mcp-protocol-version: ", "2026-07-28", "2025-03-26"],
  ...["last-event-id: ", "0/0.a", "origin: ", "http://evil.example", "host: ", "accept: "],
  ...["text/event-stream", "application/json", "content-type: ", "content-length: ", "transfer-"],
  ...["car-namespace: ", "car-project: /", "mcp-method: ", "mcp-name: ", "mcp-param-", "{", "}"],
  ...["[", "]", '"', ",", '"params":', '"_meta":', '"id":', '"cursor":', '"uri":', "tools/call"],
  ...["resources/read", "prompts/get", "completion/complete", "tasks/get", "notifications/"],
];

/** The endpoint, the health report and the metrics. */
export const HTTP_REQUESTS: FuzzTarget = {
  name: "http-requests",
  promise: "the endpoint answers whatever comes in the words of the protocol mcp:21-31",
  suiteInputs: 8_000,
  outcomes: ["200", "202", "400", "404", "405", "ran"],
  generate: (random) => mutated(random, { corpus: [requestText(random)], scraps: SCRAPS }),
  open,
};

function requestText(random: Random): string {
  switch (random(8)) {
    case 0:
      return `GET /mcp\naccept: text/event-stream\nmcp-session-id: ${OPEN_SESSION}\n\n`;
    case 1:
      return `DELETE /mcp\nmcp-session-id: ${random(2) === 0 ? "gone" : OPEN_SESSION}\n\n`;
    case 2:
      return textOfRequest(modernRequest("tools/call", { name: "count" }));
    case 3: {
      const names = ["server/discover", "tools/list", "resources/list", "prompts/list"];
      return textOfRequest(modernRequest(names[random(names.length)] ?? ""));
    }
    case 4:
      return textOfRequest({ body: [rpc("ping", {}, 7), call("count", {}, 8)], headers: {} });
    case 5:
      return textOfRequest({ body: initializeRequest("2025-11-25"), headers: {} });
    default: {
      const headers = random(2) === 0 ? {} : { "mcp-session-id": OPEN_SESSION };
      return textOfRequest({ body: nearlyMessage(random), headers });
    }
  }
}

function textOfRequest({ body, headers }: {
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string | null>>;
}): string {
  const lines = Object.entries({ "content-type": "application/json", ...headers })
    .map(([name, value]) => `${name}: ${value}\n`);
  return `POST /mcp\n${lines.join("")}\n${JSON.stringify(body)}`;
}

async function open(): Promise<OpenTarget> {
  let runs = 0;
  const count = talkingTool("count", () => runs += 1);
  const server = await testApp({ tools: [count], environment: { CAR_SESSIONS_MAX: SESSIONS } });
  let session = (await server.open()).id;
  return {
    async check(input) {
      const request = requestIn(textOf(input).replaceAll(OPEN_SESSION, session), server);
      if (request === undefined) return REFUSED;
      const before = runs;
      const response = await server.app.fetch(request.request);
      const ran = runs - before;
      const status = response.status;
      assert.ok(STATUSES.has(status), `status ${status}`);
      await checkBody(response);
      if (ran > 0) assert.ok(callsIn(request.body) >= ran, `${ran} runs`);
      if (!await isOpen(server, session)) session = (await server.open()).id;
      return ran > 0 ? "ran" : `${status}`;
    },
    close: () => server[Symbol.asyncDispose](),
  };
}

interface ReadRequest {
  readonly request: Request;
  readonly body: string;
}

/** The request that a text describes; undefined where no client could send it. */
function requestIn(text: string, { app }: TestApp): ReadRequest | undefined {
  const end = text.indexOf("\n\n");
  const [first = "", ...lines] = text.slice(0, end === -1 ? undefined : end).split("\n");
  const [method = "", path = ""] = first.split(" ");
  const body = end === -1 ? "" : text.slice(end + 2);
  try {
    const headers = new Headers();
    for (const line of lines) {
      const colon = line.indexOf(":");
      headers.append(line.slice(0, colon), line.slice(colon + 1));
    }
    const hasBody = body !== "" && method !== "GET" && method !== "HEAD";
    const url = new URL(path, app.url);
    const init = { method, headers, ...(hasBody ? { body: bytesOf(body) } : {}) };
    return { request: new Request(url, init), body };
  } catch {
    return undefined;
  }
}

async function checkBody(response: Response): Promise<void> {
  const type = response.headers.get("content-type") ?? "";
  // A stream stays open until its client leaves.
  if (type.startsWith("text/event-stream")) return await response.body?.cancel();
  const text = await response.text();
  if (!type.startsWith("application/json") || text === "") return;
  const answer = JSON.parse(text);
  for (const one of Array.isArray(answer) ? answer : [answer]) {
    // The health report is no message.
    if (one.jsonrpc === undefined) continue;
    assert.equal(one.jsonrpc, "2.0");
    assert.notEqual(one.result === undefined, one.error === undefined);
    // A fault of ours would be -32603.
    assert.notEqual(one.error?.code, -32603, text);
  }
}

function callsIn(body: string): number {
  const value = JSON.parse(body);
  const messages = Array.isArray(value) ? value : [value];
  return messages.filter((one) =>
    isRequest(one) && one.method === "tools/call" && one.params?.name === "count"
  ).length;
}

async function isOpen(server: TestApp, session: string): Promise<boolean> {
  const response = await server.post(rpc("ping"), { "mcp-session-id": session });
  await response.body?.cancel();
  return response.status === 200;
}
