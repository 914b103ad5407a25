// Some seconds of the soak against the real process. It waits for the sessions that its clients left
// behind, which takes their time.

import assert from "node:assert/strict";
import { soak } from "../../../scripts/soak/_soak.ts";
import { DENO } from "../../helpers/runtimes.ts";
import { seededRandom, testSeed } from "../../helpers/seeded_random.ts";
import { tempHome } from "../../helpers/temp_home.ts";

const SECONDS = 6;

Deno.test("a server under the load of all clients answers rightly and loses nothing", async () => {
  using home = tempHome();
  const seed = testSeed();
  const { world } = await soak({
    runtime: DENO,
    home: home.path,
    ms: SECONDS * 1_000,
    pauseMs: 20,
    random: seededRandom(seed),
  });
  assert.deepEqual(world.problems, [], `seed ${seed}`);
  for (const deed of ["write", "query", "mounted call", "dropped call"] as const) {
    assert.ok(world.times(deed) > 0, `nobody did "${deed}", seed ${seed}`);
  }
});
