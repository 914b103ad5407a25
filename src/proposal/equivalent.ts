// Whether two plans come to the same: both are played through on the same states, and their final
// states compared. It is a sample, so "equivalent" means that no difference was found; a difference
// comes with the state that shows it. The order of the two plans makes no difference.

import { z } from "zod";
import { canonicalJson } from "../base/canonical_json.ts";
import { CarError } from "../base/errors.ts";
import { probeStates } from "./_probe_states.ts";
import type { ParsedProposal } from "./action_proposal.ts";
import { BoundedComparison } from "./bounded_comparison.ts";
import { type JsonObject, jsonObjectSchema } from "./json_value.ts";
import { simulate } from "./simulate.ts";

/** A state on which the two plans differ, and what each makes of it. */
export const CounterexampleSchema = z.object({
  initial_state: jsonObjectSchema("The state before the first action"),
  final_state_a: jsonObjectSchema("What proposal_a leaves behind"),
  final_state_b: jsonObjectSchema("What proposal_b leaves behind"),
});

/** What `equivalent()` answers. */
export const EquivalenceSchema = z.object({
  equivalent: z.boolean().describe("False when a tested state tells the plans apart"),
  tier: z.literal("sampled").describe("The states are a sample: true is no proof"),
  states_tested: z.int().describe("States that both plans were played through on"),
  used_default_states: z.boolean().describe("Whether the states were chosen here"),
  counterexample: CounterexampleSchema.optional().describe("The first state that tells them apart"),
});

/** What `equivalent()` answers. */
export type Equivalence = z.output<typeof EquivalenceSchema>;

/** Options of `equivalent()`. */
export interface EquivalentOptions {
  /** The states to test; none or an empty list: the standard ones and some made from the plans. */
  readonly testStates?: readonly JsonObject[];
  /** A plan with more actions is refused; default `proposalActionsMax` of the limits. */
  readonly actionsMax?: number;
}

/** The states tested at most. */
export const TEST_STATES_MAX = 256;

/** Characters of both plans as JSON, times the states they may be played through on: about a second. */
export const PLAYED_CHARS_MAX = 32 * 1024 * 1024;

// For very long plans only the standard states are affordable, and a few more are not worth making.
const MADE_STATES_MIN = 8;

// CAR tests these two when it is given none.
const STANDARD_STATES: readonly JsonObject[] = [{}, { x: 1, y: 2 }];

/**
 * Compares two plans. Throws CarError "limit_reached" when a plan has more actions than `actionsMax`,
 * or there is too much to play through.
 */
export function equivalent(
  a: ParsedProposal,
  b: ParsedProposal,
  options: EquivalentOptions = {},
): Equivalence {
  const { testStates = [], ...limits } = options;
  const usesStandard = testStates.length === 0;
  const affordable = Math.floor(PLAYED_CHARS_MAX / canonicalJson([a, b]).length);
  const states = usesStandard ? chooseStates(a, b, affordable) : testStates;
  if (states.length > affordable) throw tooMuch(states.length, affordable);
  const comparison = new BoundedComparison();
  const play = (plan: ParsedProposal, initialState: JsonObject) =>
    simulate(plan, { ...limits, initialState, comparison }).final_state;
  const report = { tier: "sampled" as const, used_default_states: usesStandard };
  let tested = 0;
  for (const initialState of states) {
    try {
      const [finalA, finalB] = [play(a, initialState), play(b, initialState)];
      tested++;
      if (canonicalJson(finalA) === canonicalJson(finalB)) continue;
      return {
        equivalent: false,
        ...report,
        states_tested: tested,
        counterexample: {
          initial_state: initialState,
          final_state_a: finalA,
          final_state_b: finalB,
        },
      };
    } catch (thrown) {
      // States that were made here are a gift: where they are too much to compare, the sample ends.
      const isGift = usesStandard && tested >= STANDARD_STATES.length;
      if (isGift && thrown instanceof CarError && thrown.code === "limit_reached") break;
      throw thrown;
    }
  }
  return { equivalent: true, ...report, states_tested: tested };
}

function chooseStates(
  a: ParsedProposal,
  b: ParsedProposal,
  affordable: number,
): readonly JsonObject[] {
  const statesMax = Math.min(TEST_STATES_MAX, affordable) - STANDARD_STATES.length;
  const known = new Set(STANDARD_STATES.map(canonicalJson));
  const made = statesMax >= MADE_STATES_MIN ? probeStates([a, b], statesMax) : [];
  return [...STANDARD_STATES, ...made.filter((state) => !known.has(canonicalJson(state)))];
}

function tooMuch(states: number, affordable: number): CarError {
  return new CarError(
    "limit_reached",
    `Cannot compare these plans on ${states} states: plans of this size are compared on at most ` +
      `${affordable}; give fewer test_states or shorter plans`,
    { data: { given: states, maximum: affordable } },
  );
}
