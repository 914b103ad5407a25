// The request of `memory_intervene`, which `memory_evaluate` takes in each of its cases.

import { z } from "zod";
import { given } from "../../base/given.ts";
import type { Limits } from "../../base/limits.ts";
import type { InterventionRequest } from "../../memory/intervention.ts";
import { INNER_TENANT_ID } from "./_fields.ts";

const RECENT_MAX = 32;
const CANDIDATES_MAX = 32;
const CANDIDATES_STANDARD = 8;

const TRIGGER = z.strictObject({
  repeated_failures: z.number().int().min(0).optional().describe(
    "How often the same thing failed in a row",
  ),
  tool_error: z.boolean().optional().describe("The last tool call failed"),
  explicit_uncertainty: z.boolean().optional().describe("You said that you are not sure"),
  high_risk_action: z.boolean().optional().describe("The next step can do harm"),
  context_shift: z.boolean().optional().describe("The subject of the work has changed"),
});

/** The schema of a request. */
export function interventionFields(limits: Limits) {
  return {
    query: z.string().optional().describe(
      `What you are about to do. At most ${limits.queryBytesMax} bytes`,
    ),
    recent: z.array(z.string()).max(RECENT_MAX).optional().describe(
      `What was said and done last, the newest at the end; what stands in it is not repeated. At most ${RECENT_MAX} texts of ${limits.queryBytesMax} bytes`,
    ),
    trigger: TRIGGER.optional().describe("Signs that a reminder may be worth it"),
    force: z.boolean().optional().describe(
      "Give the best reminder there is, however weak. Default: false",
    ),
    max_candidates: z.number().int().min(1).max(CANDIDATES_MAX).optional().describe(
      `How many facts to weigh, 1 to ${CANDIDATES_MAX}. Default: ${CANDIDATES_STANDARD}`,
    ),
    tenant_id: INNER_TENANT_ID,
  };
}

/** A request as it was given. */
export type InterventionInput = z.output<z.ZodObject<ReturnType<typeof interventionFields>>>;

/** The request as the engine takes it. */
export function interventionRequest(input: InterventionInput): InterventionRequest {
  const { query, recent, trigger, force, max_candidates } = input;
  return {
    ...given("query", query),
    ...given("recent", recent),
    ...given("force", force),
    ...given("maxCandidates", max_candidates),
    ...(trigger === undefined ? {} : {
      trigger: {
        ...given("repeatedFailures", trigger.repeated_failures),
        ...given("toolError", trigger.tool_error),
        ...given("explicitUncertainty", trigger.explicit_uncertainty),
        ...given("highRiskAction", trigger.high_risk_action),
        ...given("contextShift", trigger.context_shift),
      },
    }),
  };
}
