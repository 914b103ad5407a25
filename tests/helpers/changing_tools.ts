// A source of tools that a test changes, and a tool whose answer was written elsewhere.

import type { CallToolResult } from "../../src/protocol/tools.ts";
import type { Tool } from "../../src/tools/definition.ts";
import type { ToolSource } from "../../src/tools/source.ts";

/** A source whose tools are set. */
export interface ChangingTools extends ToolSource {
  set(tools: readonly Tool[]): void;
}

/** A source without tools, until some are set. */
export function changingTools(): ChangingTools {
  const listeners = new Set<() => void>();
  let tools: readonly Tool[] = [];
  return {
    list: () => tools,
    find: (name) => tools.find((tool) => tool.wire.name === name || tool.aliases?.includes(name)),
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    set(next) {
      tools = next;
      for (const listener of listeners) listener();
    },
  };
}

/** A tool that passes a result on. */
export function passingTool(
  name: string,
  passed: CallToolResult,
  aliases: readonly string[] = [],
): Tool {
  return {
    wire: { name, description: "Passes on", inputSchema: { type: "object" } },
    aliases,
    check: (input) => ({ ok: true, input }),
    run: () => ({ passed }),
  };
}
