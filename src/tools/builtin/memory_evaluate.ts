// `memory_evaluate`: how well memory_intervene does on cases whose answers are known.

import { z } from "zod";
import type { Limits } from "../../base/limits.ts";
import type { MemoryEngine } from "../../memory/engine.ts";
import type { ModeReport } from "../../memory/intervention.ts";
import { defineTool, type Tool } from "../definition.ts";
import { namespaceOf } from "../namespace.ts";
import { interventionFields, interventionRequest } from "./_intervention_fields.ts";

/** What the tool works with. */
export interface MemoryEvaluateParts {
  readonly memory: MemoryEngine;
  readonly limits: Limits;
}

// Each case is a few queries, which nothing interrupts; so many take less than a second.
const CASES_MAX = 200;
const RELEVANT_MAX = 256;

function inputSchema(limits: Limits) {
  return z.object({
    cases: z.array(z.strictObject({
      id: z.string().describe("A name for the case"),
      request: z.strictObject(interventionFields(limits)).describe(
        "What memory_intervene would be asked",
      ),
      relevant_fact_ids: z.array(z.string()).max(RELEVANT_MAX).optional().describe(
        "Facts that would be a good reminder. Default: none, silence is right",
      ),
    })).max(CASES_MAX).describe(`At most ${CASES_MAX}, each with an id of its own`),
  });
}

const MODE = z.object({
  interventions: z.number().int().describe("Cases in which something was shown"),
  true_positives: z.number().int().describe("Cases in which something relevant was shown"),
  false_positives: z.number().int().describe(
    "Cases in which nothing of what was shown was relevant",
  ),
  false_negatives: z.number().int().describe(
    "Cases with something relevant in which none of it was shown",
  ),
  precision: z.number().describe("true_positives / interventions"),
  recall: z.number().describe("true_positives / cases with something relevant"),
  interruption_rate: z.number().describe("interventions / cases"),
  avg_candidates_exposed: z.number().describe("Facts shown, on the average of all cases"),
});

const OUTPUT = z.object({
  cases: z.number().int(),
  selective: MODE.describe("What memory_intervene decides"),
  always_inject: MODE.describe("The best candidate, however weak"),
  passive_retrieval: MODE.describe("All candidates"),
  no_memory: MODE.describe("Nothing"),
});

/** Makes the tool. */
export function memoryEvaluate({ memory, limits }: MemoryEvaluateParts): Tool {
  return defineTool({
    name: "memory_evaluate",
    title: "Evaluate reminders",
    description:
      "Tries memory_intervene on labelled cases beside three simpler ways: always remind, show all candidates, never remind. Nothing is counted or changed.",
    input: inputSchema(limits),
    output: OUTPUT,
    readOnly: true,
    idempotent: true,
    precheck: complaintOfIds,
    async run({ cases }, context) {
      const evaluation = await memory.evaluate(cases.map(({ request, relevant_fact_ids }) => ({
        namespace: namespaceOf(context, request.tenant_id),
        request: interventionRequest(request),
        relevantIds: relevant_fact_ids ?? [],
      })));
      return {
        structured: {
          cases: evaluation.cases,
          selective: viewOf(evaluation.selective),
          always_inject: viewOf(evaluation.alwaysInject),
          passive_retrieval: viewOf(evaluation.passiveRetrieval),
          no_memory: viewOf(evaluation.noMemory),
        },
      };
    },
  });
}

// Two cases under one name are mostly one case twice, which would count double.
function complaintOfIds({ cases }: { readonly cases?: unknown }): string | undefined {
  if (!Array.isArray(cases)) return undefined;
  const ids = cases.slice(0, CASES_MAX).map((one) => one?.id);
  const at = ids.findIndex((id, place) => typeof id === "string" && ids.indexOf(id) !== place);
  return at === -1
    ? undefined
    : `Argument "cases.${at}.id": another case has it, at ${ids.indexOf(ids[at])}`;
}

function viewOf(report: ModeReport): z.output<typeof MODE> {
  return {
    interventions: report.interventions,
    true_positives: report.truePositives,
    false_positives: report.falsePositives,
    false_negatives: report.falseNegatives,
    precision: report.precision,
    recall: report.recall,
    interruption_rate: report.interruptionRate,
    avg_candidates_exposed: report.candidatesExposed,
  };
}
