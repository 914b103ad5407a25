// Tools that somebody else defines: a mounted server, or a client that lends them. Their definitions and
// results are reduced to what is known of the protocol; what does not have its form is left out.

import { given } from "../base/given.ts";
import type { ForeignContent } from "./content.ts";
import { isJsonObject, type JsonObject } from "./json_rpc.ts";
import type { CallToolResult, ToolAnnotations, WireTool } from "./tools.ts";

/** Characters of a tool's name that its owner may use; the name it is listed under is shorter. */
export const FOREIGN_NAME_CHARS_MAX = 256;

/** A definition, reduced to what is known; undefined for one without a name. */
export function readForeignTool(defined: unknown): WireTool | undefined {
  if (!isJsonObject(defined)) return undefined;
  const { name, title, description, inputSchema, outputSchema, annotations } = defined;
  const { icons, _meta } = defined;
  if (typeof name !== "string" || name === "" || name.length > FOREIGN_NAME_CHARS_MAX) {
    return undefined;
  }
  return {
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
}

/** A result as its owner wrote it, without the blocks that are none. */
export function readForeignResult(result: JsonObject): CallToolResult {
  const { content, structuredContent, isError, _meta } = result;
  const blocks = Array.isArray(content) ? content.filter(isBlock) : [];
  return {
    content: blocks,
    ...(structuredContent === undefined ? {} : { structuredContent }),
    ...(isError === true ? { isError } : {}),
    ...(isJsonObject(_meta) ? { _meta } : {}),
  };
}

function isBlock(value: unknown): value is ForeignContent {
  return isJsonObject(value) && typeof value.type === "string";
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
