// Whatever a project adds, a call that the home denies stays denied, and the order of files decides
// nothing: tried on random rules and calls.

import assert from "node:assert/strict";
import { seededRandom, testSeed } from "../helpers/seeded_random.ts";
import { denials, HOME, testPolicies } from "./_policies.ts";

type Random = (below: number) => number;

const TOOLS = ["t", "tt", "u"];
const PATTERNS = ["t", "t*", "*t", "u", "*"];
const PARAMS = ["p", "q"];
const VALUES: readonly unknown[] = ["a", "ab", "b", 1, "1", true, ["a"]];

function pick<Value>(random: Random, from: readonly Value[]): Value {
  return from[random(from.length)] as Value;
}

/** One rule as TOML; JSON's strings, numbers and arrays are TOML as well. */
function randomRule(random: Random): string {
  const tool = `tool = "${pick(random, PATTERNS)}"`;
  const param = `param = "${pick(random, PARAMS)}"`;
  const value = JSON.stringify(pick(random, VALUES));
  return pick(random, [
    `[[deny_tool_param]]\n${tool}\n${param}`,
    `[[deny_tool_param]]\n${tool}\n${param}\nequals = ${value}`,
    `[[deny_tool_param]]\n${tool}\n${param}\ncontains = "b"`,
    `[[allow_tool_param]]\n${tool}\n${param}\nallow = [${value}]`,
    `[[deny_tool_param_matching]]\n${tool}\n${param}\nmatches = "^a"`,
    `[[rate_limit_tool]]\n${tool}\nmax_calls = ${random(2)}\ninterval_secs = 1`,
  ]);
}

function randomFile(random: Random): string {
  return Array.from({ length: random(3) }, () => randomRule(random)).join("\n");
}

function randomParams(random: Random): Record<string, unknown> {
  const given = PARAMS.filter(() => random(3) > 0);
  return Object.fromEntries(given.map((param) => [param, pick(random, VALUES)]));
}

Deno.test("no rule of a project lets pass what the home denies, and no order of files does", async () => {
  const seed = testSeed();
  const random = seededRandom(seed);
  let denied = 0;
  for (let round = 0; round < 300; round++) {
    const [first, second, added] = [randomFile(random), randomFile(random), randomFile(random)];
    const folders = (a: string, b: string) =>
      new Map([
        [HOME, new Map([["a.toml", a], ["b.toml", b]])],
        ["/p", new Map([["c.toml", added]])],
      ]);
    const { policies } = await testPolicies(folders(first, second));
    const turned = await testPolicies(folders(second, first));
    for (let tries = 0; tries < 10; tries++) {
      const tool = pick(random, TOOLS);
      const call = { tool, params: randomParams(random), principal: "local" };
      const atHome = await policies.decide(call);
      const inProject = await policies.decide({ ...call, project: "/p" });
      const context = `seed ${seed}, round ${round}: ${JSON.stringify(call)}`;
      assert.ok(denials(atHome).every((rule) => denials(inProject).includes(rule)), context);
      if (atHome.decision === "deny") assert.equal(inProject.decision, "deny", context);
      const other = await turned.policies.decide(call);
      assert.deepEqual(denials(other).toSorted(), denials(atHome).toSorted(), context);
      if (atHome.decision === "deny") denied++;
    }
  }
  assert.ok(denied > 300 && denied < 2_700, `seed ${seed}: ${denied} of 3000 were denied`);
});
