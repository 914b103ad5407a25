// How strong a reminder is, and how strong it must be:
//
//   score  = relevance · role · confidence / (1 + 0.1 · times reminded)
//   needed = 0.25 / (1 + pressure)
//
// Relevance is the activation of a query, 0 to 1. The more goes wrong, the weaker a reminder may be;
// and what went wrong decides which kind of fact counts more.

import type { Confidence } from "../fact.ts";
import type { Trigger } from "../intervention.ts";
import type { FactRow } from "../store.ts";

/**
 * About half of the weight of what the agent said: a fact that has all its words and no more reaches
 * 0.56, because the rest is for subjects named in whole. Less is chance, and an interruption costs
 * more than a fact that must be asked for.
 */
const NEEDED = 0.25;
/** After ten times a reminder is half as strong: whoever did not heed it will not now. */
const FATIGUE = 0.1;
/** A third failure says as much as a tenth. */
const FAILURES_MAX = 3;

/** What each sign adds to the pressure; the dearest mistake weighs most. */
const PRESSURES = {
  failure: 0.25,
  toolError: 0.5,
  explicitUncertainty: 0.5,
  highRiskAction: 0.75,
  contextShift: 0.25,
} as const;

/** By how much a sign lifts the kind of fact that answers it; two signs are twice as clear. */
const ROLE_SHARE = 0.5;
const ROLE_SHARE_OF_FAILURE = 0.25;
/** What is said with doubt should not interrupt as readily. */
const CONFIDENCE: Readonly<Record<Confidence, number>> = { high: 1, medium: 0.9, low: 0.6 };

/** The score a candidate needs under these signs. */
export function neededScore(trigger: Trigger): number {
  const pressure = PRESSURES.failure * failuresOf(trigger) +
    PRESSURES.toolError * Number(trigger.toolError ?? false) +
    PRESSURES.explicitUncertainty * Number(trigger.explicitUncertainty ?? false) +
    PRESSURES.highRiskAction * Number(trigger.highRiskAction ?? false) +
    PRESSURES.contextShift * Number(trigger.contextShift ?? false);
  return NEEDED / (1 + pressure);
}

/** A candidate as it is scored. */
export interface Scoring {
  readonly row: FactRow;
  readonly relevance: number;
  readonly timesReminded: number;
}

/** The score of a candidate under these signs. */
export function scoreOf({ row, relevance, timesReminded }: Scoring, trigger: Trigger): number {
  const fatigue = 1 / (1 + FATIGUE * timesReminded);
  return relevance * roleFactor(row, trigger) * CONFIDENCE[row.confidence] * fatigue;
}

// Experience for what failed, constraints for what is risky, what is known for what is unsure.
function roleFactor({ kind, isConstraint }: FactRow, trigger: Trigger): number {
  const { toolError = false, explicitUncertainty = false } = trigger;
  const { highRiskAction = false, contextShift = false } = trigger;
  let factor = 1;
  if (kind === "procedural") {
    factor += ROLE_SHARE * Number(toolError) + ROLE_SHARE_OF_FAILURE * failuresOf(trigger);
  } else if (kind !== "constraint") {
    factor += ROLE_SHARE * Number(explicitUncertainty);
  }
  if (kind === "constraint" || isConstraint) {
    factor += ROLE_SHARE * Number(highRiskAction) + ROLE_SHARE * Number(contextShift);
  }
  return factor;
}

function failuresOf({ repeatedFailures = 0 }: Trigger): number {
  return Math.min(repeatedFailures, FAILURES_MAX);
}
