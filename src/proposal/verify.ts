// Static verification of a plan: what can be known without running anything. The actions are walked
// once in the order of the array over a forward state; the effects of an action that is blocked are
// applied all the same, so that one mistake is reported once and not by everything that follows.

import { LIMIT_RANGES } from "../base/limit_ranges.ts";
import { checkActionCount } from "./_action_count.ts";
import { boundIssues, FINDINGS_MAX } from "./_bounded_findings.ts";
import { type ActionCheckOptions, checkActions } from "./_check_actions.ts";
import { findRepeatedCalls } from "./_repeated_calls.ts";
import { findWriteConflicts, type FoundConflict } from "./_write_conflicts.ts";
import { type Action, identifyActions, type ParsedProposal } from "./action_proposal.ts";
import { buildDependencyGraph } from "./dependency_graph.ts";
import { quote } from "./json_value.ts";
import type { VerifyIssue, VerifyReport } from "./verify_report.ts";

/** Options of `verify()`. */
export interface VerifyOptions extends ActionCheckOptions {
  /** A plan with more actions gets a warning; default 30. */
  readonly maxActions?: number;
  /** A plan with more actions is refused; default `proposalActionsMax` of the limits. */
  readonly actionsMax?: number;
}

const MAX_ACTIONS_STANDARD = 30;

/**
 * Checks a plan and says what it would do. Same plan, same report. Throws CarError "limit_reached"
 * when the plan has more actions than `actionsMax`, or its searches are too large to carry out.
 */
export function verify(proposal: ParsedProposal, options: VerifyOptions = {}): VerifyReport {
  const { maxActions = MAX_ACTIONS_STANDARD } = options;
  const { actionsMax = LIMIT_RANGES.proposalActionsMax.standard } = options;
  checkActionCount(proposal, actionsMax);
  const actions = identifyActions(proposal.actions);
  const graph = buildDependencyGraph(actions);
  const conflicts = findWriteConflicts(actions, graph);
  const checked = checkActions(actions, options);
  const issues = [
    ...tooManyActions(actions, maxActions),
    ...inOrder(actions, checked.issues, conflicts),
  ];
  return {
    valid: issues.every((issue) => issue.severity !== "error"),
    issues: [...boundIssues(issues)],
    simulated_state: checked.state.toJson(),
    execution_levels: graph.levels.map((level) => level.map((at) => actions[at]?.id ?? "")),
    conflicts: conflicts.slice(0, FINDINGS_MAX).map((found) => found.conflict),
  };
}

function tooManyActions(actions: readonly Action[], maxActions: number): readonly VerifyIssue[] {
  if (actions.length <= maxActions) return [];
  return [{
    action_id: null,
    severity: "warning",
    message: `The plan has ${actions.length} actions, more than max_actions ${maxActions}`,
    tier: "decision_procedure",
  }];
}

// Issues action by action: what is wrong with it, whether it repeats a call, what it races with.
function inOrder(
  actions: readonly Action[],
  byAction: readonly (readonly VerifyIssue[])[],
  conflicts: readonly FoundConflict[],
): readonly VerifyIssue[] {
  const repeated = findRepeatedCalls(actions);
  const races = Map.groupBy(conflicts, (found) => found.position);
  return actions.flatMap((_, position) => {
    const repeat = repeated.get(position);
    return [
      ...byAction[position] ?? [],
      ...(repeat === undefined ? [] : [repeat]),
      ...(races.get(position) ?? []).map((found) => raceIssue(found)),
    ];
  });
}

function raceIssue({ conflict: { key }, earlier, later }: FoundConflict): VerifyIssue {
  return {
    action_id: later,
    severity: "warning",
    message:
      `${quote(earlier)} and ${quote(later)} both write ${quote(key)} and nothing orders them; ` +
      `let the later one depend on the earlier one, or give both expected_effects for the key`,
    tier: "decision_procedure",
  };
}
