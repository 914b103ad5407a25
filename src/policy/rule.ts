// What a rule is once it was read, and what can come of it. A rule has an id that names its kind and
// what it is about, never a text that it looks for.

import type { CallTexts, Params } from "./_call_texts.ts";

/** A call as rules see it. */
export interface PolicyCall {
  /** The name of the tool, as it is listed. */
  readonly tool: string;
  /** Other names that reach the same tool; a rule about any of them holds. */
  readonly aliases?: readonly string[] | undefined;
  readonly params: Params;
  /** On whose behalf; rates are counted for each. */
  readonly principal: string;
  /** The absolute folder the caller works in; undefined when it named none. */
  readonly project?: string | undefined;
  /** Whether the call was counted already, in an earlier round of the same call. */
  readonly isCounted?: boolean;
}

/** All names that reach the tool of a call. */
export function namesOf({ tool, aliases }: PolicyCall): readonly string[] {
  return aliases === undefined ? [tool] : [tool, ...aliases];
}

/** What a rule says about one call. */
export interface Finding {
  /** The file of the rule; `built-in` for the egress guard. */
  readonly source: string;
  /** The id of the rule. */
  readonly rule: string;
  readonly severity: "deny" | "warn";
  readonly reason: string;
}

/** What every rule has. */
export interface RuleBase {
  readonly id: string;
  readonly source: string;
  /** Whether the rule is about a tool that is reached by these names. */
  readonly isAbout: (names: readonly string[]) => boolean;
}

/** A rule that looks at the arguments. */
export interface DenyRule extends RuleBase {
  /** Why the call is denied; undefined when the rule lets it pass. */
  readonly judge: (params: Params, texts: CallTexts) => string | undefined;
}

/** A rule that counts calls. */
export interface RateRule extends RuleBase {
  readonly callsMax: number;
  readonly intervalMs: number;
}

/** A rule that leaves it to the person at the client. */
export interface ApprovalRule extends RuleBase {
  /** What the person is told, in the words of whoever wrote the rule. */
  readonly reason?: string | undefined;
}

/** Rules of one or several files, in their order. */
export interface RuleSet {
  readonly denials: readonly DenyRule[];
  readonly rates: readonly RateRule[];
  readonly approvals: readonly ApprovalRule[];
  /** How many there are. */
  readonly count: number;
}

/** No rules. */
export const NO_RULES: RuleSet = Object.freeze({ denials: [], rates: [], approvals: [], count: 0 });

/** All rules of several sets; a call has to pass every one. */
export function mergeRules(sets: readonly RuleSet[]): RuleSet {
  return {
    denials: sets.flatMap((set) => set.denials),
    rates: sets.flatMap((set) => set.rates),
    approvals: sets.flatMap((set) => set.approvals),
    count: sets.reduce((sum, set) => sum + set.count, 0),
  };
}
