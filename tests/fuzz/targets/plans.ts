// Plans as clients send them: two JSON values, a line each. What the schema takes, every tool for plans
// answers within its own schema or refuses as promised.

import assert from "node:assert/strict";
import { CarError } from "../../../src/base/errors.ts";
import { checkJsonBounds } from "../../../src/base/json_bounds.ts";
import { limitsWith } from "../../../src/base/limits.ts";
import {
  type ReceivedProposal,
  ReceivedProposalSchema,
} from "../../../src/proposal/action_proposal.ts";
import { EquivalenceSchema, equivalent } from "../../../src/proposal/equivalent.ts";
import { OptimizationSchema, optimize } from "../../../src/proposal/optimize.ts";
import { simulate, SimulationSchema } from "../../../src/proposal/simulate.ts";
import { verify } from "../../../src/proposal/verify.ts";
import { VerifyReportSchema } from "../../../src/proposal/verify_report.ts";
import { type FuzzTarget, REFUSED, TAKEN, textOf } from "../fuzz_target.ts";
import { mutated } from "../mutations.ts";
import { oneOf, type Random, randomJson } from "../random_inputs.ts";

const BOUNDS = { depthMax: 64, valuesMax: 100_000 };
const LIMITS = limitsWith({ proposalActionsMax: 200 });
const KEYS = ["x", "y", "x.y", "list.0", "__proto__", "a.__proto__.b", ""] as const;
const OPERATORS = ["eq", "neq", "exists", "not_exists", "gt", "lt", "contains", "in"] as const;
const SCRAPS = [
  ...["{", "}", "[", "]", '"', ",", ":", "null", "\n", '"id":', '"actions":', '"parameters":'],
  ...['"preconditions":', '"expected_effects":', '"state_dependencies":', '"compensation":'],
  ...['"__proto__":', '"x.y.z"', '"tool_call"', '"state_write"', '"assertion"', "1e309"],
];

/** verify, simulate, equivalent and optimize. */
export const PLANS: FuzzTarget = {
  name: "plans",
  promise: "tools for plans answer within their schemas, or refuse as promised",
  suiteInputs: 3_000,
  outcomes: [TAKEN, REFUSED],
  generate(random) {
    const corpus = [`${randomPlan(random)}\n${randomPlan(random)}`];
    return mutated(random, { corpus, scraps: SCRAPS, bytesMax: 16_384 });
  },
  open: () => ({ check: (input) => check(textOf(input)) }),
};

function randomPlan(random: Random): string {
  const actions = Array.from({ length: random(6) }, (_, at) => ({
    ...(random(4) === 0 ? {} : { id: `a${random(3) === 0 ? 0 : at}` }),
    type: oneOf(random, ["tool_call", "state_write", "state_read", "assertion"]),
    ...(random(2) === 0 ? { tool: "shell" } : {}),
    parameters: { key: oneOf(random, KEYS), value: randomJson(random, 2) },
    preconditions: Array.from({ length: random(3) }, () => ({
      key: oneOf(random, KEYS),
      operator: oneOf(random, OPERATORS),
      value: randomJson(random, 1),
    })),
    expected_effects: { [oneOf(random, KEYS)]: randomJson(random, 2) },
    state_dependencies: [oneOf(random, KEYS)],
  }));
  return JSON.stringify({ actions });
}

function check(text: string): string {
  const plans = text.split("\n").map(planIn);
  const [first, second] = plans;
  if (first === undefined || second === undefined) return REFUSED;
  const shared = { actionsMax: LIMITS.proposalActionsMax };
  return [
      () => VerifyReportSchema.parse(asJson(verify(first.parsed, shared))),
      () => SimulationSchema.parse(asJson(simulate(first.parsed, shared))),
      () => OptimizationSchema.parse(asJson(optimize(first, shared))),
      () => EquivalenceSchema.parse(asJson(equivalent(first.parsed, second.parsed, shared))),
    ].map(answeredOrRefused).every((outcome) => outcome === REFUSED)
    ? REFUSED
    : TAKEN;
}

function planIn(line: string): ReceivedProposal | undefined {
  try {
    const value = JSON.parse(line);
    if (checkJsonBounds(value, BOUNDS) !== undefined) return undefined;
    const read = ReceivedProposalSchema.safeParse(value);
    return read.success ? read.data : undefined;
  } catch (thrown) {
    assert.ok(thrown instanceof SyntaxError);
    return undefined;
  }
}

// As it goes over the wire.
function asJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

function answeredOrRefused(answer: () => unknown): string {
  try {
    answer();
    return TAKEN;
  } catch (thrown) {
    if (!(thrown instanceof CarError) || thrown.code !== "limit_reached") throw thrown;
    return REFUSED;
  }
}
