// The ports to tools and prompts that come and go while the server runs: those of mounted servers.

import type { Tool } from "./definition.ts";
import type { Prompt } from "./prompt.ts";

/** Provides tools beside those that are always there. */
export interface ToolSource {
  /** The tools there are now, in the order of the list; no name is repeated. */
  list(): readonly Tool[];
  /** The tool of that name now, also of a name that is not listed. */
  find(name: string): Tool | undefined;
  /** Has `listener` run after each change of the list, until the returned function is called. */
  onChange(listener: () => void): () => void;
}

/** Provides prompts beside those that are always there. */
export interface PromptSource {
  /** The prompts there are now, in the order of the list; no name is repeated. */
  list(): readonly Prompt[];
  /** The prompt of that name now. */
  find(name: string): Prompt | undefined;
  /** Has `listener` run after each change of the list, until the returned function is called. */
  onChange(listener: () => void): () => void;
}
