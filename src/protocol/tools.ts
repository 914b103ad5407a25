// The wire shapes of tools: what `tools/list` shows and what `tools/call` answers (2025-11-25,
// "Tools"). The revision's row decides which members an older client gets to see.

import type { JsonObject } from "./json_rpc.ts";
import type { Revision } from "./revisions.ts";

/** The four hints of a tool (2025-03-26, "Tool annotations") and its title for older clients. */
export interface ToolAnnotations {
  readonly title?: string;
  readonly readOnlyHint?: boolean;
  readonly destructiveHint?: boolean;
  readonly idempotentHint?: boolean;
  readonly openWorldHint?: boolean;
}

/** A tool as `tools/list` shows it. */
export interface WireTool {
  readonly name: string;
  readonly title?: string;
  readonly description: string;
  readonly inputSchema: JsonObject;
  readonly outputSchema?: JsonObject;
  readonly annotations?: ToolAnnotations;
}

/** One block of content; built-in tools answer text. */
export interface TextContent {
  readonly type: "text";
  readonly text: string;
}

/** A block that another server has written: of any type, with the members of that type. */
export type ForeignContent = JsonObject & { readonly type: string };

/** The result of `tools/call`; structured content is an object before 2026-07-28. */
export interface CallToolResult {
  readonly content: readonly (TextContent | ForeignContent)[];
  readonly structuredContent?: unknown;
  readonly isError?: boolean;
  readonly _meta?: JsonObject;
}

/** The tool as a client of that revision knows it. */
export function toolForRevision(tool: WireTool, revision: Revision): WireTool {
  return {
    name: tool.name,
    ...(revision.hasTitles && tool.title !== undefined ? { title: tool.title } : {}),
    description: tool.description,
    inputSchema: tool.inputSchema,
    ...(revision.hasStructuredContent && tool.outputSchema !== undefined
      ? { outputSchema: tool.outputSchema }
      : {}),
    ...(revision.hasToolAnnotations && tool.annotations !== undefined
      ? { annotations: tool.annotations }
      : {}),
  };
}
