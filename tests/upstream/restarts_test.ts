import assert from "node:assert/strict";
import { Restarts, STEADY_MS } from "../../src/upstream/restarts.ts";
import { FakeClock } from "../helpers/fake_clock.ts";

Deno.test("Restarts waits longer after each failure and gives up after the last", () => {
  const restarts = new Restarts(new FakeClock(), 9);
  const delays = Array.from({ length: 10 }, () => restarts.next());
  const expected = [500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, undefined];
  assert.deepEqual(delays, expected);
  assert.equal(restarts.total, 9);
});

Deno.test("Restarts starts again at once what has run, and forgets failures after a steady run", () => {
  const clock = new FakeClock();
  const restarts = new Restarts(clock, 3);
  restarts.started();
  assert.equal(restarts.next(), 0);
  restarts.started();
  clock.advance(STEADY_MS - 1);
  assert.equal(restarts.next(), 1_000);
  restarts.started();
  clock.advance(STEADY_MS);
  assert.equal(restarts.next(), 0);
});
