// The wire shapes of tools: what `tools/list` shows and what `tools/call` answers (2025-11-25,
// "Tools"). The revision's row decides which members an older client gets to see.

import { given } from "../base/given.ts";
import type { ContentBlock, ForeignContent } from "./content.ts";
import type { JsonObject } from "./json_rpc.ts";
import { withoutAnnotations } from "./mirrored_arguments.ts";
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
  readonly description?: string;
  readonly inputSchema: JsonObject;
  readonly outputSchema?: JsonObject;
  readonly annotations?: ToolAnnotations;
  readonly icons?: readonly unknown[];
  readonly _meta?: JsonObject;
}

/** The result of `tools/call`; structured content is an object before 2026-07-28. */
export interface CallToolResult {
  readonly content: readonly (ContentBlock | ForeignContent)[];
  readonly structuredContent?: unknown;
  readonly isError?: boolean;
  readonly _meta?: JsonObject;
}

/** The tool as a client of that revision knows it. */
export function toolForRevision(tool: WireTool, revision: Revision): WireTool {
  const { title, description, inputSchema, outputSchema, annotations, icons, _meta } = tool;
  const showsOutput = revision.hasStructuredContent &&
    (revision.hasAnyStructuredContent || outputSchema?.type === "object");
  return {
    name: tool.name,
    ...given("title", revision.hasTitles ? title : undefined),
    ...given("description", description),
    inputSchema: revision.hasMirroredArguments ? inputSchema : withoutAnnotations(inputSchema),
    ...given("outputSchema", showsOutput ? outputSchema : undefined),
    ...given("annotations", revision.hasToolAnnotations ? annotations : undefined),
    ...given("icons", revision.hasIcons ? icons : undefined),
    ...given("_meta", revision.hasMeta ? _meta : undefined),
  };
}
