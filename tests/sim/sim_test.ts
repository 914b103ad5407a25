// Clients that come, go, lag and come back, against a model that knows what each must have received.
// A seed that fails is run alone with `deno task sim 1 SEED`; more seeds with `deno task sim COUNT FIRST`.

import assert from "node:assert/strict";
import type { Outcome } from "./_model_server.ts";
import { runSeed } from "./_run.ts";
import { ALWAYS_MET, SETTINGS } from "./_settings.ts";
import { simServer } from "./_sim_server.ts";

const SEEDS = 1_000;

for (const [first, { name, bounds, meets }] of SETTINGS.entries()) {
  Deno.test(`sessions and streams do what their model does: ${name} mcp:74 mcp:76 mcp:77 mcp:78 mcp:79 mcp:84`, async () => {
    await using server = await simServer(bounds);
    const counted = { lost: 0, strays: 0 };
    const met = new Set<Outcome>();
    for (let seed = first; seed < SEEDS; seed += SETTINGS.length) {
      const model = await runSeed(server, seed);
      counted.lost += model.lost;
      counted.strays += model.strays;
      for (const outcome of model.met) met.add(outcome);
    }
    assert.equal(await server.counter("car_events_dropped_total"), counted.lost);
    assert.equal(await server.counter("car_stray_responses_total"), counted.strays);
    assert.deepEqual([...ALWAYS_MET, ...meets].filter((outcome) => !met.has(outcome)), []);
  });
}
