// The names of the tasks extension (SEP-2663): a call may be answered with a handle, after which the client
// asks how far it is. It is declared on each request; there is no other switch.

import { isJsonObject } from "./json_rpc.ts";
import type { ClientCapabilities } from "./lifecycle.ts";

/** Under `extensions` of the capabilities, of the client and of the server. */
export const TASKS_EXTENSION = "io.modelcontextprotocol/tasks";

/** What a client has to declare that wants tasks. */
export const TASKS_CAPABILITY = { extensions: { [TASKS_EXTENSION]: {} } } as const;

/** Whether a client declared that it knows tasks. */
export function declaresTasks(capabilities: ClientCapabilities | undefined): boolean {
  const extensions = capabilities?.extensions;
  return isJsonObject(extensions) && isJsonObject(extensions[TASKS_EXTENSION]);
}
