import assert from "node:assert/strict";
import { neededScore, scoreOf } from "../../../src/memory/answers/_intervention_score.ts";
import type { InterventionRequest, Trigger } from "../../../src/memory/intervention.ts";
import type { NewFact } from "../../../src/memory/fact.ts";
import { openTestMemory, type TestMemory } from "../_test_memory.ts";

const FIX = {
  subject: "Postgres connection refused",
  body: "Start the docker container first",
  kind: "procedural",
  id: "fix",
} as const;
const RULE = {
  subject: "Production database",
  body: "Never drop a table",
  kind: "constraint",
  id: "rule",
} as const;
const NOISE: readonly NewFact[] = [
  {
    subject: "Postgres connection pool",
    body: "holds ten connections",
    kind: "pattern",
    id: "plain",
  },
  { subject: "Lunch", body: "soup on Monday", kind: "knowledge", id: "lunch" },
];

async function bank(memory: TestMemory, facts: readonly NewFact[]): Promise<void> {
  for (const fact of facts) await memory.engine.addFact("default", fact);
}

function decide(memory: TestMemory, request: InterventionRequest) {
  return memory.engine.intervene("default", request);
}

/** The id that was chosen, or the reason why none was. */
async function chosen(memory: TestMemory, request: InterventionRequest): Promise<string> {
  const decided = await decide(memory, request);
  return decided.decision === "inject" ? decided.selected.id : decided.reason;
}

Deno.test("intervene() gives the one fact of the bank that the query calls for", async () => {
  await using memory = await openTestMemory();
  await bank(memory, [FIX, RULE, ...NOISE]);
  await memory.engine.setStatus("default", "half way");
  const decided = await decide(memory, { query: "postgres connection refused" });
  assert.ok(decided.decision === "inject");
  const { score, why, ...selected } = decided.selected;
  const { id, subject, body, kind } = FIX;
  assert.deepEqual(selected, { id, subject, body, kind, timesReminded: 1 });
  assert.ok(score >= 0.25 && why.includes("postgres"));
  assert.equal(decided.candidates, 1);
  assert.deepEqual(decided.bank, {
    ...{ knowledge: 1, procedural: 1, constraint: 1, decision: 0 },
    status: true,
  });
});

Deno.test("intervene() counts a reminder over a restart and tires of it", async () => {
  await using memory = await openTestMemory();
  await bank(memory, [FIX, ...NOISE]);
  const request = { query: "postgres connection refused" };
  const scores: number[] = [];
  for (const times of [1, 2, 3]) {
    const decided = await decide(memory, request);
    assert.ok(decided.decision === "inject");
    assert.equal(decided.selected.timesReminded, times);
    scores.push(decided.selected.score);
    await memory.restart();
  }
  assert.deepEqual(scores, scores.toSorted((a, b) => b - a));
  assert.equal(new Set(scores).size, 3);
});

Deno.test("intervene() is silent with a reason when nothing is worth it", async () => {
  await using memory = await openTestMemory();
  assert.equal(await chosen(memory, { query: "postgres" }), "the bank is empty");
  await bank(memory, [FIX, RULE, ...NOISE]);
  assert.match(await chosen(memory, {}), /neither a query nor recent/);
  assert.match(await chosen(memory, { query: "zanzibar" }), /nothing new/);
  const far = { query: "Which colour should the docker logo on our new harbour website have" };
  assert.match(await chosen(memory, far), /too weak: 0\.\d+, needed 0\.25/);
  assert.equal(await chosen(memory, { ...far, force: true }), "fix");
  const inView = ["We tried: start the  DOCKER container first"];
  assert.match(await chosen(memory, { query: FIX.subject, recent: inView }), /nothing new/);
});

Deno.test("intervene() takes a weaker reminder when more goes wrong", async () => {
  await using memory = await openTestMemory();
  await bank(memory, [FIX, ...NOISE]);
  const query = "Why is the docker container of the website so slow today";
  assert.match(await chosen(memory, { query }), /too weak/);
  const trigger = { toolError: true, repeatedFailures: 2 };
  assert.equal(await chosen(memory, { query, trigger }), "fix");
});

Deno.test("intervene() prefers experience after a failure and constraints before a risk", async () => {
  await using memory = await openTestMemory();
  const subject = "Table migration";
  await bank(memory, [
    { subject, body: "runs on the replica", kind: "procedural", id: "tried" },
    { subject, body: "needs a quiet night", kind: "constraint", id: "must" },
    { subject, body: "comes with each release", kind: "decision", id: "known" },
  ]);
  const query = "table migration";
  const first = (trigger: Trigger) => chosen(memory, { query, trigger });
  assert.equal(await first({ toolError: true }), "tried");
  assert.equal(await first({ repeatedFailures: 1 }), "tried");
  assert.equal(await first({ highRiskAction: true }), "must");
  assert.equal(await first({ contextShift: true }), "must");
  assert.equal(await first({ explicitUncertainty: true }), "known");
});

