// The same tool with the same parameters, over and over: what a model that is stuck writes down.

import { canonicalJson } from "../base/canonical_json.ts";
import type { Action } from "./action_proposal.ts";
import { quote } from "./json_value.ts";
import type { VerifyIssue } from "./verify_report.ts";

const LOOP_CALLS = 3; // From here on it is an error.
const IDS_SHOWN = 5;

/** One finding per group of equal calls, by the position of the call that makes it one. */
export function findRepeatedCalls(actions: readonly Action[]): ReadonlyMap<number, VerifyIssue> {
  const groups = new Map<string, number[]>();
  actions.forEach((action, position) => {
    if (action.type !== "tool_call" || !action.tool) return;
    const call = canonicalJson([action.tool, action.parameters]);
    const group = groups.get(call);
    if (group === undefined) groups.set(call, [position]);
    else group.push(position);
  });
  const issues = new Map<number, VerifyIssue>();
  for (const positions of groups.values()) {
    if (positions.length < 2) continue;
    const at = positions[Math.min(positions.length, LOOP_CALLS) - 1];
    const action = at === undefined ? undefined : actions[at];
    if (at === undefined || action === undefined) continue;
    issues.set(at, issueOf(action, positions.map((position) => actions[position]?.id ?? "")));
  }
  return issues;
}

function issueOf(action: Action, ids: readonly string[]): VerifyIssue {
  const shown = ids.slice(0, IDS_SHOWN).map(quote).join(", ") +
    (ids.length > IDS_SHOWN ? ` and ${ids.length - IDS_SHOWN} more` : "");
  const isLoop = ids.length >= LOOP_CALLS;
  const tool = quote(action.tool ?? "");
  return {
    action_id: action.id,
    severity: isLoop ? "error" : "warning",
    message: isLoop
      ? `Likely loop: tool ${tool} is called ${ids.length} times with the same parameters (${shown})`
      : `Tool ${tool} is called twice with the same parameters (${shown})`,
    tier: "heuristic",
  };
}
