// Reminding unasked: before its next step an agent says what it is about, and is reminded of at most one
// thing, or of none. What it may be reminded of is the bank: knowledge, experience, constraints and
// decisions.

import type { FactKind } from "./fact.ts";

/** Signs that a reminder may be worth an interruption. */
export interface Trigger {
  /** Tries of the same thing that failed in a row. */
  readonly repeatedFailures?: number;
  readonly toolError?: boolean;
  readonly explicitUncertainty?: boolean;
  readonly highRiskAction?: boolean;
  readonly contextShift?: boolean;
}

/** What the agent is about. */
export interface InterventionRequest {
  readonly query?: string;
  /** What was said and done last, the newest at the end. */
  readonly recent?: readonly string[];
  readonly trigger?: Trigger;
  /** Remind of the best candidate, however weak; for trying things out. Default false. */
  readonly force?: boolean;
  /** Facts that are weighed, 1 to 32; default 8. */
  readonly maxCandidates?: number;
}

/** A fact that was weighed. */
export interface Candidate {
  readonly id: string;
  readonly subject: string;
  readonly body: string;
  readonly kind: FactKind;
  /** 0 or more, four decimals. */
  readonly score: number;
  readonly why: string;
  /** How often it was put before an agent, this time included. */
  readonly timesReminded: number;
}

/** Facts of the bank, by kind. */
export interface Bank {
  readonly knowledge: number;
  readonly procedural: number;
  readonly constraint: number;
  readonly decision: number;
  /** True when a status is set. */
  readonly status: boolean;
}

/** What was decided. */
export type Intervention =
  & { readonly candidates: number; readonly bank: Bank }
  & (
    | { readonly decision: "inject"; readonly selected: Candidate }
    | { readonly decision: "silent"; readonly reason: string }
  );

/** A request with what would have been a good reminder. */
export interface EvaluationCase {
  readonly namespace: string;
  readonly request: InterventionRequest;
  /** Empty: silence is right. */
  readonly relevantIds: readonly string[];
}

/** How one way to remind did over all cases. */
export interface ModeReport {
  /** Cases in which something was shown. */
  readonly interventions: number;
  /** Cases in which something relevant was shown. */
  readonly truePositives: number;
  /** Cases in which something was shown and nothing of it was relevant. */
  readonly falsePositives: number;
  /** Cases with something relevant in which none of it was shown. */
  readonly falseNegatives: number;
  /** Of the interventions, the share with something relevant; 0 without any. Four decimals. */
  readonly precision: number;
  /** Of the cases with something relevant, the share in which it was shown; 0 without any. */
  readonly recall: number;
  /** Of all cases, the share with an intervention. */
  readonly interruptionRate: number;
  /** Facts shown, on the average of all cases. */
  readonly candidatesExposed: number;
}

/** The selector beside three simpler ways. */
export interface Evaluation {
  readonly cases: number;
  /** What `intervene` decides. */
  readonly selective: ModeReport;
  /** The best candidate, however weak. */
  readonly alwaysInject: ModeReport;
  /** All candidates. */
  readonly passiveRetrieval: ModeReport;
  readonly noMemory: ModeReport;
}
