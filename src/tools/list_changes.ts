// Tells of changes of what comes and goes: the tools, prompts and resources of mounted servers, and the
// tools that clients lend.

import type { ChangeHub, ListKind } from "../rpc/changes.ts";
import type { ResourceProvider } from "./resource_provider.ts";
import type { PersonalToolSource, PromptSource, ToolSource } from "./source.ts";

/** What may change. */
export interface ChangingLists {
  readonly toolSources: readonly ToolSource[];
  readonly personalTools?: PersonalToolSource | undefined;
  readonly promptSources: readonly PromptSource[];
  readonly resources: readonly ResourceProvider[];
}

/** Publishes each change of a list, until the returned function is called. */
export function tellOfLists(lists: ChangingLists, changes: ChangeHub): () => void {
  const { toolSources, personalTools, promptSources, resources } = lists;
  const tell = (kind: ListKind) => () => changes.publish({ kind });
  const stops = [
    ...toolSources.map((source) => source.onChange(tell("tools"))),
    personalTools?.onChange((audience) => changes.publish({ kind: "tools", audience })),
    ...promptSources.map((source) => source.onChange(tell("prompts"))),
    ...resources.map((provider) => provider.onChange?.(tell("resources"))),
  ];
  return () => stops.forEach((stop) => stop?.());
}
