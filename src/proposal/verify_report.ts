// What `verify()` answers, as a schema: the tool that offers it declares this as its output.

import { z } from "zod";
import { jsonObjectSchema } from "./json_value.ts";

/** One finding. */
export const VerifyIssueSchema = z.object({
  action_id: z.string().nullable().describe("The action it is about; null for the plan as a whole"),
  severity: z.enum(["error", "warning"]).describe("An error makes the plan invalid"),
  message: z.string().describe("What is wrong and what would be right"),
  tier: z.enum(["decision_procedure", "heuristic"]).describe(
    "decision_procedure: certain; heuristic: a likely mistake",
  ),
});

/** Two writes of one key whose order nothing fixes. */
export const WriteConflictSchema = z.object({
  key: z.string().describe("The key as the later of the two actions writes it"),
  // Not a tuple: its schema says `false` where some clients want an object.
  actions: z.array(z.string()).length(2).describe("Ids of the two, in the order of the plan"),
});

/** The whole report. */
export const VerifyReportSchema = z.object({
  valid: z.boolean().describe("False only when there is an error"),
  issues: z.array(VerifyIssueSchema).describe(
    "The first 100 findings, errors before warnings, in the order of the plan; then a count of the rest",
  ),
  simulated_state: jsonObjectSchema(
    "The state after all expected effects, those of blocked actions included",
  ),
  execution_levels: z.array(z.array(z.string())).describe(
    "Ids of actions in layers; the actions of a layer do not wait for each other",
  ),
  conflicts: z.array(WriteConflictSchema).describe(
    "Unordered writes of one key, in pairs; the first 100",
  ),
});

/** One finding. */
export type VerifyIssue = z.output<typeof VerifyIssueSchema>;

/** Two writes of one key whose order nothing fixes. */
export type WriteConflict = z.output<typeof WriteConflictSchema>;

/** What `verify()` answers. */
export type VerifyReport = z.output<typeof VerifyReportSchema>;
