// simulate, equivalent and optimize as a client sees them; what they find out is tested in
// tests/proposal/.

import assert from "node:assert/strict";
import { testApp } from "../helpers/test_app.ts";
import { refusalOf, useTool } from "../helpers/use_tool.ts";

const WRITE = { id: "w", type: "state_write", parameters: { key: "n", value: 1 } };
const BLOCKED = { id: "b", type: "assertion", preconditions: [{ key: "never" }] };

Deno.test("simulate answers the final state and what is skipped", async () => {
  await using server = await testApp();
  const result = await useTool(server, "simulate", {
    proposal: { actions: [WRITE, BLOCKED] },
    initial_state: { m: 0 },
  });
  assert.deepEqual(result.structuredContent, { final_state: { m: 0, n: 1 }, skipped: ["b"] });
  assert.deepEqual(JSON.parse(result.content[0].text), result.structuredContent);
});

Deno.test("equivalent answers a verdict and a counterexample", async () => {
  await using server = await testApp();
  const plans = { proposal_a: { actions: [WRITE] }, proposal_b: { actions: [BLOCKED] } };
  const told = await useTool(server, "equivalent", plans);
  assert.deepEqual(told.structuredContent, {
    equivalent: false,
    tier: "sampled",
    states_tested: 1,
    used_default_states: true,
    counterexample: { initial_state: {}, final_state_a: { n: 1 }, final_state_b: {} },
  });
  const given = await useTool(server, "equivalent", { ...plans, test_states: [{ n: 1 }] });
  assert.deepEqual(given.structuredContent, {
    equivalent: true,
    tier: "sampled",
    states_tested: 1,
    used_default_states: false,
  });
});

Deno.test("optimize answers the plan and what was taken out of it", async () => {
  await using server = await testApp();
  const action = { id: "a", type: "assertion", state_dependencies: ["gone"], mood: "calm" };
  const result = await useTool(server, "optimize", { proposal: { actions: [action], note: [1] } });
  assert.deepEqual(result.structuredContent, {
    proposal: { actions: [{ ...action, state_dependencies: [] }], note: [1] },
    pruned: [{ action_id: "a", removed: ["gone"] }],
  });
});

Deno.test("the tools for plans refuse what is no plan, and what is too large", async () => {
  await using server = await testApp();
  const empty = { actions: [] };
  const wrong = { actions: [{ type: "dance" }] };
  const large = { actions: [], context: { text: "x".repeat(1_048_576) } };
  const cases: [string, Record<string, unknown>, RegExp][] = [
    ["simulate", {}, /"proposal": required/],
    ["simulate", { proposal: wrong }, /proposal.actions.0.type.*"dance"/],
    ["simulate", { proposal: empty, initial_state: [] }, /initial_state.*expected an object/],
    ["simulate", { proposal: large }, /"proposal" has .* at most 1048576/],
    ["optimize", {}, /"proposal": required/],
    ["optimize", { proposal: wrong }, /proposal.actions.0.type.*"dance"/],
    ["optimize", { proposal: large }, /"proposal" has .* at most 1048576/],
    ["equivalent", { proposal_a: empty }, /"proposal_b": required/],
    ["equivalent", { proposal_a: empty, proposal_b: wrong }, /proposal_b.actions.0.type/],
    ["equivalent", { proposal_a: empty, proposal_b: large }, /"proposal_b" has .* 1048576/],
    [
      "equivalent",
      { proposal_a: empty, proposal_b: empty, test_states: Array(257).fill({}) },
      /test_states.*257/,
    ],
  ];
  for (const [tool, args, complaint] of cases) {
    assert.match(refusalOf(await useTool(server, tool, args)), complaint);
  }
});

Deno.test("the tools for plans keep their answers within the bound and say what is missing", async () => {
  await using server = await testApp();
  const text = "x".repeat(20_000);
  const long = { id: "l", type: "state_write", parameters: { key: "long", value: text } };
  const actions = [
    WRITE,
    long,
    { ...BLOCKED, state_dependencies: ["gone"] },
  ];
  const simulated = await useTool(server, "simulate", { proposal: { actions } });
  assert.deepEqual(simulated.structuredContent, {
    final_state: { n: 1 },
    skipped: ["b"],
    left_out: ["final_state"],
  });
  const optimized = await useTool(server, "optimize", { proposal: { actions } });
  assert.deepEqual(optimized.structuredContent, {
    pruned: [{ action_id: "b", removed: ["gone"] }],
    left_out: ["proposal"],
  });
  const compared = await useTool(server, "equivalent", {
    proposal_a: { actions },
    proposal_b: { actions: [] },
  });
  assert.deepEqual(compared.structuredContent.counterexample, {
    initial_state: {},
    final_state_a: { n: 1 },
    final_state_b: {},
  });
  assert.deepEqual(compared.structuredContent.left_out, ["final_state_a"]);
  const many = Array.from({ length: 400 }, (_, at) => ({
    id: `${at}`.padEnd(50, "-"),
    type: "assertion",
    preconditions: [{ key: "never" }],
    state_dependencies: [`gone${at}`],
  }));
  for (const tool of ["simulate", "optimize"]) {
    const result = await useTool(server, tool, { proposal: { actions: many } });
    assert.ok(result.content[0].text.length <= 16 * 1024);
    assert.ok(result.structuredContent.left_out.length > 0);
  }
});
