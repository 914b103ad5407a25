// The tools of an app in the order in which they are listed: those that are always there, then those of
// sources that come and go. Names are looked up in a map, so that a name like `constructor` is a name
// like any other; where two tools have a name, the one that stands first in the list has it.

import { invariant } from "../base/errors.ts";
import type { JsonObject } from "../protocol/json_rpc.ts";
import { type MirroredArgument, readMirroredArguments } from "../protocol/mirrored_arguments.ts";
import type { Tool } from "./definition.ts";
import type { ToolSource } from "./source.ts";
import { type SearchTools, searchTools } from "./tool_search.ts";

/** Which tools of a list are shown, and which are searched. */
interface Choice {
  readonly all: readonly Tool[];
  readonly shown: readonly Tool[];
  readonly hidden: readonly Tool[];
}

/** The tools on offer. */
export class ToolRegistry {
  readonly #byName = new Map<string, Tool>();
  readonly #sources: readonly ToolSource[];
  /** Undefined: to be made anew. */
  #list: readonly Tool[] | undefined;
  /** What was read of the schemas of tools that were called. */
  readonly #mirrored = new WeakMap<JsonObject, readonly MirroredArgument[]>();

  readonly #searchAbove: number;
  #choice: Choice | undefined;
  readonly #search: SearchTools = searchTools(() => this.#chosen().hidden);

  /** Above `searchAbove` tools those of sources are searched in place of being listed. */
  constructor(
    tools: readonly Tool[],
    sources: readonly ToolSource[] = [],
    searchAbove: number = Infinity,
  ) {
    for (const tool of tools) {
      invariant(!this.#byName.has(tool.wire.name), `two tools named "${tool.wire.name}"`);
      this.#byName.set(tool.wire.name, tool);
    }
    this.#sources = sources;
    this.#searchAbove = searchAbove;
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
    const { search, call } = this.#search;
    const isSearched = this.list().length > this.#searchAbove;
    return isSearched ? [search, call].find(({ wire }) => wire.name === name) : undefined;
  }

  /** The tools that are listed for clients; the same array as long as nothing changes. */
  shown(): readonly Tool[] {
    return this.#chosen().shown;
  }

  /** All tools, in the order of the list; the same array as long as nothing changes. */
  list(): readonly Tool[] {
    this.#list ??= this.#merged();
    return this.#list;
  }

  /** The arguments that calls of a tool repeat in headers; none of an unknown tool. */
  mirroredArguments(name: string): readonly MirroredArgument[] {
    const schema = this.find(name)?.wire.inputSchema;
    if (schema === undefined) return [];
    const known = this.#mirrored.get(schema);
    if (known !== undefined) return known;
    const reading = readMirroredArguments(schema);
    // Where the annotations break the rules, no client follows them.
    const mirrored = reading.ok ? reading.mirrored : [];
    this.#mirrored.set(schema, mirrored);
    return mirrored;
  }

  #chosen(): Choice {
    const all = this.list();
    if (this.#choice?.all === all) return this.#choice;
    const own = all.slice(0, this.#byName.size);
    const { search, call } = this.#search;
    this.#choice = all.length <= this.#searchAbove
      ? { all, shown: all, hidden: [] }
      : { all, shown: [...own, search, call], hidden: all.slice(own.length) };
    return this.#choice;
  }

  #merged(): readonly Tool[] {
    const byName = new Map(this.#byName);
    for (const tool of this.#sources.flatMap((source) => source.list())) {
      if (!byName.has(tool.wire.name)) byName.set(tool.wire.name, tool);
    }
    return [...byName.values()];
  }
}
