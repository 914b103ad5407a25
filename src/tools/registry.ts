// The tools of an app in the order in which they are listed: those that are always there, those that only
// some see, then those of sources that come and go. Names are looked up in a map, so that a name like
// `constructor` is a name like any other; where two tools have a name, the one that stands first in the
// list has it.

import { invariant } from "../base/errors.ts";
import type { JsonObject } from "../protocol/json_rpc.ts";
import { type MirroredArgument, readMirroredArguments } from "../protocol/mirrored_arguments.ts";
import type { Tool } from "./definition.ts";
import type { PersonalToolSource, ToolSource, ToolViewer } from "./source.ts";
import { type SearchTools, searchTools, type ShowsTool } from "./tool_search.ts";

/** What a registry offers besides the tools that are always there. */
export interface ToolRegistryOptions {
  readonly sources?: readonly ToolSource[];
  /** They stand before those of sources: a bare name of a mounted tool must not take one of theirs. */
  readonly personal?: PersonalToolSource | undefined;
  /** Above so many tools those that are not always there are searched in place of being listed. */
  readonly searchAbove?: number;
  /** Whether a search tells a viewer of a tool; without it, of all. */
  readonly shows?: ShowsTool;
}

/** Which tools of a list are shown, and which are searched. */
interface Choice {
  /** What everybody sees of it. */
  readonly shared: readonly Tool[];
  readonly all: readonly Tool[];
  readonly shown: readonly Tool[];
  readonly hidden: readonly Tool[];
}

/** The tools on offer. Without a viewer it knows those that everybody sees. */
export class ToolRegistry {
  readonly #byName = new Map<string, Tool>();
  readonly #sources: readonly ToolSource[];
  readonly #personal: PersonalToolSource | undefined;
  /** What everybody sees; undefined: to be made anew. */
  #shared: readonly Tool[] | undefined;
  /** What was read of the schemas of tools that were called. */
  readonly #mirrored = new WeakMap<JsonObject, readonly MirroredArgument[]>();

  readonly #searchAbove: number;
  /** By what a viewer sees besides. */
  readonly #choices = new WeakMap<readonly Tool[], Choice>();
  readonly #nothingPersonal: readonly Tool[] = [];
  readonly #search: SearchTools;

  constructor(tools: readonly Tool[], options: ToolRegistryOptions = {}) {
    const { sources = [], personal, searchAbove = Infinity } = options;
    for (const tool of tools) {
      invariant(!this.#byName.has(tool.wire.name), `two tools named "${tool.wire.name}"`);
      this.#byName.set(tool.wire.name, tool);
    }
    this.#search = searchTools((viewer) => this.#choiceFor(viewer).hidden, options.shows);
    this.#sources = sources;
    this.#personal = personal;
    this.#searchAbove = searchAbove;
    for (const source of sources) source.onChange(() => void (this.#shared = undefined));
  }

  /** Whether the list depends on who looks. */
  get isPersonal(): boolean {
    return this.#personal !== undefined;
  }

  /** The tool of that name. */
  find(name: string, viewer?: ToolViewer): Tool | undefined {
    const own = this.#byName.get(name) ?? (viewer && this.#personal?.find(name, viewer));
    if (own !== undefined) return own;
    for (const source of this.#sources) {
      const found = source.find(name);
      if (found !== undefined) return found;
    }
    const { search, call } = this.#search;
    const isSearched = this.list(viewer).length > this.#searchAbove;
    return isSearched ? [search, call].find(({ wire }) => wire.name === name) : undefined;
  }

  /** The tools that are listed for a client; the same array as long as nothing changes. */
  shown(viewer?: ToolViewer): readonly Tool[] {
    return this.#choiceFor(viewer).shown;
  }

  /** All tools, in the order of the list; the same array as long as nothing changes. */
  list(viewer?: ToolViewer): readonly Tool[] {
    return this.#choiceFor(viewer).all;
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

  #choiceFor(viewer: ToolViewer | undefined): Choice {
    const personal = (viewer && this.#personal?.list(viewer)) ?? this.#nothingPersonal;
    const shared = this.#shared ??= this.#merged(this.#nothingPersonal);
    const known = this.#choices.get(personal);
    if (known?.shared === shared) return known;
    const all = personal.length === 0 ? shared : this.#merged(personal);
    const own = all.slice(0, this.#byName.size);
    const { search, call } = this.#search;
    const choice = all.length <= this.#searchAbove
      ? { shared, all, shown: all, hidden: [] }
      : { shared, all, shown: [...own, search, call], hidden: all.slice(own.length) };
    this.#choices.set(personal, choice);
    return choice;
  }

  #merged(personal: readonly Tool[]): readonly Tool[] {
    const byName = new Map(this.#byName);
    for (const tool of [...personal, ...this.#sources.flatMap((source) => source.list())]) {
      if (!byName.has(tool.wire.name)) byName.set(tool.wire.name, tool);
    }
    return [...byName.values()];
  }
}
