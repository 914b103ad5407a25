// Tries the selector on cases whose answers are known, beside three simpler ways to remind. A case
// counts once, whatever was shown in it: what is measured is whether an interruption was worth it.

import { weigh } from "./intervene.ts";
import type { Reading } from "./reading.ts";
import type { Evaluation, EvaluationCase, ModeReport } from "../intervention.ts";

const STEPS = 10_000; // Four decimals.

/** The reports over all cases; `readingOf` gives the namespace of a case. Throws `invalid_argument`. */
export function evaluate(
  cases: readonly EvaluationCase[],
  readingOf: (namespace: string) => Reading,
): Evaluation {
  const weighed = cases.map(({ namespace, request, relevantIds }) => {
    const { candidates, decision } = weigh(readingOf(namespace), request);
    const ids = candidates.map(({ id }) => id);
    const selected = decision.decision === "inject" ? [decision.selected.id] : [];
    return { relevant: new Set(relevantIds), ids, selected };
  });
  type Shown = (one: typeof weighed[number]) => readonly string[];
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
