// An ActionProposal: what an agent means to do, written down so that it can be checked before
// anything runs. The schema fills defaults in and keeps fields it does not know. Actions without an id
// are given one by `identifyActions()`: the same for the same plan, so that reports can be compared.

import { z } from "zod";
import { type JsonObject, jsonObjectSchema, ownValue } from "./json_value.ts";

/** What kinds of action there are. */
export const ACTION_TYPES = ["tool_call", "state_write", "state_read", "assertion"] as const;

const NOT_IDEMPOTENT = false;

const keys = (description: string) => z.array(z.string()).default([]).describe(description);

/** A condition on the state that must hold before an action. */
export const PreconditionSchema = z.looseObject({
  key: z.string().describe("State key to look at; a dotted path reaches into objects"),
  operator: z.string().default("eq").describe(
    "One of eq, neq, gt, lt, gte, lte, exists, not_exists, contains; any other fails",
  ),
  value: z.unknown().optional().describe(
    "What to compare with (absent means null; not used by exists and not_exists)",
  ),
  description: z.string().nullish().describe("Why the condition matters, for people"),
});

/** One step of a plan. */
export const ActionSchema = z.looseObject({
  id: z.string().min(1).nullish().describe("Name of the action, unique in the plan; default given"),
  type: z.enum(ACTION_TYPES).describe("What the action does"),
  tool: z.string().nullish().describe("Tool to call; needed when type is tool_call"),
  parameters: objectOr({}, "Arguments of the tool; for state_write: key and value"),
  preconditions: z.array(PreconditionSchema).default([]).describe(
    "Conditions that must hold on the state before the action",
  ),
  expected_effects: objectOr({}, "State keys the action sets, with the values they will have"),
  state_dependencies: keys("State keys that must have a value before the action"),
  read_set: keys("Other state keys the action reads"),
  write_set: keys("Other state keys the action may write, when the value is not known"),
  assumptions: z.array(z.unknown()).default([]).describe("What the plan takes for granted here"),
  invocation_mode: z.enum(["one_shot", "streaming", "long_running"]).default("one_shot")
    .describe("How the tool answers"),
  reversibility: z.enum(["irreversible", "reversible", "compensable"]).default("irreversible")
    .describe("Whether the action can be undone"),
  compensation: z.string().nullish().describe("Id of the action in this plan that undoes this one"),
  idempotent: z.boolean().default(NOT_IDEMPOTENT).describe(
    "Whether doing it twice is the same as once",
  ),
  max_retries: z.int().min(0).default(3).describe("How often to try again after a failure"),
  failure_behavior: z.enum(["abort", "retry", "skip"]).default("abort")
    .describe("What to do when the action fails"),
  timeout_ms: z.int().min(1).nullish().describe("Longest time for the action, in milliseconds"),
  metadata: objectOr({}, "Anything else; not looked at"),
});

/** A plan as it arrives over the wire. Unknown fields are kept. */
export const ActionProposalSchema = z.looseObject({
  id: z.string().min(1).nullish().describe("Id of the plan; not looked at"),
  source: z.string().default("unknown").describe("Who made the plan"),
  timestamp: z.string().refine(isTimestamp, "Invalid input: expected an RFC 3339 time")
    .meta({ format: "date-time" }).nullish()
    .describe("When the plan was made, RFC 3339, for example 2026-01-31T12:00:00Z"),
  context: objectOr({}, "What the plan is about; not looked at"),
  actions: z.array(ActionSchema).describe("The steps, in the order in which they are meant"),
});

/** A plan as it came in, beside what the schema makes of it; for answers that give it back. */
export interface ReceivedProposal {
  readonly received: JsonObject;
  readonly parsed: ParsedProposal;
}

const { $schema: _dialect, ...PROPOSAL_SHAPE } = z.toJSONSchema(ActionProposalSchema, {
  io: "input",
});

/** Reads a `ReceivedProposal`; on the wire it looks like `ActionProposalSchema`. */
export const ReceivedProposalSchema = z.unknown()
  .transform((received, context): ReceivedProposal => {
    const parsed = ActionProposalSchema.safeParse(received, { reportInput: true });
    // What passed the schema is a JSON object.
    if (parsed.success) return { received: received as JsonObject, parsed: parsed.data };
    // An issue that was reported with its input is what zod takes in again.
    context.issues.push(...parsed.error.issues as z.core.$ZodRawIssue[]);
    return z.NEVER;
  })
  .meta({ ...PROPOSAL_SHAPE });

/** A precondition with its defaults filled in. */
export type Precondition = z.output<typeof PreconditionSchema>;

/** What the schema gives: defaults filled in, ids perhaps missing. */
export type ParsedProposal = z.output<typeof ActionProposalSchema>;

/** An action that has an id. */
export type Action = z.output<typeof ActionSchema> & { readonly id: string };

/** The actions with ids: `action_<position>`, counted from 1, made longer where a plan uses that. */
export function identifyActions(actions: ParsedProposal["actions"]): readonly Action[] {
  const taken = new Set(actions.map((action) => action.id));
  const freeId = (position: number) => {
    let id = `action_${position}`;
    while (taken.has(id)) id += "_";
    return id;
  };
  return actions.map((action, at) => ({ ...action, id: action.id ?? freeId(at + 1) }));
}

/** The key a `state_write` names in `parameters.key`; undefined for other actions, or without one. */
export function writtenKey(action: Action): string | undefined {
  const key = action.type === "state_write" ? ownValue(action.parameters, "key") : undefined;
  return typeof key === "string" ? key : undefined;
}

function objectOr(standard: JsonObject, description: string) {
  return jsonObjectSchema(description).default(standard);
}

function isTimestamp(text: string): boolean {
  return /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/.test(text) &&
    !Number.isNaN(Date.parse(text.toUpperCase().replace(" ", "T")));
}
