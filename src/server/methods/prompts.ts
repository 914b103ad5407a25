// `prompts/list` and `prompts/get` (2025-11-25, "Prompts").

import type { Sealer } from "../../auth/sealer.ts";
import { CarError } from "../../base/errors.ts";
import { whenReady } from "../../base/eventually.ts";
import { promptForRevision, promptResultForRevision } from "../../protocol/prompts.ts";
import { type Admission, entranceOfPrompt } from "../../tools/admission.ts";
import type { MethodHandler } from "../../rpc/dispatcher.ts";
import type { PromptRegistry } from "../../tools/prompt_registry.ts";
import { Cursors, PAGE_ENTRIES_MAX } from "../pages.ts";

/** What the methods of prompts work with. */
export interface PromptMethodParts {
  readonly prompts: PromptRegistry;
  readonly admission: Admission;
  /** Seals cursors. */
  readonly sealer: Sealer;
}

/** Answers `prompts/list`: those that the caller is shown, in a fixed order. */
export function listPrompts(
  { prompts: registry, admission, sealer }: PromptMethodParts,
): MethodHandler {
  const cursors = new Cursors(sealer, "prompts");
  return (params, context) => {
    context.origin.subscriptions?.watchLists(context.origin.namespace);
    const prompts = admission.shown(registry.list(), entranceOfPrompt, context.origin);
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
export function getPrompt(
  { prompts: registry, admission }: Omit<PromptMethodParts, "sealer">,
): MethodHandler {
  return (params, outer) => {
    const name = params?.name;
    if (typeof name !== "string") {
      throw new CarError("invalid_argument", 'Parameter "name" must be the name of a prompt');
    }
    const prompt = registry.find(name);
    if (prompt === undefined) throw unknownPrompt();
    const context = admission.admit(entranceOfPrompt(prompt), outer, unknownPrompt);
    return whenReady(
      prompt.get(params?.arguments, context),
      (result) => promptResultForRevision(result, context.revision),
    );
  };
}

function unknownPrompt(): CarError {
  return new CarError("invalid_argument", "Unknown prompt");
}
