// The one place where calls meet the rules, whoever provides the tool. A call is looked at, then a
// person is asked where a rule wants it, and only a call that may be made is counted: a question that is
// asked twice for one call counts nothing twice. What was decided is noted, except where no rule had a
// say.

import type { Clock } from "../base/clock.ts";
import { type Eventually, whenReady } from "../base/eventually.ts";
import { approvalDenial } from "../policy/approval.ts";
import { type Decision, denial, NO_RULES_DECISION, rateReason } from "../policy/decide.ts";
import type { DecisionLog } from "../policy/decision_log.ts";
import type { Policies } from "../policy/policies.ts";
import type { Finding, PolicyCall } from "../policy/rule.ts";
import type { JsonObject } from "../protocol/json_rpc.ts";
import type { CallContext } from "../rpc/context.ts";
import type { Approver } from "./approver.ts";

/** What the gate is composed of. */
export interface PolicyGateOptions {
  readonly policies: Policies;
  readonly approver: Approver;
  readonly decisions: DecisionLog;
  readonly clock: Clock;
}

/** A call that wants to pass. */
export interface GatedCall {
  /** The tool's name as it is listed. */
  readonly tool: string;
  /** Other names that stand for the tool in rules. */
  readonly aliases: readonly string[] | undefined;
  /** The name it was called by. */
  readonly calledName: string;
  readonly args: JsonObject;
}

/** Lets calls pass or refuses them. */
export class PolicyGate {
  readonly #options: PolicyGateOptions;

  constructor(options: PolicyGateOptions) {
    this.#options = options;
  }

  /** Why a call is refused, for its caller; undefined when it may be made. */
  admit(gated: GatedCall, context: CallContext): Eventually<string | undefined> {
    const seen = policyCallOf(gated, context);
    // A stateless call that asks is made again with the answers, and is one call.
    const call = context.isMarked(ADMITTED) ? { ...seen, isCounted: true } : seen;
    const decision = this.#options.policies.decide(call);
    return decision instanceof Promise
      ? decision.then((ready) => this.#settle(call, ready, context))
      : this.#settle(call, decision, context);
  }

  #settle(
    call: PolicyCall,
    decision: Decision,
    context: CallContext,
  ): Eventually<string | undefined> {
    if (decision === NO_RULES_DECISION) return undefined;
    if (decision.decision === "deny") {
      return this.#refuse(call, decision.findings.filter(({ severity }) => severity === "deny"));
    }
    const { approvals } = decision;
    if (approvals.length === 0) return this.#countAndPass(call, decision, context);
    const request = { tool: call.tool, args: call.params, rules: approvals };
    return whenReady(
      this.#options.approver.ask(request, context),
      (approval) =>
        approval === "approved"
          ? this.#countAndPass(call, decision, context)
          : this.#refuse(call, approvals.map((rule) => approvalDenial(rule, approval))),
    );
  }

  #countAndPass(
    call: PolicyCall,
    decision: Decision,
    context: CallContext,
  ): string | undefined {
    if (call.isCounted) return undefined;
    // While a person thought it over, other calls may have used up what was left.
    const full = this.#options.policies.count(decision.rates, call.principal);
    if (full !== undefined) return this.#refuse(call, [denial(full, rateReason(full))]);
    context.mark(ADMITTED);
    if (decision.basis === "no_rules_configured" && decision.findings.length === 0) {
      return undefined;
    }
    const warnings = decision.findings.map(({ rule }) => rule);
    this.#note(call, "allow", [...warnings, ...decision.approvals.map(({ id }) => id)]);
    return undefined;
  }

  #refuse(call: PolicyCall, denials: readonly Finding[]): string {
    this.#note(call, "deny", denials.map(({ rule }) => rule));
    const shown = denials.slice(0, DENIALS_SHOWN).map(({ rule, reason }) => `${rule} (${reason})`);
    const more = denials.length - shown.length;
    return `Denied by policy: ${shown.join("; ")}${more > 0 ? `; and ${more} more` : ""}`;
  }

  #note(call: PolicyCall, decision: "allow" | "deny", rules: readonly string[]): void {
    const { decisions, clock } = this.#options;
    const { principal, tool } = call;
    const noted = rules.slice(0, RULES_NOTED);
    decisions.note({ atMs: clock.now(), principal, tool, decision, rules: noted });
  }
}

// Marks a call that was counted.
const ADMITTED = "admitted";
// What a model and a line of the log can make use of.
const DENIALS_SHOWN = 8;
const RULES_NOTED = 32;

/** A call of a client as the rules see it. */
export function policyCallOf(gated: GatedCall, context: CallContext): PolicyCall {
  return {
    tool: gated.tool,
    aliases: otherNamesOf(gated),
    params: gated.args,
    principal: context.principal.id,
    project: context.origin.project,
  };
}

function otherNamesOf({ tool, aliases, calledName }: GatedCall): readonly string[] | undefined {
  // So it is with most calls.
  if (aliases === undefined && calledName === tool) return undefined;
  const others = [...new Set([...aliases ?? [], calledName])].filter((name) => name !== tool);
  return others.length === 0 ? undefined : others;
}
