// The prompt `car_context`: what the memory holds for a task, as one message to begin with.

import { whenReady } from "../../base/eventually.ts";
import type { Limits } from "../../base/limits.ts";
import { checkBytes } from "../../base/text_fields.ts";
import type { FactDirectory } from "../../memory/fact_directory.ts";
import {
  CONTEXT_MODES,
  CONTEXT_TOKENS_STANDARD,
  prepareTaskContext,
  type TaskContextParts,
} from "../_task_context.ts";
import { namespaceOf } from "../namespace.ts";
import { definePrompt, type Prompt } from "../prompt.ts";
import { subjectsOf } from "./_subjects.ts";
import { userMessage } from "./_user_message.ts";

/** What the prompt works with. */
export interface CarContextParts extends TaskContextParts {
  readonly facts: FactDirectory;
  readonly limits: Limits;
}

// A context is bounded by its tokens; identity and constraints may go beyond, and end here.
const TEXT_BYTES_MAX = 128 * 1024;

/** Makes the prompt. */
export function carContext({ memory, skills, facts, limits }: CarContextParts): Prompt {
  return definePrompt({
    name: "car_context",
    title: "Context for a task",
    description: "Puts before the model what the shared memory holds for a task",
    arguments: {
      query: {
        description: `The task or question at hand. At most ${limits.queryBytesMax} bytes`,
        required: true,
        complete: subjectsOf({ facts, limits }),
      },
      mode: {
        description: "full (default); fast: without skills, related facts and what was so before",
        choices: CONTEXT_MODES,
      },
    },
    run({ query, mode }, context) {
      checkBytes("query", query, limits.queryBytesMax);
      const wanted = {
        namespace: namespaceOf(context),
        query,
        mode: mode === "fast" ? mode : "full",
        maxTokens: CONTEXT_TOKENS_STANDARD,
      } as const;
      return whenReady(prepareTaskContext({ memory, skills }, wanted), (build) => {
        const { text } = build(TEXT_BYTES_MAX);
        return userMessage(
          text === "" ? "The shared memory holds nothing for this task yet." : text,
        );
      });
    },
  });
}
