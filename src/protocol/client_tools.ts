// Tools that a client lends to others, as it declares them in `initialize`:
//
//   capabilities.experimental["car/clientTools"] = { tools: [{ name, description, inputSchema }] }
//
// A declaration with a fault is refused as a whole, and `initialize` with it: it is written by a program,
// whose author sees the refusal at the first try. A tool that was quietly left out would be missed by other
// clients only, who could not tell why.

import { Buffer } from "node:buffer";
import type { Limits } from "../base/limits.ts";
import { FOREIGN_NAME_CHARS_MAX, readForeignTool } from "./foreign_tools.ts";
import { isJsonObject, type JsonObject } from "./json_rpc.ts";
import type { WireTool } from "./tools.ts";

/** The experimental capability, of clients that lend tools and of servers that take them. */
export const CLIENT_TOOLS_CAPABILITY = "car/clientTools";

/** The outcome of reading a declaration: its tools, under their owner's names, or its fault. */
export type ClientToolsReading =
  | { readonly ok: true; readonly tools: readonly WireTool[] }
  | { readonly ok: false; readonly complaint: string };

/** The bounds of a declaration. */
export type ClientToolsBounds = Pick<Limits, "clientToolsMax" | "clientToolBytesMax">;

/** Reads what the capabilities of a client declare; no tools where they declare nothing. */
export function readClientTools(
  { experimental }: JsonObject,
  bounds: ClientToolsBounds,
): ClientToolsReading {
  const declared = isJsonObject(experimental) ? experimental[CLIENT_TOOLS_CAPABILITY] : undefined;
  if (declared === undefined) return { ok: true, tools: [] };
  const definitions = isJsonObject(declared) ? declared.tools : undefined;
  if (!Array.isArray(definitions)) return fault('must be an object with a list "tools"');
  const most = bounds.clientToolsMax;
  if (definitions.length > most) {
    return fault(`declares ${definitions.length} tools, at most ${most} are taken`);
  }
  const tools = new Map<string, WireTool>();
  for (const [index, definition] of definitions.entries()) {
    const read = readDefinition(definition, bounds);
    if (typeof read === "string") return fault(`tools[${index}] ${read}`);
    if (tools.has(read.name)) return fault(`tools[${index}] has the name of an earlier one`);
    tools.set(read.name, read);
  }
  return { ok: true, tools: [...tools.values()] };
}

/** The capabilities without the declaration; the same object where there is none. */
export function withoutClientTools(capabilities: JsonObject): JsonObject {
  const { experimental } = capabilities;
  if (!isJsonObject(experimental) || experimental[CLIENT_TOOLS_CAPABILITY] === undefined) {
    return capabilities;
  }
  const { [CLIENT_TOOLS_CAPABILITY]: _declared, ...rest } = experimental;
  return { ...capabilities, experimental: rest };
}

/** A tool, or what is wrong with its definition. */
function readDefinition(definition: unknown, bounds: ClientToolsBounds): WireTool | string {
  if (!isJsonObject(definition)) return "must be an object";
  const { description, inputSchema } = definition;
  const tool = readForeignTool(definition);
  if (tool === undefined) {
    return `must have a "name" of 1 to ${FOREIGN_NAME_CHARS_MAX} characters`;
  }
  if (description !== undefined && typeof description !== "string") {
    return 'must have a string as its "description"';
  }
  if (!isJsonObject(inputSchema) || (inputSchema.type ?? "object") !== "object") {
    return 'must have a schema of type "object" as its "inputSchema"';
  }
  const most = bounds.clientToolBytesMax;
  const bytes = Buffer.byteLength(JSON.stringify(definition));
  return bytes > most ? `has ${bytes} bytes, at most ${most} are taken` : tool;
}

function fault(what: string): ClientToolsReading {
  const where = `"params.capabilities.experimental.${CLIENT_TOOLS_CAPABILITY}" of initialize`;
  return { ok: false, complaint: `${where}: ${what}` };
}
