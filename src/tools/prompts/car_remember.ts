// The prompt `car_remember`: has the model store something in the shared memory. The model does it with
// `memory_add_fact`: it knows the conversation, and so what a stranger would have to be told besides.

import type { Limits } from "../../base/limits.ts";
import { checkBytes } from "../../base/text_fields.ts";
import type { Clock } from "../../base/clock.ts";
import type { MemoryEngine } from "../../memory/engine.ts";
import type { FactDirectory } from "../../memory/fact_directory.ts";
import type { FactVersion } from "../../memory/history.ts";
import { headCutter, shortenBodies } from "../_shorten.ts";
import { namespaceOf } from "../namespace.ts";
import { definePrompt, type Prompt } from "../prompt.ts";
import { subjectsOf } from "./_subjects.ts";
import { userMessage } from "./_user_message.ts";

/** What the prompt works with. */
export interface CarRememberParts {
  readonly memory: MemoryEngine;
  readonly facts: FactDirectory;
  readonly limits: Limits;
  readonly clock: Clock;
}

// What is known of a subject already, so that the model may replace it.
const KNOWN_MAX = 10;

/** Makes the prompt. */
export function carRemember({ memory, facts, limits, clock }: CarRememberParts): Prompt {
  return definePrompt({
    name: "car_remember",
    title: "Remember",
    description: "Has the model store something in the shared memory",
    arguments: {
      body: {
        description: `What is to be remembered. At most ${limits.factBodyBytesMax} bytes`,
        required: true,
      },
      subject: {
        description: "What it is about, in a few words. Default: the model finds one",
        complete: subjectsOf({ facts, limits }),
      },
    },
    run({ body, subject }, context) {
      checkBytes("body", body, limits.factBodyBytesMax);
      const known = subject === undefined ? [] : holding(
        memory.history(namespaceOf(context), { subject }).versions,
        clock.now(),
      );
      const shown = shortenBodies(known.slice(0, KNOWN_MAX), {
        cutterOf: headCutter,
        bytesMax: limits.answerBytesMax,
      });
      return userMessage(textOf(body, subject, shown));
    },
  });
}

function holding(versions: readonly FactVersion[], nowMs: number): readonly FactVersion[] {
  return versions.filter(({ validToMs = Infinity }) => validToMs > nowMs);
}

function textOf(body: string, subject: string | undefined, known: readonly FactVersion[]): string {
  const about = subject === undefined
    ? "under a short subject of your choice"
    : `under the subject "${subject}"`;
  return [
    `Store this in the shared memory with memory_add_fact, ${about}, in words that a stranger ` +
    "understands. Several things are several facts.",
    body,
    ...(known.length === 0 ? [] : [
      "Under that subject it holds by now:",
      known.map(({ id, body }) => `- (id ${id}) ${body}`).join("\n"),
      "Pass `supersedes` with an id if this takes its place.",
    ]),
  ].join("\n\n");
}
