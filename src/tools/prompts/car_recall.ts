// The prompt `car_recall`: the facts that answer a question, for the model to go on with.

import { whenReady } from "../../base/eventually.ts";
import type { Limits } from "../../base/limits.ts";
import type { MemoryEngine } from "../../memory/engine.ts";
import { createExcerpts } from "../../memory/excerpt.ts";
import type { FactHit } from "../../memory/fact.ts";
import type { FactDirectory } from "../../memory/fact_directory.ts";
import { createTokenizer } from "../../memory/tokenizer.ts";
import { shortenBodies } from "../_shorten.ts";
import { namespaceOf } from "../namespace.ts";
import { definePrompt, type Prompt } from "../prompt.ts";
import { subjectsOf } from "./_subjects.ts";
import { userMessage } from "./_user_message.ts";

/** What the prompt works with. */
export interface CarRecallParts {
  readonly memory: MemoryEngine;
  readonly facts: FactDirectory;
  readonly limits: Limits;
}

const FACTS_MAX = 10;

/** Makes the prompt. */
export function carRecall({ memory, facts, limits }: CarRecallParts): Prompt {
  const tokenizer = createTokenizer();
  return definePrompt({
    name: "car_recall",
    title: "Recall",
    description: "Puts before the model the facts of the shared memory that answer a question",
    arguments: {
      query: {
        description: `What you want to know. At most ${limits.queryBytesMax} bytes`,
        required: true,
        complete: subjectsOf({ facts, limits }),
      },
    },
    run({ query }, context) {
      const namespace = namespaceOf(context);
      return whenReady(memory.prepare(namespace, query), () => {
        const hits = shortenBodies(memory.query(namespace, { text: query, k: FACTS_MAX }), {
          cutterOf: createExcerpts({ queryText: query, tokenizer }),
          bytesMax: limits.answerBytesMax,
        });
        return userMessage(textOf(query, hits));
      });
    },
  });
}

function textOf(query: string, hits: readonly FactHit[]): string {
  if (hits.length === 0) return `The shared memory holds nothing about this:\n\n${query}`;
  const facts = hits.map(({ id, subject, body }) => `- ${subject} (id ${id}): ${body}`);
  return [
    "This is what the shared memory holds about it, best match first.",
    facts.join("\n"),
    `Go by it where it helps with this:\n\n${query}`,
  ].join("\n\n");
}
