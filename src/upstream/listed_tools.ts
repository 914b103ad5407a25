// The tools of a mounted server as it lists them: page by page, each definition reduced to what is known
// and small enough to be shown to a model. What cannot be used is left out and counted.

import { Buffer } from "node:buffer";
import { given } from "../base/given.ts";
import type { Limits } from "../base/limits.ts";
import { isJsonObject, type JsonObject } from "../protocol/json_rpc.ts";
import { type MirroredArgument, readMirroredArguments } from "../protocol/mirrored_arguments.ts";
import type { ToolAnnotations, WireTool } from "../protocol/tools.ts";
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

const NAME_CHARS_MAX = 256;
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
  if (!isJsonObject(listed)) return undefined;
  const { name, title, description, inputSchema, outputSchema, annotations, icons, _meta } = listed;
  if (typeof name !== "string" || name === "" || name.length > NAME_CHARS_MAX) return undefined;
  const tool: WireTool = {
    name,
    ...given("title", textOf(title)),
    ...given("description", textOf(description)),
    // Clients insist on the type.
    inputSchema: { ...(isJsonObject(inputSchema) ? inputSchema : {}), type: "object" },
    ...given("outputSchema", isJsonObject(outputSchema) ? outputSchema : undefined),
    ...given("annotations", isJsonObject(annotations) ? readAnnotations(annotations) : undefined),
    ...given("icons", Array.isArray(icons) ? icons : undefined),
    ...given("_meta", isJsonObject(_meta) ? _meta : undefined),
  };
  if (Buffer.byteLength(JSON.stringify(tool)) > DEFINITION_BYTES_MAX) return undefined;
  // A client over HTTP has to leave such a tool out (2026-07-28, "Custom Headers from Tool Parameters").
  return readMirroredArguments(tool.inputSchema).ok ? tool : undefined;
}

function readAnnotations(annotations: JsonObject): ToolAnnotations {
  const hint = (name: string) =>
    typeof annotations[name] === "boolean" ? annotations[name] : undefined;
  return {
    ...given("title", textOf(annotations.title)),
    ...given("readOnlyHint", hint("readOnlyHint")),
    ...given("destructiveHint", hint("destructiveHint")),
    ...given("idempotentHint", hint("idempotentHint")),
    ...given("openWorldHint", hint("openWorldHint")),
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
