import assert from "node:assert/strict";
import { type Action, identifyActions } from "../../src/proposal/action_proposal.ts";
import {
  buildDependencyGraph,
  createOrderCheck,
  readKeys,
  writtenKeys,
} from "../../src/proposal/dependency_graph.ts";
import { seededRandom, testSeed } from "../helpers/seeded_random.ts";
import { check, needs, plan, write } from "./_plan.ts";
import { verifyPlan } from "./_verify_plan.ts";

function graphOf(...actions: readonly unknown[]) {
  return buildDependencyGraph(identifyActions(plan(...actions).actions));
}

function reads(more: Record<string, unknown>): unknown {
  return { type: "assertion", ...more };
}

Deno.test("buildDependencyGraph() leads from the last earlier writer to a reader", () => {
  const graph = graphOf(write("a", "x", 1), write("b", "x", 2), needs("c", "x"));
  assert.deepEqual(graph.dependencies, [[], [0], [1]]);
  assert.deepEqual(graph.levels, [[0], [1], [2]]);
});

Deno.test("buildDependencyGraph() has no edge from a later writer, nor from a reader", () => {
  const graph = graphOf(needs("a", "x"), write("b", "x", 1));
  assert.deepEqual(graph.dependencies, [[], []]);
  assert.deepEqual(graph.levels, [[0, 1]]);
});

Deno.test("buildDependencyGraph() has no edge of an action to itself", () => {
  const graph = graphOf({
    type: "assertion",
    state_dependencies: ["x"],
    expected_effects: { x: 1 },
  });
  assert.deepEqual(graph.dependencies, [[]]);
});

const READERS: readonly (readonly [string, unknown])[] = [
  ["state_dependencies", reads({ state_dependencies: ["x"] })],
  ["a precondition", reads({ preconditions: [{ key: "x", operator: "exists" }] })],
  ["read_set", reads({ read_set: ["x"] })],
  ["the key of a state_read", { type: "state_read", parameters: { key: "x" } }],
  ["expected_effects, as the next write", reads({ expected_effects: { x: 2 } })],
  ["a path below the key", reads({ read_set: ["x.y"] })],
];

for (const [name, reader] of READERS) {
  Deno.test(`buildDependencyGraph() makes a reader by ${name} wait`, () => {
    assert.deepEqual(graphOf(write("a", "x", { y: 1 }), reader).dependencies, [[], [0]]);
  });
}

Deno.test("buildDependencyGraph() takes neither write_set nor a tool's key for a write", () => {
  const graph = graphOf(
    { type: "tool_call", tool: "t", write_set: ["x"], parameters: { key: "x", value: 1 } },
    needs("b", "x"),
  );
  assert.deepEqual(graph.dependencies, [[], []]);
});

Deno.test("buildDependencyGraph() makes a reader wait for writes below its key since the last", () => {
  const graph = graphOf(
    write("a", "x.old", 1),
    write("b", "x", {}),
    write("c", "x.m", 1),
    write("d", "x.n", 1),
    needs("e", "x"),
    needs("f", "x.m"),
    needs("g", "xx"),
  );
  assert.deepEqual(graph.dependencies, [[], [0], [1], [1], [1, 2, 3], [2], []]);
});

Deno.test("createOrderCheck() knows paths of any length and only those", () => {
  const graph = graphOf(
    ...Array.from({ length: 40 }, (_, at) => write(`x${at}`, "x", at)),
    write("y", "y", 1),
  );
  const isBefore = createOrderCheck(graph);
  assert.ok(isBefore(0, 39));
  assert.ok(isBefore(31, 32));
  assert.ok(!isBefore(39, 40));
  assert.ok(!isBefore(5, 5));
});

const KEYS = ["a", "a.b", "a.b.c", "a.d", "b", "b.c", "c"];

function randomPlan(random: (below: number) => number): readonly unknown[] {
  const someKeys = () => KEYS.filter(() => random(6) === 0);
  return Array.from({ length: 1 + random(25) }, () => ({
    type: "assertion",
    state_dependencies: someKeys(),
    read_set: someKeys(),
    write_set: someKeys(),
    expected_effects: Object.fromEntries(someKeys().map((key) => [key, random(3)])),
  }));
}

