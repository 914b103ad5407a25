// The prompts of an app in the order in which they are listed: those that are always there, then those of
// sources that come and go. Where two prompts have a name, the one that stands first has it.

import { invariant } from "../base/errors.ts";
import type { Prompt } from "./prompt.ts";
import type { PromptSource } from "./source.ts";

/** The prompts on offer. */
export class PromptRegistry {
  readonly #byName = new Map<string, Prompt>();
  readonly #sources: readonly PromptSource[];

  constructor(prompts: readonly Prompt[], sources: readonly PromptSource[] = []) {
    for (const prompt of prompts) {
      invariant(!this.#byName.has(prompt.wire.name), `two prompts named "${prompt.wire.name}"`);
      this.#byName.set(prompt.wire.name, prompt);
    }
    this.#sources = sources;
  }

  /** The prompt of that name. */
  find(name: string): Prompt | undefined {
    const own = this.#byName.get(name);
    if (own !== undefined) return own;
    for (const source of this.#sources) {
      const found = source.find(name);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** All prompts, in the order of the list. */
  list(): readonly Prompt[] {
    const byName = new Map(this.#byName);
    for (const prompt of this.#sources.flatMap((source) => source.list())) {
      if (!byName.has(prompt.wire.name)) byName.set(prompt.wire.name, prompt);
    }
    return [...byName.values()];
  }
}
