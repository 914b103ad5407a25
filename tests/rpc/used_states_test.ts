import assert from "node:assert/strict";
import { UsedStateMap } from "../../src/rpc/used_states.ts";
import { FakeClock } from "../helpers/fake_clock.ts";

Deno.test("use() takes a state once", () => {
  const clock = new FakeClock();
  const used = new UsedStateMap(clock, 10);
  assert.equal(used.use("a", clock.now() + 1_000), "first");
  assert.equal(used.use("a", clock.now() + 1_000), "used");
  assert.equal(used.use("b", clock.now() + 1_000), "first");
});

Deno.test("use() refuses what it could not remember, and forgets only what has expired", () => {
  const clock = new FakeClock();
  const used = new UsedStateMap(clock, 2);
  assert.equal(used.use("a", clock.now() + 1_000), "first");
  assert.equal(used.use("b", clock.now() + 3_000), "first");
  assert.equal(used.use("c", clock.now() + 3_000), "full");
  clock.advance(2_000);
  assert.equal(used.use("c", clock.now() + 3_000), "first");
  assert.equal(used.use("b", clock.now() + 3_000), "used");
  assert.equal(used.use("d", clock.now() + 3_000), "full");
});
