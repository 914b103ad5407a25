// The tools of a mounted server as it lists them: page by page, each definition reduced to what is known
// and small enough to be shown to a model. What cannot be used is left out and counted.

import { Buffer } from "node:buffer";
import type { Limits } from "../base/limits.ts";
import { readForeignTool } from "../protocol/foreign_tools.ts";
import { type MirroredArgument, readMirroredArguments } from "../protocol/mirrored_arguments.ts";
import type { WireTool } from "../protocol/tools.ts";
import { listEntries } from "./_pages.ts";
import type { Dialect } from "./dialect.ts";

/** What a server lists. */
export interface ToolListing {
  /** Under the server's own names, none of which is repeated. */
  readonly tools: readonly WireTool[];
  /** Which arguments of tools are repeated in headers, where some are. */
  readonly mirrored: ReadonlyMap<string, readonly MirroredArgument[]>;
  /** Definitions that cannot be used, and tools beyond the bound. */
  readonly leftOut: number;
}

/** What a server lists of which nothing is known, or that is given up. */
export const NO_TOOLS: ToolListing = Object.freeze({
  tools: [],
  mirrored: new Map(),
  leftOut: 0,
});

const DEFINITION_BYTES_MAX = 64 * 1024;

/** Lists the tools; rejects with CarError. */
export async function listTools(
  dialect: Dialect,
  limits: Pick<Limits, "upstreamToolsMax" | "upstreamStartMs">,
): Promise<ToolListing> {
  const tools = new Map<string, WireTool>();
  let leftOut = 0;
  const list = { method: "tools/list", member: "tools" };
  for await (const listed of listEntries(dialect, list, limits)) {
    const tool = readTool(listed);
    const fits = tool !== undefined && !tools.has(tool.name) &&
      tools.size < limits.upstreamToolsMax;
    if (fits) tools.set(tool.name, tool);
    else leftOut++;
  }
  return { tools: [...tools.values()], mirrored: mirroredIn(tools), leftOut };
}

function mirroredIn(tools: ReadonlyMap<string, WireTool>): ToolListing["mirrored"] {
  const mirrored = [...tools].flatMap(([name, { inputSchema }]) => {
    const reading = readMirroredArguments(inputSchema);
    return reading.ok && reading.mirrored.length > 0 ? [[name, reading.mirrored] as const] : [];
  });
  return new Map(mirrored);
}

function readTool(listed: unknown): WireTool | undefined {
  const tool = readForeignTool(listed);
  if (tool === undefined) return undefined;
  if (Buffer.byteLength(JSON.stringify(tool)) > DEFINITION_BYTES_MAX) return undefined;
  // A client over HTTP has to leave such a tool out (2026-07-28, "Custom Headers from Tool Parameters").
  return readMirroredArguments(tool.inputSchema).ok ? tool : undefined;
}
