// A stateless client that can be asked anything, and a tool that asks it.

import type { FormQuestion } from "../../src/rpc/questions.ts";
import { FORM_SCHEMA } from "./asking_session.ts";
import type { FakeClock } from "./fake_clock.ts";
import { type ModernRequestOptions, postModern } from "./modern_client.ts";
import { type Talk, talkingTool } from "./talking_tool.ts";
import { resultOf, testApp } from "./test_app.ts";

const ALL = { elicitation: { form: {}, url: {} }, sampling: {}, roots: {} };

/** A form. */
export const WHO: FormQuestion = {
  kind: "form",
  message: "Who are you?",
  requestedSchema: FORM_SCHEMA,
};
/** An answer to it. */
export const ADA = { action: "accept", content: { name: "Ada" } };

/** A server with one asking tool, what runs of it there were, and ways to call it. */
export async function asking(
  talk: Talk,
  options: { clock?: FakeClock; environment?: Record<string, string> } = {},
) {
  const runs: number[] = [];
  const counted: Talk = (context) => {
    runs.push(runs.length);
    return talk(context);
  };
  const server = await testApp({ tools: [talkingTool("ask", counted)], ...options });
  let id = 0;
  const send = (params: Record<string, unknown> = {}, more: ModernRequestOptions = {}) =>
    postModern(server, "tools/call", { name: "ask", ...params }, {
      id: ++id,
      capabilities: ALL,
      ...more,
    });
  return { server, runs, send, first: async () => await resultOf(await send()) };
}
