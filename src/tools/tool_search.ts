// A roof with very many tools shows its own ones and two more: one that searches the rest, and one that
// calls what was found. A call by way of `tool_call` is a call of its target: the pipeline puts it in its
// place before rules, schema and counts look at it.

import { z } from "zod";
import { createTextSearch, type TextSearch } from "../memory/text_search.ts";
import type { JsonObject } from "../protocol/json_rpc.ts";
import { defineTool, type Tool } from "./definition.ts";
import type { ToolViewer } from "./source.ts";

/** The tools that stand for those that are not shown. */
export interface SearchTools {
  readonly search: Tool;
  readonly call: Tool;
}

/** The name of the tool that calls another one. */
export const CALL_TOOL_NAME = "tool_call";

const K_STANDARD = 5;
const K_MAX = 20;
const QUERY_CHARS_MAX = 1_000;
const NAME_CHARS_MAX = 256;
// Few enough for a model to read; what is longer can still be called.
const ANSWER_CHARS_MAX = 64 * 1024;

const SEARCH_INPUT = z.object({
  query: z.string().min(1).max(QUERY_CHARS_MAX).describe("What the tool has to be able to do"),
  k: z.int().min(1).max(K_MAX).optional().describe(
    `How many tools at most, 1 to ${K_MAX}. Default: ${K_STANDARD}`,
  ),
});

const SEARCH_OUTPUT = z.object({
  tools: z.array(z.object({
    name: z.string().describe("To be given to tool_call"),
    description: z.string(),
    inputSchema: z.record(z.string(), z.unknown()).describe("What its arguments must be"),
  })).describe("Best first"),
});

const CALL_INPUT = z.object({
  name: z.string().min(1).max(NAME_CHARS_MAX).describe("Name of the tool"),
  arguments: z.record(z.string(), z.unknown()).optional().describe("Its arguments. Default: none"),
});

/** What `tool_call` is called with. */
export type ToolCall = z.output<typeof CALL_INPUT>;

/** Whether a viewer is shown a tool. */
export type ShowsTool = (tool: Tool, viewer: ToolViewer) => boolean;

/**
 * Makes the two tools; `hidden` gives the tools that are searched for a viewer, the same array until they
 * change.
 */
export function searchTools(
  hidden: (viewer: ToolViewer) => readonly Tool[],
  shows: ShowsTool = () => true,
): SearchTools {
  const searches = new WeakMap<readonly Tool[], TextSearch>();
  const find = (query: string, k: number, viewer: ToolViewer): readonly Tool[] => {
    const tools = hidden(viewer);
    const search = searches.get(tools) ?? searchOf(tools);
    searches.set(tools, search);
    const byName = new Map(tools.map((tool) => [tool.wire.name, tool]));
    // What a viewer may not see takes no place among the best.
    const most = viewer.principal.grants === undefined ? k : tools.length;
    return search(query, most).flatMap((name) => byName.get(name) ?? [])
      .filter((tool) => shows(tool, viewer)).slice(0, k);
  };
  return {
    search: defineTool({
      name: "tool_search",
      title: "Find a tool",
      description:
        "Finds tools of mounted servers and of other clients by what they can do, with the schema of their arguments. There are more tools than the list shows: look here, then call with tool_call.",
      input: SEARCH_INPUT,
      output: SEARCH_OUTPUT,
      readOnly: true,
      idempotent: true,
      run: ({ query, k = K_STANDARD }, { origin }) => ({
        structured: { tools: shown(find(query, k, origin)) },
      }),
    }),
    call: defineTool({
      name: CALL_TOOL_NAME,
      title: "Call a tool",
      description: "Calls a tool that tool_search has found; the answer is that tool's.",
      input: CALL_INPUT,
      openWorld: true,
      destructive: true,
      // The pipeline has put the target in its place.
      run: () => ({ text: "There is no such tool", isError: true }),
    }),
  };
}

function searchOf(tools: readonly Tool[]): TextSearch {
  return createTextSearch(tools.map(({ wire: { name, title = "", description = "" } }) => ({
    id: name,
    title: `${name.replaceAll(/[_.-]/g, " ")} ${title}`,
    text: description === "" ? name : description,
  })));
}

function shown(tools: readonly Tool[]) {
  let left = ANSWER_CHARS_MAX;
  return tools.flatMap(({ wire: { name, description = "", inputSchema } }) => {
    const entry = { name, description, inputSchema: { ...inputSchema } as JsonObject };
    left -= JSON.stringify(entry).length;
    return left < 0 ? [] : [entry];
  });
}
