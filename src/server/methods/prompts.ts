// `prompts/list` and `prompts/get` (2025-11-25, "Prompts").

import type { Sealer } from "../../auth/sealer.ts";
import { CarError } from "../../base/errors.ts";
import { whenReady } from "../../base/eventually.ts";
import { promptForRevision, promptResultForRevision } from "../../protocol/prompts.ts";
import type { MethodHandler } from "../../rpc/dispatcher.ts";
import type { PromptRegistry } from "../../tools/prompt_registry.ts";
import { Cursors, PAGE_ENTRIES_MAX } from "../pages.ts";

/** Answers `prompts/list`, in a fixed order. */
export function listPrompts(registry: PromptRegistry, sealer: Sealer): MethodHandler {
  const cursors = new Cursors(sealer, "prompts");
  return (params, context) => {
    context.origin.subscriptions?.watchLists(context.origin.namespace);
    const prompts = registry.list();
    const place = cursors.read(params, context);
    // The name of the last one: prompts come and go, and then places move.
    const start = prompts.findIndex(({ wire }) => wire.name === place) + 1;
    const page = prompts.slice(start, start + PAGE_ENTRIES_MAX);
    const isLast = start + page.length >= prompts.length;
    return {
      prompts: page.map(({ wire }) => promptForRevision(wire, context.revision)),
      ...cursors.next(isLast ? undefined : page.at(-1)?.wire.name, context),
    };
  };
}

/** Answers `prompts/get`. */
export function getPrompt(registry: PromptRegistry): MethodHandler {
  return (params, context) => {
    const name = params?.name;
    if (typeof name !== "string") {
      throw new CarError("invalid_argument", 'Parameter "name" must be the name of a prompt');
    }
    const prompt = registry.find(name);
    if (prompt === undefined) throw new CarError("invalid_argument", "Unknown prompt");
    return whenReady(
      prompt.get(params?.arguments, context),
      (result) => promptResultForRevision(result, context.revision),
    );
  };
}
