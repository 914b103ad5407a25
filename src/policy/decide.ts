// From rules and a call to a decision. Rules only restrict: a call has to pass every one that is about
// its tool, so the order of files changes what is said, never what is decided. Nothing is counted here
// and nobody is asked; that is for whoever lets the call through.

import { CallTexts } from "./_call_texts.ts";
import { guardEgress, isGuarded } from "./egress_guard.ts";
import type { RateWindows } from "./rate_windows.ts";
import {
  type ApprovalRule,
  type Finding,
  namesOf,
  NO_RULES,
  type PolicyCall,
  type RateRule,
  type RuleBase,
  type RuleSet,
} from "./rule.ts";

/** What a decision rests on. */
export type Basis =
  | "denied_by_rule"
  | "passed_rules"
  | "no_rules_configured"
  | "policy_load_failed";

/** What the rules say about a call. */
export interface Decision {
  readonly decision: "allow" | "deny";
  readonly basis: Basis;
  readonly findings: readonly Finding[];
  /** How many rules there are, about this tool or others. */
  readonly rulesLoaded: number;
  /** Rules that count the call once it is let through. */
  readonly rates: readonly RateRule[];
  /** Rules that leave the call to the person at the client. */
  readonly approvals: readonly ApprovalRule[];
}

/** A call that no rule is about. */
export const NO_RULES_DECISION: Decision = Object.freeze({
  decision: "allow",
  basis: "no_rules_configured",
  findings: [],
  rulesLoaded: 0,
  rates: [],
  approvals: [],
});

/** What a decision is made from. */
export interface DecideOptions {
  /** The rules of each place that counts. */
  readonly sets: readonly RuleSet[];
  /** One for each place whose rules could not be read; any denies. */
  readonly failures: readonly Finding[];
  readonly windows: RateWindows;
  /** Steady time in milliseconds. */
  readonly nowMs: number;
}

/** Decides about a call. */
export function decide(call: PolicyCall, options: DecideOptions): Decision {
  const { sets, failures, windows, nowMs } = options;
  const names = namesOf(call);
  const guarded = isGuarded(names);
  const hasRules = sets.some((set) => set !== NO_RULES);
  if (!hasRules && !guarded && failures.length === 0) return NO_RULES_DECISION;
  const about = <Rule extends RuleBase>(rules: (set: RuleSet) => readonly Rule[]) =>
    sets.flatMap((set) => rules(set).filter((each) => each.isAbout(names)));
  const texts = new CallTexts(call.params);
  const rates = about((set) => set.rates);
  const findings = about((set) => set.denials).flatMap((rule): readonly Finding[] => {
    const reason = rule.judge(call.params, texts);
    return reason === undefined ? [] : [denial(rule, reason)];
  });
  for (const rule of call.isCounted ? [] : rates) {
    if (windows.isFull(rule, call.principal, nowMs)) findings.push(denial(rule, rateReason(rule)));
  }
  if (guarded) findings.push(...guardEgress(texts));
  findings.push(...failures);
  const isDenied = findings.some((finding) => finding.severity === "deny");
  const rulesLoaded = sets.reduce((sum, set) => sum + set.count, 0);
  return {
    decision: isDenied ? "deny" : "allow",
    basis: failures.length > 0 ? "policy_load_failed" : basisOf(isDenied, rulesLoaded),
    findings,
    rulesLoaded,
    rates,
    approvals: about((set) => set.approvals),
  };
}

function basisOf(isDenied: boolean, rulesLoaded: number): Basis {
  if (isDenied) return "denied_by_rule";
  return rulesLoaded === 0 ? "no_rules_configured" : "passed_rules";
}

/** What a rule that denies says. */
export function denial(
  rule: { readonly id: string; readonly source: string },
  reason: string,
): Finding {
  return { source: rule.source, rule: rule.id, severity: "deny", reason };
}

/** What a rule that counts says when there were too many. */
export function rateReason({ callsMax, intervalMs }: RateRule): string {
  return `At most ${callsMax} calls are allowed in ${intervalMs / 1_000} seconds`;
}
