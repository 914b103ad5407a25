// The tools of an app in the order in which they are listed: those that are always there, then those of
// sources that come and go. Names are looked up in a map, so that a name like `constructor` is a name
// like any other; where two tools have a name, the one that stands first in the list has it.

import { invariant } from "../base/errors.ts";
import type { Tool } from "./definition.ts";
import type { ToolSource } from "./source.ts";

/** The tools on offer. */
export class ToolRegistry {
  readonly #byName = new Map<string, Tool>();
  readonly #sources: readonly ToolSource[];
  /** Undefined: to be made anew. */
  #list: readonly Tool[] | undefined;

  constructor(tools: readonly Tool[], sources: readonly ToolSource[] = []) {
    for (const tool of tools) {
      invariant(!this.#byName.has(tool.wire.name), `two tools named "${tool.wire.name}"`);
      this.#byName.set(tool.wire.name, tool);
    }
    this.#sources = sources;
    for (const source of sources) source.onChange(() => void (this.#list = undefined));
  }

  /** The tool of that name. */
  find(name: string): Tool | undefined {
    const own = this.#byName.get(name);
    if (own !== undefined) return own;
    for (const source of this.#sources) {
      const found = source.find(name);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** All tools, in the order of the list; the same array as long as nothing changes. */
  list(): readonly Tool[] {
    this.#list ??= this.#merged();
    return this.#list;
  }

  #merged(): readonly Tool[] {
    const byName = new Map(this.#byName);
    for (const tool of this.#sources.flatMap((source) => source.list())) {
      if (!byName.has(tool.wire.name)) byName.set(tool.wire.name, tool);
    }
    return [...byName.values()];
  }
}
