// What the server says it can do, from what it offers and what the revision knows. Every revision's
// opening says it in the same words, `initialize` or `server/discover`.

import { given } from "../base/given.ts";
import { CLIENT_TOOLS_CAPABILITY } from "../protocol/client_tools.ts";
import type { JsonObject } from "../protocol/json_rpc.ts";
import type { Revision } from "../protocol/revisions.ts";
import { TASKS_CAPABILITY } from "../protocol/tasks_extension.ts";
import type { CallContext } from "../rpc/context.ts";

/** The names under which the tools that a client lends are listed, by its own names. */
export type LentNames = Readonly<Record<string, string>>;

/** Finds those of the caller. */
export type ReadLentNames = (caller: CallContext) => LentNames;

/**
 * The capabilities of the server for a client of that revision; `lent` is given where clients may lend
 * tools.
 */
export function capabilitiesFor(revision: Revision, lent?: LentNames): JsonObject {
  return {
    logging: {},
    tools: { listChanged: true },
    prompts: { listChanged: true },
    resources: { subscribe: true, listChanged: true },
    ...(revision.hasTasks && TASKS_CAPABILITY),
    ...given("completions", revision.hasCompletionsCapability ? {} : undefined),
    ...given("experimental", lent && { [CLIENT_TOOLS_CAPABILITY]: { names: lent } }),
  };
}
