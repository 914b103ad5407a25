// The port to tools that come and go while the server runs: those of mounted servers.

import type { Tool } from "./definition.ts";

/** Provides tools beside those that are always there. */
export interface ToolSource {
  /** The tools there are now, in the order of the list; no name is repeated. */
  list(): readonly Tool[];
  /** The tool of that name now, also of a name that is not listed. */
  find(name: string): Tool | undefined;
  /** Has `listener` run after each change of the list, until the returned function is called. */
  onChange(listener: () => void): () => void;
}
