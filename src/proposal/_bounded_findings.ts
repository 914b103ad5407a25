// A report has to fit into an answer that a model reads. A plan that is wrong all over is known to be
// wrong after a hundred findings; the last one then says how many there are besides.

import type { VerifyIssue } from "./verify_report.ts";

/** Findings listed in one report, and conflicts as well. */
export const FINDINGS_MAX = 100;

/** All issues in their order, or when there are too many: errors first choice, and a count of the rest. */
export function boundIssues(issues: readonly VerifyIssue[]): readonly VerifyIssue[] {
  if (issues.length <= FINDINGS_MAX) return issues;
  const errors = issues.filter((issue) => issue.severity === "error");
  const warnings = issues.filter((issue) => issue.severity === "warning");
  const kept = new Set([...errors, ...warnings].slice(0, FINDINGS_MAX));
  const errorsLeft = Math.max(0, errors.length - FINDINGS_MAX);
  return [...issues.filter((issue) => kept.has(issue)), {
    action_id: null,
    severity: errorsLeft > 0 ? "error" : "warning",
    message: `${issues.length - FINDINGS_MAX} more findings are not listed, ` +
      `${errorsLeft} of them errors`,
    tier: "decision_procedure",
  }];
}
