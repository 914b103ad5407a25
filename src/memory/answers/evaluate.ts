// Tries the selector on cases whose answers are known, beside three simpler ways to remind. A case
// counts once, whatever was shown in it: what is measured is whether an interruption was worth it.

import type { Weighing } from "./intervene.ts";
import type { Evaluation, EvaluationCase, ModeReport } from "../intervention.ts";

const STEPS = 10_000; // Four decimals.

interface WeighedCase {
  readonly relevant: ReadonlySet<string>;
  readonly ids: readonly string[];
  readonly selected: readonly string[];
}

/** The reports over all cases, which are weighed one after the other. Throws `invalid_argument`. */
export async function evaluate(
  cases: readonly EvaluationCase[],
  weigh: (one: EvaluationCase) => Promise<Weighing>,
): Promise<Evaluation> {
  const weighed: WeighedCase[] = [];
  for (const one of cases) {
    const { candidates, decision } = await weigh(one);
    const ids = candidates.map(({ id }) => id);
    const selected = decision.decision === "inject" ? [decision.selected.id] : [];
    weighed.push({ relevant: new Set(one.relevantIds), ids, selected });
  }
  type Shown = (one: WeighedCase) => readonly string[];
  const report = (shown: Shown) =>
    reportOn(weighed.map((one) => ({ relevant: one.relevant, shown: shown(one) })));
  return {
    cases: cases.length,
    selective: report(({ selected }) => selected),
    alwaysInject: report(({ ids }) => ids.slice(0, 1)),
    passiveRetrieval: report(({ ids }) => ids),
    noMemory: report(() => []),
  };
}

interface ShownCase {
  readonly relevant: ReadonlySet<string>;
  readonly shown: readonly string[];
}

function reportOn(cases: readonly ShownCase[]): ModeReport {
  const interventions = cases.filter(({ shown }) => shown.length > 0).length;
  const hits = cases.filter(({ relevant, shown }) => shown.some((id) => relevant.has(id))).length;
  const wanted = cases.filter(({ relevant }) => relevant.size > 0).length;
  return {
    interventions,
    truePositives: hits,
    falsePositives: interventions - hits,
    falseNegatives: wanted - hits,
    precision: ratio(hits, interventions),
    recall: ratio(hits, wanted),
    interruptionRate: ratio(interventions, cases.length),
    candidatesExposed: ratio(cases.reduce((sum, { shown }) => sum + shown.length, 0), cases.length),
  };
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.round(part / whole * STEPS) / STEPS;
}