function meet(a: string, b: string): boolean {
  return a === b || a.startsWith(`${b}.`) || b.startsWith(`${a}.`);
}

// Which earlier actions a later one must wait for, by the rule alone and without any index.
function naivePaths(actions: readonly Action[]): boolean[][] {
  const paths = actions.map(() => actions.map(() => false));
  actions.forEach((later, at) => {
    const wanted = [...readKeys(later), ...writtenKeys(later)];
    for (let earlier = 0; earlier < at; earlier++) {
      const writes = writtenKeys(actions[earlier] ?? later);
      if (!wanted.some((key) => writes.some((written) => meet(key, written)))) continue;
      paths.forEach((row, from) => {
        if (from === earlier || row[earlier]) row[at] = true;
      });
    }
  });
  return paths;
}

Deno.test("verify() layers and conflicts equal those of the naive rule on random plans", () => {
  const seed = testSeed();
  const random = seededRandom(seed);
  for (let round = 0; round < 300; round++) {
    const given = randomPlan(random);
    const actions = identifyActions(plan(...given).actions);
    const paths = naivePaths(actions);
    const report = verifyPlan(given);
    const level = new Map(report.execution_levels.flatMap((ids, at) => ids.map((id) => [id, at])));
    const context = `seed ${seed}, round ${round}`;
    assert.equal(level.size, actions.length, context);
    actions.forEach((action, at) => {
      const before = actions.filter((_, earlier) => paths[earlier]?.[at]);
      const deepest = Math.max(-1, ...before.map((earlier) => level.get(earlier.id) ?? NaN));
      assert.equal(level.get(action.id), deepest + 1, context);
    });
    const position = new Map(actions.map((action, at) => [action.id, at]));
    for (const { actions: [a = "", b = ""] } of report.conflicts) {
      assert.ok(!paths[position.get(a) ?? -1]?.[position.get(b) ?? -1], context);
    }
    assert.equal(report.conflicts.length > 0, hasUnorderedWrites(actions, paths), context);
  }
});

function hasUnorderedWrites(actions: readonly Action[], paths: boolean[][]): boolean {
  const writes = actions.map((action) => [...writtenKeys(action), ...action.write_set]);
  return writes.some((keys, at) =>
    writes.slice(0, at).some((others, earlier) =>
      !paths[earlier]?.[at] && keys.some((key) => others.some((other) => meet(key, other)))
    )
  );
}

// Sizes that would take minutes if any step were quadratic in them; no clock is read, the test run's
// own time limit is the judge.
Deno.test("verify() stays fast for a thousand actions that all touch the same keys", () => {
  const keys = Array.from({ length: 50 }, (_, at) => `k${at}`);
  const writers = Array.from({ length: 500 }, (_, at) => ({
    type: "assertion",
    expected_effects: Object.fromEntries(keys.map((key) => [`${key}.f${at}`, at])),
    write_set: keys,
  }));
  const readers = Array.from({ length: 500 }, (_, at) => ({
    ...JSON.parse(JSON.stringify(check(`r${at}`, "k0.f0", "eq", 0))),
    state_dependencies: keys,
  }));
  const report = verifyPlan([...writers, ...readers], { maxActions: 1_000 });
  assert.equal(report.execution_levels.flat().length, 1_000);
});

Deno.test("verify() stays fast for keys and values nested 64 deep", () => {
  const path = Array.from({ length: 64 }, () => "k").join(".");
  const nest = (depth: number): unknown => depth === 0 ? 1 : { k: nest(depth - 1) };
  const actions = Array.from({ length: 1_000 }, (_, at) => ({
    ...JSON.parse(JSON.stringify(check(`c${at}`, path, "eq", at === 0 ? 1 : at - 1))),
    expected_effects: { [path]: at },
  }));
  const report = verifyPlan(actions, {
    maxActions: 1_000,
    initialState: JSON.parse(JSON.stringify(nest(64))),
  });
  assert.deepEqual(report.issues, []);
  assert.equal(report.execution_levels.length, 1_000);
});
