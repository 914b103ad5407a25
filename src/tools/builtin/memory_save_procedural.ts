// `memory_save_procedural`: what was tried, what failed, what helped.

import type { Tool } from "../definition.ts";
import { type SaveFactParts, saveFactTool } from "./_save_fact.ts";

/** Makes the tool. */
export function memorySaveProcedural(parts: SaveFactParts): Tool {
  return saveFactTool(parts, {
    name: "memory_save_procedural",
    title: "Save experience",
    description:
      "Stores what was learned by doing: failed attempts, fixes that worked, diagnoses, traps of tools. memory_intervene reminds of it when tools fail. It is on disk when this returns.",
    kind: "procedural",
    body: "What was tried, what came of it and what to do instead",
  });
}
