// Tells of changes of what comes and goes: the tools, prompts and resources of mounted servers.

import type { ChangeHub, ListKind } from "../rpc/changes.ts";
import type { ResourceProvider } from "./resource_provider.ts";
import type { PromptSource, ToolSource } from "./source.ts";

/** What may change. */
export interface ChangingLists {
  readonly toolSources: readonly ToolSource[];
  readonly promptSources: readonly PromptSource[];
  readonly resources: readonly ResourceProvider[];
}

/** Publishes each change of a list, until the returned function is called. */
export function tellOfLists(lists: ChangingLists, changes: ChangeHub): () => void {
  const { toolSources, promptSources, resources } = lists;
  const tell = (kind: ListKind) => () => changes.publish({ kind });
  const stops = [
    ...toolSources.map((source) => source.onChange(tell("tools"))),
    ...promptSources.map((source) => source.onChange(tell("prompts"))),
    ...resources.map((provider) => provider.onChange?.(tell("resources"))),
  ];
  return () => stops.forEach((stop) => stop?.());
}