Deno.test("intervene() finds by the last lines of what was said last", async () => {
  await using memory = await openTestMemory();
  await bank(memory, [FIX, RULE, ...NOISE]);
  const noise = "compiling module\n".repeat(50);
  const recent = [`${noise}error: production database`, `${noise}postgres: connection refused`];
  assert.equal(await chosen(memory, { recent }), "fix");
  assert.equal(await chosen(memory, { recent: recent.toReversed() }), "rule");
});

Deno.test("intervene() weighs as many facts as it may and refuses other numbers", async () => {
  await using memory = await openTestMemory();
  const facts = Array.from(
    { length: 12 },
    (_, at) => ({ subject: `Harbour ${at}`, body: "ships", kind: "knowledge" as const }),
  );
  await bank(memory, facts);
  const weighed = async (maxCandidates?: number) =>
    (await decide(memory, {
      query: "harbour",
      ...(maxCandidates === undefined ? {} : { maxCandidates }),
    })).candidates;
  assert.deepEqual([await weighed(), await weighed(3), await weighed(32)], [8, 3, 12]);
  const bad: readonly InterventionRequest[] = [
    ...[0, 33, 1.5].map((maxCandidates) => ({ maxCandidates })),
    ...[-1, 0.5].map((repeatedFailures) => ({ trigger: { repeatedFailures } })),
    { query: "x".repeat(8_193) },
    { recent: ["x".repeat(8_193)] },
    { recent: Array(33).fill("x") },
  ];
  for (const request of bad) {
    await assert.rejects(decide(memory, request), { code: "invalid_argument" });
  }
});

Deno.test("scoreOf() tires, doubts, and needs less under pressure", () => {
  const row = {
    ...{ namespace: "default", revision: 1, recordedMs: 0, validFromMs: 0, tags: [] },
    ...{ state: "live" as const, needsReview: false, isConstraint: false, ...FIX },
  } as const;
  const score = (confidence: "high" | "low", timesReminded: number, trigger: Trigger = {}) =>
    scoreOf({ row: { ...row, confidence }, relevance: 0.5, timesReminded }, trigger);
  assert.deepEqual([score("high", 0), score("high", 10), score("low", 0)], [0.5, 0.25, 0.3]);
  assert.equal(score("high", 0, { toolError: true, repeatedFailures: 9 }), 1.125);
  assert.equal(neededScore({}), 0.25);
  assert.equal(neededScore({ toolError: true, explicitUncertainty: true }), 0.125);
});

Deno.test("evaluate() compares the selector with simpler ways and changes nothing", async () => {
  await using memory = await openTestMemory();
  await bank(memory, [FIX, RULE, ...NOISE]);
  const weak = "Which colour should the docker logo on our new harbour website have";
  const cases = [
    { request: { query: "postgres connection refused" }, relevantIds: ["fix"] },
    { request: { query: weak }, relevantIds: [] },
    { request: { query: "production database" }, relevantIds: ["lunch"] },
    { request: { query: "zanzibar" }, relevantIds: ["lunch"] },
  ].map((one) => ({ namespace: "default", ...one }));
  const evaluation = await memory.engine.evaluate(cases);
  const none = {
    ...{ interventions: 0, truePositives: 0, falsePositives: 0, falseNegatives: 3 },
    ...{ precision: 0, recall: 0, interruptionRate: 0, candidatesExposed: 0 },
  };
  const always = {
    ...{ interventions: 3, truePositives: 1, falsePositives: 2, falseNegatives: 2 },
    ...{ precision: 0.3333, recall: 0.3333, interruptionRate: 0.75, candidatesExposed: 0.75 },
  };
  assert.deepEqual(evaluation, {
    cases: 4,
    selective: {
      ...{ interventions: 2, truePositives: 1, falsePositives: 1, falseNegatives: 2 },
      ...{ precision: 0.5, recall: 0.3333, interruptionRate: 0.5, candidatesExposed: 0.5 },
    },
    alwaysInject: always,
    passiveRetrieval: { ...always, candidatesExposed: 1 },
    noMemory: none,
  });
  assert.deepEqual(await memory.engine.evaluate(cases), evaluation);
  const decided = await decide(memory, cases[0]?.request ?? {});
  assert.ok(decided.decision === "inject" && decided.selected.timesReminded === 1);
});
