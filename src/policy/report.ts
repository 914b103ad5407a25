// A decision as it is shown: to a model by `policy_check`, to a person or a script by the command line.

import { expectApproval } from "./approval.ts";
import type { Basis } from "./decide.ts";
import type { Explanation, ReportedSource } from "./policies.ts";
import type { Finding } from "./rule.ts";

/** What the policies say about a call, and why. */
export interface PolicyReport {
  readonly decision: "allow" | "deny";
  readonly basis: Basis;
  readonly tool: string;
  readonly findings: readonly Finding[];
  /** Rules in force, about this tool or others. */
  readonly rules_loaded: number;
  readonly policy_sources: readonly ReportedSource[];
}

/** Reports on a call of a tool by a client that can or cannot be asked for approval. */
export function policyReport(
  tool: string,
  explanation: Explanation,
  canBeAsked: boolean,
): PolicyReport {
  const { decision, basis, findings, rulesLoaded } = expectApproval(
    explanation.decision,
    canBeAsked,
  );
  return {
    decision,
    basis,
    tool,
    findings,
    rules_loaded: rulesLoaded,
    policy_sources: explanation.sources,
  };
}
