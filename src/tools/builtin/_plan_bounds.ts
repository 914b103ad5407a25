// What the tools that look at plans share: a plan that is too large is refused as it was received,
// before its defaults are filled in, and a state that is too large for an answer is shown in part.

import { Buffer } from "node:buffer";
import type { Limits } from "../../base/limits.ts";
import { isJsonObject, type JsonObject } from "../../protocol/json_rpc.ts";

const LIST_ENTRIES_MOST = 10_000; // Of all actions: preconditions, keys, assumptions.

/** A complaint about the argument of that name when it is a plan too large to be looked at. */
export function complaintOfPlan(
  args: JsonObject,
  argument: string,
  limits: Limits,
): string | undefined {
  const proposal = args[argument];
  if (!isJsonObject(proposal)) return undefined;
  const actions = proposal["actions"];
  if (Array.isArray(actions) && actions.length > limits.proposalActionsMax) {
    return `Argument "${argument}" has ${actions.length} actions, ` +
      `at most ${limits.proposalActionsMax} are allowed`;
  }
  const entries = Array.isArray(actions) ? countListEntries(actions) : 0;
  if (entries > LIST_ENTRIES_MOST) {
    return `Argument "${argument}" has ${entries} preconditions, keys and assumptions, ` +
      `at most ${LIST_ENTRIES_MOST} are allowed`;
  }
  const bytes = Buffer.byteLength(JSON.stringify(proposal));
  if (bytes <= limits.proposalBytesMax) return undefined;
  return `Argument "${argument}" has ${bytes} bytes, at most ${limits.proposalBytesMax} are allowed`;
}

/** The first keys of a state that fit into so many bytes of JSON; a value that is too long is left out. */
export function stateThatFits(state: JsonObject, bytesMax: number): JsonObject {
  let bytes = 2;
  const shown = Object.entries(state).filter(([key, value]) => {
    const more = Buffer.byteLength(JSON.stringify(key)) + 2 +
      Buffer.byteLength(JSON.stringify(value));
    if (bytes + more > bytesMax) return false;
    bytes += more;
    return true;
  });
  return shown.length === Object.keys(state).length ? state : Object.fromEntries(shown);
}

const LISTS: readonly string[] = [
  "preconditions",
  "state_dependencies",
  "read_set",
  "write_set",
  "assumptions",
];

function countListEntries(actions: readonly unknown[]): number {
  let count = 0;
  for (const action of actions) {
    if (!isJsonObject(action)) continue;
    for (const name of LISTS) {
      const list = action[name];
      if (Array.isArray(list)) count += list.length;
    }
  }
  return count;
}
