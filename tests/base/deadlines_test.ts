import assert from "node:assert/strict";
import { Deadlines } from "../../src/base/deadlines.ts";
import { FakeClock } from "../helpers/fake_clock.ts";

Deno.test("Deadlines runs what outlived its time, once, and nothing that was cancelled", () => {
  const clock = new FakeClock();
  const deadlines = new Deadlines({ clock, tickMs: 10 });
  const expired: string[] = [];
  deadlines.add(25, () => expired.push("short"));
  deadlines.add(100, () => expired.push("long"));
  const cancelled = deadlines.add(25, () => expired.push("cancelled"));
  cancelled.cancel();
  cancelled.cancel();
  clock.advance(24);
  assert.deepEqual(expired, []);
  clock.advance(20);
  assert.deepEqual(expired, ["short"]);
  clock.advance(1_000);
  assert.deepEqual(expired, ["short", "long"]);
});

Deno.test("Deadlines keeps one timer for all waits and none when there are none", () => {
  const clock = new FakeClock();
  const deadlines = new Deadlines({ clock, tickMs: 10 });
  for (let wait = 0; wait < 100; wait++) deadlines.add(50, () => {});
  assert.equal(clock.timers, 1);
  clock.advance(100);
  assert.equal(deadlines.size, 0);
  assert.equal(clock.timers, 0);
});

Deno.test("Deadlines forgets its waits when closed", () => {
  const clock = new FakeClock();
  const deadlines = new Deadlines({ clock });
  deadlines.add(10, () => assert.fail("expired after close"));
  deadlines.close();
  deadlines.close();
  assert.equal(clock.timers, 0);
  clock.advance(1_000);
});

Deno.test("Deadlines keeps one timer, and time, when waits begin others as they expire", () => {
  const clock = new FakeClock();
  const deadlines = new Deadlines({ clock, tickMs: 10 });
  let rounds = 0;
  const again = () => {
    rounds++;
    deadlines.add(10, again);
  };
  deadlines.add(10, again);
  clock.advance(100);
  assert.equal(clock.timers, 1);
  // A wait of one tick is met in the second one.
  assert.equal(rounds, 5);
  deadlines.close();
  assert.equal(clock.timers, 0);
});
