// What the server says it can do, from what it offers and what the revision knows. Every revision's
// opening says it in the same words, `initialize` or `server/discover`.

import { given } from "../base/given.ts";
import type { JsonObject } from "../protocol/json_rpc.ts";
import type { Revision } from "../protocol/revisions.ts";
import { TASKS_CAPABILITY } from "../protocol/tasks_extension.ts";

/** The capabilities of the server for a client of that revision. */
export function capabilitiesFor(revision: Revision): JsonObject {
  return {
    logging: {},
    tools: { listChanged: true },
    prompts: { listChanged: true },
    resources: { subscribe: true, listChanged: true },
    ...(revision.hasTasks && TASKS_CAPABILITY),
    ...given("completions", revision.hasCompletionsCapability ? {} : undefined),
  };
}
