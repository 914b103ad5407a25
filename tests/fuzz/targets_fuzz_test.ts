// Every fuzz target with the inputs of one run of the suite, counted and not timed: the same seed makes the
// same inputs on any machine. `deno task fuzz` tries more of them.

import assert from "node:assert/strict";
import { testSeed } from "../helpers/seeded_random.ts";
import { FUZZ_TARGETS } from "./fuzz_targets.ts";
import { type OutcomeCounts, tryInput } from "./try_inputs.ts";

// An outcome is no rarity when at least one input in so many has it.
const RARE_ONE_IN = 200;

for (const target of FUZZ_TARGETS) {
  Deno.test(`fuzz ${target.name}: ${target.promise}`, async () => {
    const seed = testSeed();
    const counts: OutcomeCounts = new Map();
    const open = await target.open();
    try {
      for (let at = 0; at < target.suiteInputs; at++) {
        const outcome = await tryInput(target, open, { seed, at });
        counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
      }
    } finally {
      await open.close?.();
    }
    const shown = `${JSON.stringify(Object.fromEntries(counts))}, CAR_TEST_SEED=${seed}`;
    for (const outcome of target.outcomes) {
      const count = counts.get(outcome) ?? 0;
      assert.ok(count * RARE_ONE_IN >= target.suiteInputs, `${outcome} is rare: ${shown}`);
    }
  });
}

Deno.test("fuzz targets have names that a command line takes, each its own", () => {
  const names = FUZZ_TARGETS.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  assert.deepEqual(names.filter((name) => !/^[a-z]+(-[a-z]+)*$/.test(name)), []);
});
