import assert from "node:assert/strict";
import { RateWindows } from "../../src/policy/rate_windows.ts";
import type { RateRule } from "../../src/policy/rule.ts";
import { seededRandom, testSeed } from "../helpers/seeded_random.ts";
import { denials, HOME, homePolicies } from "./_policies.ts";

const TWO_IN_TEN = '[[rate_limit_tool]]\ntool = "t*"\nmax_calls = 2\ninterval_secs = 10';

Deno.test("a rate denies the call after the last one, and says the rate", async () => {
  const { call } = await homePolicies(TWO_IN_TEN);
  assert.equal((await call("t1")).decision, "allow");
  assert.equal((await call("t2")).decision, "allow");
  const denied = await call("t1");
  assert.deepEqual(denials(denied), ["rate_limit_tool:t*"]);
  assert.equal(denied.findings[0]?.reason, "At most 2 calls are allowed in 10 seconds");
  assert.equal((await call("other")).decision, "allow");
});

Deno.test("a rate's window slides: each call counts for its own interval", async () => {
  const { call, clock } = await homePolicies(TWO_IN_TEN);
  await call("t");
  clock.advance(6_000);
  await call("t");
  clock.advance(3_999);
  assert.equal((await call("t")).decision, "deny");
  clock.advance(1);
  assert.equal((await call("t")).decision, "allow");
  assert.equal((await call("t")).decision, "deny");
  clock.advance(6_000);
  assert.equal((await call("t")).decision, "allow");
});

Deno.test("a rate counts for each principal alone, and denied calls not at all", async () => {
  const { call, clock } = await homePolicies(TWO_IN_TEN);
  for (const principal of ["a", "a", "b", "b"]) {
    assert.equal((await call("t", {}, { principal })).decision, "allow");
  }
  clock.advance(9_999);
  for (const principal of ["a", "b"]) {
    assert.equal((await call("t", {}, { principal })).decision, "deny");
  }
  clock.advance(1);
  assert.equal((await call("t", {}, { principal: "a" })).decision, "allow");
});

Deno.test("looking at a rate counts nothing", async () => {
  const { policies, call } = await homePolicies(TWO_IN_TEN);
  const seen = { tool: "t", params: {}, principal: "local" };
  for (let look = 0; look < 10; look++) await policies.explain(seen);
  assert.equal((await call("t")).decision, "allow");
  assert.equal((await call("t")).decision, "allow");
  assert.equal((await policies.explain(seen)).decision.decision, "deny");
});

Deno.test("a rate that is read again unchanged goes on counting", async () => {
  const { call, clock, folders } = await homePolicies(TWO_IN_TEN);
  await call("t");
  await call("t");
  folders.get(HOME)?.set("a.toml", `${TWO_IN_TEN}\n[[require_approval]]\ntool = "x"`);
  clock.advance(1_000);
  const denied = await call("t");
  assert.equal(denied.rulesLoaded, 2);
  assert.deepEqual(denials(denied), ["rate_limit_tool:t*"]);
});

Deno.test("all rates of a call count it, or none", async () => {
  const { call, policies } = await homePolicies(`
    [[rate_limit_tool]]
    tool = "t"
    max_calls = 5
    interval_secs = 10
    [[rate_limit_tool]]
    tool = "*"
    max_calls = 1
    interval_secs = 10
  `);
  const { rates } = await call("t");
  assert.equal(rates.length, 2);
  for (let more = 0; more < 10; more++) {
    assert.equal(policies.count(rates, "local")?.id, "rate_limit_tool:*");
  }
  const [first] = rates;
  assert.ok(first);
  for (let more = 0; more < 4; more++) assert.equal(policies.count([first], "local"), undefined);
  assert.equal(policies.count([first], "local"), first);
});

Deno.test("RateWindows equals a naive count on random calls", () => {
  const seed = testSeed();
  const random = seededRandom(seed);
  for (let round = 0; round < 50; round++) {
    const callsMax = random(5);
    const intervalMs = 1 + random(50);
    const rule: RateRule = { id: "r", source: "s", isAbout: () => true, callsMax, intervalMs };
    const windows = new RateWindows();
    const made: number[] = [];
    let nowMs = 0;
    for (let call = 0; call < 200; call++) {
      nowMs += random(20);
      const counted = made.filter((ms) => nowMs - ms < intervalMs).length;
      const isAllowed = windows.take(rule, "p", nowMs);
      assert.equal(isAllowed, counted < callsMax, `seed ${seed}, round ${round}, call ${call}`);
      if (isAllowed) made.push(nowMs);
    }
  }
});

Deno.test("RateWindows forgets the window used longest ago beyond ten thousand", () => {
  const rule: RateRule = {
    id: "r",
    source: "s",
    isAbout: () => true,
    callsMax: 1,
    intervalMs: 1_000,
  };
  const windows = new RateWindows();
  for (let principal = 0; principal <= 10_000; principal++) {
    assert.ok(windows.take(rule, `p${principal}`, 0));
  }
  assert.equal(windows.isFull(rule, "p0", 0), false);
  assert.equal(windows.isFull(rule, "p1", 0), true);
});
