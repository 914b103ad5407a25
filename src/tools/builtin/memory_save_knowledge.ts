// `memory_save_knowledge`: requirements, policies, checked facts of the surroundings.

import type { Tool } from "../definition.ts";
import { type SaveFactParts, saveFactTool } from "./_save_fact.ts";

/** Makes the tool. */
export function memorySaveKnowledge(parts: SaveFactParts): Tool {
  return saveFactTool(parts, {
    name: "memory_save_knowledge",
    title: "Save knowledge",
    description:
      "Stores what a task requires or what was found to be so: requirements, policies, paths, verified facts of the environment. memory_intervene reminds of it. It is on disk when this returns.",
    kind: "knowledge",
    body: "What is so, so that a stranger understands it",
  });
}
