// The tools of an app in the order in which they are listed. Names are looked up in a map, so that a
// name like `constructor` is a name like any other.

import { invariant } from "../base/errors.ts";
import type { Tool } from "./definition.ts";

/** The tools on offer. */
export class ToolRegistry {
  readonly #byName = new Map<string, Tool>();

  constructor(tools: readonly Tool[]) {
    for (const tool of tools) {
      invariant(!this.#byName.has(tool.wire.name), `two tools named "${tool.wire.name}"`);
      this.#byName.set(tool.wire.name, tool);
    }
  }

  /** The tool of that name. */
  find(name: string): Tool | undefined {
    return this.#byName.get(name);
  }

  /** All tools, in the order of the list. */
  list(): readonly Tool[] {
    return [...this.#byName.values()];
  }
}
