// The prompts of an app in the order in which they are listed.

import { invariant } from "../base/errors.ts";
import type { Prompt } from "./prompt.ts";

/** The prompts on offer. */
export class PromptRegistry {
  readonly #byName = new Map<string, Prompt>();

  constructor(prompts: readonly Prompt[]) {
    for (const prompt of prompts) {
      invariant(!this.#byName.has(prompt.wire.name), `two prompts named "${prompt.wire.name}"`);
      this.#byName.set(prompt.wire.name, prompt);
    }
  }

  /** The prompt of that name. */
  find(name: string): Prompt | undefined {
    return this.#byName.get(name);
  }

  /** All prompts, in the order of the list. */
  list(): readonly Prompt[] {
    return [...this.#byName.values()];
  }
}
