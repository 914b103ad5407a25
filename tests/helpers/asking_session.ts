// A session whose client declared what a test wants, with tools that ask it.

import { given } from "../../src/base/given.ts";
import type { Tool } from "../../src/tools/definition.ts";
import type { FakeClock } from "./fake_clock.ts";
import type { Talk } from "./talking_tool.ts";
import { initializeRequest, notification, type TestApp, testApp } from "./test_app.ts";

/** Headers of a client that takes an event stream. */
export const TAKES_STREAMS = { accept: "application/json, text/event-stream" };

/** The schema of the form that `askForm` shows. */
export const FORM_SCHEMA = {
  type: "object",
  properties: { name: { type: "string" }, age: { type: "integer", minimum: 0 } },
  required: ["name"],
};

/** Asks who is there. */
export const askForm: Talk = (context) =>
  context.ask({ kind: "form", message: "Who are you?", requestedSchema: FORM_SCHEMA });

/** A server with these tools and an open session of such a client. */
export async function askingSession(
  tools: readonly Tool[],
  options: {
    capabilities?: Record<string, unknown>;
    revision?: string;
    clock?: FakeClock;
    environment?: Record<string, string>;
  } = {},
) {
  const { capabilities, revision, ...rest } = options;
  const server = await testApp({ tools, ...rest });
  return {
    server,
    ...await openAsking(server, {
      ...given("capabilities", capabilities),
      ...given("revision", revision),
    }),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** An open session of such a client, on a server that runs. */
export async function openAsking(
  server: Pick<TestApp, "post">,
  options: { capabilities?: Record<string, unknown>; revision?: string },
) {
  const { capabilities = {}, revision = "2025-11-25" } = options;
  const initialize = initializeRequest(revision);
  Object.assign(initialize.params as object, { capabilities });
  const opened = await server.post(initialize);
  const id = opened.headers.get("mcp-session-id") ?? "";
  await opened.body?.cancel();
  const post = (body: unknown, headers: Record<string, string> = {}) =>
    server.post(body, { "mcp-session-id": id, ...headers });
  await post(notification("notifications/initialized"));
  return { id, post };
}

/** A response to a question. */
export function answerTo(question: { id: number }, result: unknown) {
  return { jsonrpc: "2.0", id: question.id, result };
}
