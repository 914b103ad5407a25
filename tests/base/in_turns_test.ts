import assert from "node:assert/strict";
import { atOnce, inTurns, type Steps } from "../../src/base/in_turns.ts";
import type { Clock } from "../../src/base/clock.ts";
import { FakeClock } from "../helpers/fake_clock.ts";

function* count(to: number, seen: number[]): Steps<string> {
  for (let step = 0; step < to; step++) {
    seen.push(step);
    yield;
  }
  return "done";
}

Deno.test("atOnce() runs to the end and gives the result", () => {
  const seen: number[] = [];
  assert.equal(atOnce(count(5, seen)), "done");
  assert.deepEqual(seen, [0, 1, 2, 3, 4]);
});

Deno.test("inTurns() lets others have their turns when its time is over", async () => {
  const clock = new FakeClock();
  let ms = 0;
  // Each look at the clock is a millisecond.
  const ticking: Clock = {
    now: () => clock.now(),
    after: (delayMs, fire) => clock.after(delayMs, fire),
    monotonicMs: () => ms++,
  };
  const seen: number[] = [];
  const running = inTurns(count(20, seen), ticking);
  assert.equal(seen.length, 2);
  await new Promise((turn) => setImmediate(turn));
  assert.ok(seen.length < 20, String(seen.length));
  assert.equal(await running, "done");
  assert.equal(seen.length, 20);
});

Deno.test("inTurns() passes a fault on", async () => {
  function* failing(): Steps<void> {
    yield;
    throw new Error("on purpose");
  }
  await assert.rejects(inTurns(failing(), new FakeClock()), { message: "on purpose" });
});
