// The ports to tools and prompts that come and go while the server runs: those of mounted servers, and
// those that clients lend.

import type { Audience } from "../rpc/changes.ts";
import type { CallOrigin } from "../rpc/context.ts";
import type { Tool } from "./definition.ts";
import type { Prompt } from "./prompt.ts";

/** Who looks at tools, or calls one. */
export type ToolViewer = Pick<CallOrigin, "principal" | "sessionId" | "namespace">;

/** Provides tools beside those that are always there. */
export interface ToolSource {
  /** The tools there are now, in the order of the list; no name is repeated. */
  list(): readonly Tool[];
  /** The tool of that name now, also of a name that is not listed. */
  find(name: string): Tool | undefined;
  /** Has `listener` run after each change of the list, until the returned function is called. */
  onChange(listener: () => void): () => void;
}

/** Provides tools that not everybody sees. */
export interface PersonalToolSource {
  /**
   * The tools that the viewer sees now, in the order of the list; no name is repeated. The same array as
   * long as nothing changes for that viewer.
   */
  list(viewer: ToolViewer): readonly Tool[];
  /** The tool of that name, if the viewer sees it now. */
  find(name: string, viewer: ToolViewer): Tool | undefined;
  /** Has `listener` run after each change, with whom it concerns, until the returned function is called. */
  onChange(listener: (audience: Audience) => void): () => void;
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
