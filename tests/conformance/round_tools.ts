// The fixture tools whose calls take more than one round in the stateless revision. They ask like any
// other tool; nothing here knows of rounds.

import type { CallContext } from "../../src/rpc/context.ts";
import type { ElicitationAnswer, FormQuestion } from "../../src/rpc/questions.ts";
import type { Tool } from "../../src/tools/definition.ts";
import { fixture } from "./_fixture_tool.ts";
import { sampledText, samplingParams } from "./talking_tools.ts";

/** Makes them. */
export function roundTools(): readonly Tool[] {
  return [
    fixture("test_input_required_result_elicitation", async (_input, context) => {
      // The suite sends an answer with its first call, too.
      const questions = { user_name: form(NAME, "name") };
      const { user_name } = await context.askAll(questions, { takesUnasked: true });
      return { text: `Hello, ${filled(user_name, "name")}!` };
    }),
    fixture("test_input_required_result_sampling", async (_input, context) => {
      const params = samplingParams("What is the capital of France?", 100);
      const { capital_question } = await context.askAll({
        capital_question: { kind: "sampling", params },
      });
      return { text: sampledText(capital_question) };
    }),
    fixture("test_input_required_result_list_roots", async (_input, context) => {
      const { client_roots } = await context.askAll({ client_roots: { kind: "roots" } });
      return { text: client_roots.roots.map(({ uri }) => uri).join(", ") };
    }),
    fixture("test_input_required_result_request_state", (_input, context) => confirm(context)),
    fixture("test_input_required_result_tampered_state", (_input, context) => confirm(context)),
    fixture("test_input_required_result_multiple_inputs", (_input, context) => askThree(context)),
    fixture("test_input_required_result_multi_round", async (_input, context) => {
      const { step1 } = await context.askAll({ step1: form(`Step 1: ${NAME}`, "name") });
      const color = "Step 2: What is your favorite color?";
      const { step2 } = await context.askAll({ step2: form(color, "color") });
      return { text: `${filled(step1, "name")} likes ${filled(step2, "color")}` };
    }),
    fixture("test_input_required_result_capabilities", async (_input, context) => {
      const answers = await Promise.all([
        ifDeclared(context, "elicitation", async () => {
          const { user_name } = await context.askAll({ user_name: form(NAME, "name") });
          return filled(user_name, "name");
        }),
        ifDeclared(context, "sampling", async () => {
          const params = samplingParams("Generate a greeting", 50);
          const { greeting } = await context.askAll({ greeting: { kind: "sampling", params } });
          return sampledText(greeting);
        }),
      ]);
      return { text: answers.join(" ") };
    }),
  ];
}

const NAME = "What is your name?";

/** A form with one text to fill in. */
export function form(message: string, field: string): FormQuestion {
  const requestedSchema = {
    type: "object",
    properties: { [field]: { type: "string" } },
    required: [field],
  };
  return { kind: "form", message, requestedSchema };
}

/** What was filled in, if anything was. */
export function filled({ action, content }: ElicitationAnswer, field: string): string {
  return action === "accept" ? String(content?.[field]) : action;
}

async function confirm(context: CallContext) {
  const requestedSchema = {
    type: "object",
    properties: { ok: { type: "boolean" } },
    required: ["ok"],
  };
  await context.askAll({ confirm: { kind: "form", message: "Please confirm", requestedSchema } });
  return { text: "state-ok" };
}

async function askThree(context: CallContext) {
  const { user_name, greeting, client_roots } = await context.askAll({
    user_name: form(NAME, "name"),
    greeting: { kind: "sampling", params: samplingParams("Generate a greeting", 50) },
    client_roots: { kind: "roots" },
  });
  const roots = client_roots.roots.length;
  return { text: `${sampledText(greeting)} ${filled(user_name, "name")}, ${roots} roots` };
}

function ifDeclared(
  context: CallContext,
  capability: string,
  ask: () => Promise<string>,
): Promise<string> {
  const declared = context.origin.capabilities?.[capability] !== undefined;
  return declared ? ask() : Promise.resolve("");
}
