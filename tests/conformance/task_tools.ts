// The fixture tools of the tasks extension: calls that go on, fail, ask and are cancelled as tasks.

import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import type { CallContext } from "../../src/rpc/context.ts";
import type { Tool } from "../../src/tools/definition.ts";
import { fixture, fixtureOf } from "./_fixture_tool.ts";

// The work of a task goes on for a while after the handle was given.
const WORK_MS = 100;

/** Makes them. */
export function taskTools(): readonly Tool[] {
  return [
    fixtureOf("greet", z.object({ name: z.string() }), ({ name }) => ({ text: `Hello, ${name}!` })),
    fixtureOf(
      "slow_compute",
      z.object({ seconds: z.number().min(0), label: z.string().optional() }),
      async ({ seconds, label = "result" }, context) => {
        context.becomeTask();
        await delay(seconds * 1000, undefined, { signal: context.signal, ref: false });
        return { text: `Computed ${label} for ${seconds} s` };
      },
    ),
    fixture("failing_job", async (_input, context) => {
      context.requireTask();
      await delay(WORK_MS);
      return { text: "The job failed", isError: true };
    }),
    // An answer that cannot be written is no failure of the tool, which has answered.
    fixture("protocol_error_job", (_input, context) => {
      context.becomeTask();
      return { text: "One", structured: { count: 1n } };
    }),
    fixtureOf(
      "confirm_delete",
      z.object({ filename: z.string() }),
      async ({ filename }, context) => {
        context.becomeTask();
        const { action } = await context.ask(confirmation(`Delete ${filename}?`));
        return { text: action === "accept" ? `Deleted ${filename}` : `Kept ${filename}` };
      },
    ),
    fixture("multi_input", async (_input, context) => {
      context.becomeTask();
      const { first, second } = await context.askAll({
        first: confirmation("The first of two questions"),
        second: confirmation("The second of two questions"),
      });
      return { text: `First: ${first.action}, second: ${second.action}` };
    }),
    fixture("test_tool_with_task", async (_input, context) => {
      const name = await askName(context);
      context.requireTask();
      await delay(WORK_MS);
      return { text: `Hello, ${name}, from a task` };
    }),
  ];
}

function confirmation(message: string) {
  const properties = { confirm: { type: "boolean" }, name: { type: "string" } };
  return { kind: "form", message, requestedSchema: { type: "object", properties } } as const;
}

async function askName(context: CallContext): Promise<string> {
  const requestedSchema = {
    type: "object",
    properties: { name: { type: "string" } },
    required: ["name"],
  };
  const { user_name } = await context.askAll({
    user_name: { kind: "form", message: "What is your name?", requestedSchema },
  });
  return user_name.action === "accept" ? String(user_name.content?.name) : "nobody";
}
