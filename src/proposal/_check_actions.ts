// The checks that look at one action at a time, against the state as it is when its turn comes.

import { type Action, writtenKey } from "./action_proposal.ts";
import { writtenKeys } from "./dependency_graph.ts";
import { ForwardState } from "./forward_state.ts";
import { type JsonObject, quote } from "./json_value.ts";
import { precheck } from "./precondition.ts";
import type { VerifyIssue } from "./verify_report.ts";

/** What the checks of single actions need to know besides the plan. */
export interface ActionCheckOptions {
  /** The state before the first action; default `{}`. */
  readonly initialState?: JsonObject;
  /** Names of the tools that exist; without it, names are not checked. */
  readonly tools?: readonly string[];
  /** A complaint about the parameters of a tool, or undefined; also for tools it does not know. */
  readonly checkParameters?: (tool: string, parameters: JsonObject) => string | undefined;
}

/** The findings by position of the action, and the state at the end. */
export interface CheckedActions {
  readonly issues: readonly (readonly VerifyIssue[])[];
  readonly state: ForwardState;
}

interface PlanFacts {
  readonly ids: ReadonlySet<string>;
  readonly tools: ReadonlySet<string> | undefined;
  readonly lastWriters: ReadonlyMap<string, number>;
  readonly announcers: ReadonlyMap<string, string>;
}

/** Walks the plan in the order of the array, whether or not an action is blocked. */
export function checkActions(
  actions: readonly Action[],
  options: ActionCheckOptions,
): CheckedActions {
  const state = new ForwardState(options.initialState);
  const facts = factsOf(actions, options.tools);
  const seen = new Set<string>();
  const issues = actions.map((action, position) => {
    const messages = [
      ...idMessages(action, seen, facts),
      ...toolMessages(action, facts, options),
      ...dependencyMessages(action, position, { actions, facts, state }),
      ...preconditionMessages(action, state),
    ];
    seen.add(action.id);
    state.apply(action);
    return messages.map((message) => certainError(action, message));
  });
  return { issues, state };
}

function idMessages(action: Action, seen: ReadonlySet<string>, facts: PlanFacts): string[] {
  const messages: string[] = [];
  if (seen.has(action.id)) {
    messages.push(`Action id ${quote(action.id)} is used more than once; ids must be unique`);
  }
  const { compensation } = action;
  if (typeof compensation === "string" && !facts.ids.has(compensation)) {
    messages.push(`Compensation ${quote(compensation)} names no action of this plan`);
  }
  return messages;
}

function toolMessages(action: Action, facts: PlanFacts, options: ActionCheckOptions): string[] {
  if (action.type === "state_write" && writtenKey(action) === undefined) {
    return ["A state_write needs the string parameters.key to say what it writes"];
  }
  if (action.type !== "tool_call") return [];
  if (!action.tool) return ["A tool_call needs tool, the name of the tool to call"];
  if (facts.tools !== undefined && !facts.tools.has(action.tool)) {
    return [`Tool ${quote(action.tool)} does not exist here`];
  }
  const complaint = options.checkParameters?.(action.tool, action.parameters);
  return complaint === undefined
    ? []
    : [`Parameters do not fit tool ${quote(action.tool)}: ${complaint}`];
}

function dependencyMessages(
  action: Action,
  position: number,
  { actions, facts, state }: { actions: readonly Action[]; facts: PlanFacts; state: ForwardState },
): string[] {
  const missing = [...new Set(action.state_dependencies)].filter((key) => !state.read(key).found);
  return missing.map((key) => {
    const problem = `State dependency ${quote(key)} is provided by nothing before this action`;
    const writer = facts.lastWriters.get(key);
    if (writer !== undefined && writer >= position) {
      const name = writer === position ? "the action itself" : quote(actions[writer]?.id ?? "");
      return `${problem}; ${name} provides it too late`;
    }
    const announcer = facts.announcers.get(key);
    return announcer === undefined
      ? problem
      : `${problem}; ${
        quote(announcer)
      } has it in write_set, but only expected_effects provide a value`;
  });
}

function preconditionMessages(action: Action, state: ForwardState): string[] {
  return action.preconditions.flatMap((precondition) => {
    const failure = precheck(precondition, state);
    return failure === undefined ? [] : [`Precondition fails: ${failure}`];
  });
}

function certainError(action: Action, message: string): VerifyIssue {
  return { action_id: action.id, severity: "error", message, tier: "decision_procedure" };
}

function factsOf(actions: readonly Action[], tools: readonly string[] | undefined): PlanFacts {
  const lastWriters = new Map<string, number>();
  const announcers = new Map<string, string>();
  actions.forEach((action, position) => {
    for (const key of writtenKeys(action)) lastWriters.set(key, position);
    for (const key of action.write_set) announcers.set(key, action.id);
  });
  return {
    ids: new Set(actions.map((action) => action.id)),
    tools: tools === undefined ? undefined : new Set(tools),
    lastWriters,
    announcers,
  };
}
