// Calls that a person has to approve. Whether the person can be asked is known to whoever speaks with
// the client; here it is only said what follows from it.

import { type Decision, denial } from "./decide.ts";
import type { ApprovalRule, Finding } from "./rule.ts";

/** How asking a person ended. */
export type Approval = "approved" | "declined" | "cannot_be_asked";

/** What a rule says about a call that was not approved. */
export function approvalDenial(
  rule: ApprovalRule,
  approval: Exclude<Approval, "approved">,
): Finding {
  return denial(
    rule,
    approval === "declined"
      ? "The person at the client did not approve the call"
      : "The call needs the approval of a person, and this client cannot be asked for it",
  );
}

/** A decision with what its approval rules mean before anybody was asked. */
export function expectApproval(decision: Decision, canBeAsked: boolean): Decision {
  const { approvals } = decision;
  if (approvals.length === 0) return decision;
  const expected = approvals.map((rule): Finding =>
    canBeAsked
      ? {
        source: rule.source,
        rule: rule.id,
        severity: "warn",
        reason: "The person at the client will be asked to approve the call",
      }
      : approvalDenial(rule, "cannot_be_asked")
  );
  const findings = [...decision.findings, ...expected];
  if (canBeAsked || decision.decision === "deny") return { ...decision, findings };
  return { ...decision, findings, decision: "deny", basis: "denied_by_rule" };
}
