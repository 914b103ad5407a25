import assert from "node:assert/strict";
import { CarError } from "../../src/base/errors.ts";
import { ReceivedProposalSchema } from "../../src/proposal/action_proposal.ts";
import { optimize } from "../../src/proposal/optimize.ts";
import { needs, write } from "./_plan.ts";

function optimized(proposal: unknown) {
  return optimize(ReceivedProposalSchema.parse(proposal));
}

Deno.test("optimize() takes out dependencies on keys that nothing writes", () => {
  const actions = [write("w", "made", 1), needs("n", "made", "outside", "other", "outside")];
  assert.deepEqual(optimized({ actions }), {
    proposal: { actions: [actions[0], { ...needs("n") as object, state_dependencies: ["made"] }] },
    pruned: [{ action_id: "n", removed: ["outside", "other"] }],
  });
});

const WRITERS: readonly (readonly [string, unknown])[] = [
  ["a state_write", write("w", "k.l", 1)],
  ["a later write", { id: "later", type: "assertion", expected_effects: { "k.l": 1 } }],
  ["a write of what it lies in", write("w", "k", {})],
  ["a write of what lies in it", write("w", "k.l.m", 1)],
  ["a write that is only announced", { type: "assertion", write_set: ["k.l"] }],
];

for (const [name, writer] of WRITERS) {
  Deno.test(`optimize() keeps a dependency on ${name}`, () => {
    const proposal = { actions: [needs("n", "k.l"), writer] };
    assert.deepEqual(optimized(proposal), { proposal, pruned: [] });
  });
}

Deno.test("optimize() takes out a dependency on a key beside the written one", () => {
  const { pruned } = optimized({
    actions: [write("w", "k.l", 1), needs("n", "k.m", "kk", "k.ll")],
  });
  assert.deepEqual(pruned, [{ action_id: "n", removed: ["k.m", "kk", "k.ll"] }]);
});

Deno.test("optimize() gives unknown fields back untouched and fills nothing in", () => {
  const text = '{"ticket":{"id":7},"actions":[{"type":"assertion","mood":"calm",' +
    '"state_dependencies":["gone"],"preconditions":[{"key":"a","weight":2}],"__proto__":{"x":1}}],' +
    '"__proto__":{"y":2}}';
  const { proposal, pruned } = optimized(JSON.parse(text));
  assert.equal(JSON.stringify(proposal), text.replace('["gone"]', "[]"));
  assert.deepEqual(pruned, [{ action_id: "action_1", removed: ["gone"] }]);
});

Deno.test("optimize() leaves the plan it was given as it was", () => {
  const given = { actions: [needs("n", "gone")] };
  const before = JSON.stringify(given);
  optimized(given);
  assert.equal(JSON.stringify(given), before);
});

Deno.test("optimize() refuses a plan with more actions than the limit", () => {
  const given = ReceivedProposalSchema.parse({ actions: [needs("a"), needs("b")] });
  assert.deepEqual(optimize(given, { actionsMax: 2 }).pruned, []);
  assert.throws(
    () => optimize(given, { actionsMax: 1 }),
    (thrown) => thrown instanceof CarError && thrown.code === "limit_reached",
  );
});
