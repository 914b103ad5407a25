// The tools of all mounted servers as one source: under their listed names, in the order of these, and
// under the server's own name where no other server has a tool of that name.

import { readForeignResult } from "../protocol/foreign_tools.ts";
import { withoutAnnotations } from "../protocol/mirrored_arguments.ts";
import type { WireTool } from "../protocol/tools.ts";
import type { Tool } from "../tools/definition.ts";
import { defineJsonTool } from "../tools/json_tool.ts";
import type { AskServer, ServerOffer } from "./server_offer.ts";
import { mountedName } from "./tool_names.ts";

/** All of them. */
export interface MountedTools {
  /** By listed name. */
  readonly list: readonly Tool[];
  /** By listed name, and by the server's own name where it is the only one. */
  readonly byName: ReadonlyMap<string, Tool>;
}

/** Makes tools of what servers list. */
export function mountTools(servers: readonly ServerOffer[]): MountedTools {
  const byName = new Map<string, Tool>();
  const byBareName = new Map<string, Tool | "several">();
  for (const { server, tools, ask } of servers) {
    for (const wire of tools) {
      const tool = mountTool(server, wire, ask);
      // Two names of one server may become the same when they are cut; the first has it.
      if (byName.has(tool.wire.name)) continue;
      byName.set(tool.wire.name, tool);
      byBareName.set(wire.name, byBareName.has(wire.name) ? "several" : tool);
    }
  }
  const list = [...byName.values()].sort((a, b) => a.wire.name < b.wire.name ? -1 : 1);
  for (const [name, tool] of byBareName) {
    if (tool !== "several" && !byName.has(name)) byName.set(name, tool);
  }
  return { list, byName };
}

function mountTool(server: string, wire: WireTool, ask: AskServer): Tool {
  const tool = defineJsonTool({
    // Our own clients need not repeat for the sake of gateways that stand before another server.
    wire: {
      ...wire,
      name: mountedName(server, wire.name),
      inputSchema: withoutAnnotations(wire.inputSchema),
    },
    run: async (args, caller) => {
      const params = { name: wire.name, arguments: args };
      return { passed: readForeignResult(await ask("tools/call", params, caller)) };
    },
  });
  // Rules about a tool hold whoever provides it.
  return { ...tool, aliases: [wire.name] };
}
