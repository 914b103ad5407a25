// The fixture tools that speak before they answer, or ask their client: logging, progress, sampling,
// elicitation, and a connection that ends while the call goes on.

import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import type { JsonObject } from "../../src/protocol/json_rpc.ts";
import type { CallContext } from "../../src/rpc/context.ts";
import type { SamplingAnswer } from "../../src/rpc/questions.ts";
import type { Tool } from "../../src/tools/definition.ts";
import { fixture, fixtureOf } from "./_fixture_tool.ts";

// The suite asks for a pause of about this length, so that messages come one by one.
const PAUSE_MS = 50;
// How long the client stays away, and how long the call goes on without it.
const RETRY_MS = 100;

/** Makes them. */
export function talkingTools(): readonly Tool[] {
  return [
    fixture("test_tool_with_logging", async (_input, context) => {
      context.log("info", "Tool execution started");
      await delay(PAUSE_MS);
      context.log("info", "Tool processing data");
      await delay(PAUSE_MS);
      context.log("info", "Tool execution completed");
      return { text: "Logged three messages" };
    }),
    fixture("test_tool_with_progress", async (_input, context) => {
      context.progress({ progress: 0, total: 100 });
      await delay(PAUSE_MS);
      context.progress({ progress: 50, total: 100 });
      await delay(PAUSE_MS);
      context.progress({ progress: 100, total: 100 });
      return { text: "Done" };
    }),
    fixtureOf("test_sampling", z.object({ prompt: z.string() }), async ({ prompt }, context) => {
      const answer = await context.ask({ kind: "sampling", params: samplingParams(prompt, 100) });
      return { text: `LLM response: ${sampledText(answer)}` };
    }),
    fixtureOf(
      "test_elicitation",
      z.object({ message: z.string() }),
      async ({ message }, context) => {
        const answer = await context.ask({ kind: "form", message, requestedSchema: USER_FORM });
        return { text: `User response: ${JSON.stringify(answer)}` };
      },
    ),
    fixture("test_elicitation_sep1034_defaults", (_input, context) => fillIn(context, DEFAULTS)),
    fixture("test_elicitation_sep1330_enums", (_input, context) => fillIn(context, CHOICES)),
    fixture("test_reconnection", async (_input, context) => {
      context.disconnect(RETRY_MS);
      await delay(RETRY_MS);
      return { text: "Reconnection test completed" };
    }),
  ];
}

/** The parameters that ask a model this. */
export function samplingParams(prompt: string, maxTokens: number): JsonObject {
  return { messages: [{ role: "user", content: { type: "text", text: prompt } }], maxTokens };
}

/** What a model said. */
export function sampledText({ content }: SamplingAnswer): string {
  // The client was checked to send an object or a list; a text has a `text`.
  return String((content as { readonly text?: unknown }).text);
}

async function fillIn(context: CallContext, requestedSchema: JsonObject) {
  const message = "Please review the form";
  const { action, content = {} } = await context.ask({ kind: "form", message, requestedSchema });
  return {
    text: `Elicitation completed: action=${action}, content=${JSON.stringify(content)}`,
  };
}

const USER_FORM = {
  type: "object",
  properties: {
    username: { type: "string", description: "User's response" },
    email: { type: "string", description: "User's email address" },
  },
  required: ["username", "email"],
};

const DEFAULTS = {
  type: "object",
  properties: {
    name: { type: "string", default: "John Doe" },
    age: { type: "integer", default: 30 },
    score: { type: "number", default: 95.5 },
    status: { type: "string", enum: ["active", "inactive", "pending"], default: "active" },
    verified: { type: "boolean", default: true },
  },
};

const CHOICES = {
  type: "object",
  properties: {
    untitledSingle: { type: "string", enum: ["option1", "option2", "option3"] },
    titledSingle: {
      type: "string",
      oneOf: [
        { const: "value1", title: "First Option" },
        { const: "value2", title: "Second Option" },
        { const: "value3", title: "Third Option" },
      ],
    },
    legacyEnum: {
      type: "string",
      enum: ["opt1", "opt2", "opt3"],
      enumNames: ["Option One", "Option Two", "Option Three"],
    },
    untitledMulti: {
      type: "array",
      items: { type: "string", enum: ["option1", "option2", "option3"] },
    },
    titledMulti: {
      type: "array",
      items: {
        anyOf: [
          { const: "value1", title: "First Choice" },
          { const: "value2", title: "Second Choice" },
          { const: "value3", title: "Third Choice" },
        ],
      },
    },
  },
};
