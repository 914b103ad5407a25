// The fixture prompts.

import { completionAmong } from "../../src/tools/completion.ts";
import { definePrompt, type Prompt } from "../../src/tools/prompt.ts";
import { embedded, PICTURE, text } from "./_samples.ts";
import { filled, form } from "./round_tools.ts";

/** Makes them. */
export function fixturePrompts(): readonly Prompt[] {
  return [
    definePrompt({
      name: "test_simple_prompt",
      title: "Simple",
      description: "Fixture: a text",
      arguments: {},
      run: () => ({
        messages: [{ role: "user", content: text("This is a simple prompt for testing.") }],
      }),
    }),
    definePrompt({
      name: "test_prompt_with_arguments",
      title: "With arguments",
      description: "Fixture: shows its arguments",
      arguments: {
        arg1: {
          description: "The first",
          required: true,
          complete: ({ prefix }) => completionAmong(["paris", "park", "party"], prefix),
        },
        arg2: { description: "The second", required: true },
      },
      run: ({ arg1, arg2 }) => ({
        messages: [{
          role: "user",
          content: text(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`),
        }],
      }),
    }),
    definePrompt({
      name: "test_prompt_with_embedded_resource",
      title: "With a resource",
      description: "Fixture: brings a resource along",
      arguments: { resourceUri: { description: "What the resource is called", required: true } },
      run: ({ resourceUri }) => ({
        messages: [
          {
            role: "user",
            content: embedded(
              resourceUri,
              "text/plain",
              "Embedded resource content for testing.",
            ),
          },
          { role: "user", content: text("Please process the embedded resource above.") },
        ],
      }),
    }),
    definePrompt({
      name: "test_prompt_with_image",
      title: "With a picture",
      description: "Fixture: brings a picture along",
      arguments: {},
      run: () => ({
        messages: [
          { role: "user", content: PICTURE },
          { role: "user", content: text("Please analyze the image above.") },
        ],
      }),
    }),
    askingPrompt(),
  ];
}

/** A prompt that asks the person before it is written. */
function askingPrompt(): Prompt {
  return definePrompt({
    name: "test_input_required_result_prompt",
    title: "Asks first",
    description: "Fixture: asks which context to use",
    arguments: {},
    async run(_values, context) {
      const { user_context } = await context.askAll({
        user_context: form("What context should the prompt use?", "context"),
      });
      const words = `Use this context: ${filled(user_context, "context")}`;
      return { messages: [{ role: "user", content: text(words) }] };
    },
  });
}
