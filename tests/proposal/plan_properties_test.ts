// What holds for every plan, tried on random ones; a failure names the seed that repeats it.

import assert from "node:assert/strict";
import {
  ActionProposalSchema,
  type ParsedProposal,
  ReceivedProposalSchema,
} from "../../src/proposal/action_proposal.ts";
import { equivalent } from "../../src/proposal/equivalent.ts";
import { optimize } from "../../src/proposal/optimize.ts";
import { simulate } from "../../src/proposal/simulate.ts";
import { seededRandom, testSeed } from "../helpers/seeded_random.ts";

type Random = (below: number) => number;

const KEYS = ["a", "a.b", "a.b.c", "b", "b.0", "c", "x", "y", "__proto__"];
const OPERATORS = [
  ...["eq", "neq", "gt", "lt", "gte", "lte", "exists", "not_exists", "contains", "like"],
];
const VALUES: readonly unknown[] = [0, 1, 2, "a", "ab", true, null, [1], ["a"], { b: 1 }, {}];

function pick<Value>(random: Random, from: readonly Value[]): Value {
  return from[random(from.length)] as Value;
}

function someKeys(random: Random): readonly string[] {
  return KEYS.filter(() => random(7) === 0);
}

function randomAction(random: Random): unknown {
  const type = pick(random, ["tool_call", "state_write", "state_read", "assertion"]);
  return {
    type,
    ...(random(8) === 0 ? {} : { tool: "t" }),
    parameters: random(8) === 0 ? {} : { key: pick(random, KEYS), value: pick(random, VALUES) },
    preconditions: Array.from({ length: random(3) }, () => ({
      key: pick(random, KEYS),
      operator: pick(random, OPERATORS),
      value: pick(random, VALUES),
    })),
    expected_effects: Object.fromEntries(
      someKeys(random).map((key) => [key, pick(random, VALUES)]),
    ),
    state_dependencies: someKeys(random),
    read_set: someKeys(random),
    write_set: someKeys(random),
  };
}

function randomProposal(random: Random): { actions: unknown[] } {
  return { actions: Array.from({ length: random(8) }, () => randomAction(random)) };
}

function randomState(random: Random): Record<string, unknown> {
  return Object.fromEntries(
    KEYS.filter(() => random(3) === 0).map((key) => [key, pick(random, VALUES)]),
  );
}

Deno.test("optimize() never changes what simulate() says, on random plans", () => {
  const seed = testSeed();
  const random = seededRandom(seed);
  for (let round = 0; round < 2_000; round++) {
    const given = randomProposal(random);
    const { proposal, pruned } = optimize(ReceivedProposalSchema.parse(given));
    const [before, after] = [given, proposal].map((each) => ActionProposalSchema.parse(each));
    for (const initialState of [{}, randomState(random)]) {
      assert.deepEqual(
        simulate(after as ParsedProposal, { initialState }),
        simulate(before as ParsedProposal, { initialState }),
        `seed ${seed}, round ${round}`,
      );
    }
    const again = optimize(ReceivedProposalSchema.parse(proposal));
    assert.deepEqual(again, { proposal, pruned: [] }, `seed ${seed}, round ${round}`);
    assert.equal(
      pruned.length > 0,
      JSON.stringify(proposal) !== JSON.stringify(given),
      `seed ${seed}, round ${round}`,
    );
  }
});

Deno.test("equivalent() is symmetric, and its counterexamples differ, on random plans", () => {
  const seed = testSeed();
  const random = seededRandom(seed);
  let toldApart = 0;
  for (let round = 0; round < 300; round++) {
    const context = `seed ${seed}, round ${round}`;
    const given = randomProposal(random);
    const near = structuredClone(given);
    near.actions.splice(random(near.actions.length + 1), random(2), randomAction(random));
    const [a, b] = [given, near].map((each) => ActionProposalSchema.parse(each)) as [
      ParsedProposal,
      ParsedProposal,
    ];
    assert.equal(equivalent(a, a).equivalent, true, context);
    const [there, back] = [equivalent(a, b), equivalent(b, a)];
    const { counterexample: shown, ...verdict } = there;
    const { counterexample: mirrored, ...sameVerdict } = back;
    assert.deepEqual(verdict, sameVerdict, context);
    assert.deepEqual(shown?.initial_state, mirrored?.initial_state, context);
    assert.equal(shown === undefined, verdict.equivalent, context);
    if (shown === undefined) continue;
    toldApart++;
    const initialState = shown.initial_state;
    const [finalA, finalB] = [a, b].map((each) => simulate(each, { initialState }).final_state);
    assert.notDeepEqual(finalA, finalB, context);
    assert.deepEqual([shown.final_state_a, shown.final_state_b], [finalA, finalB], context);
  }
  assert.ok(toldApart > 50, `seed ${seed}: only ${toldApart} pairs were told apart`);
});
