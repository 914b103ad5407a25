// A clock for work that pauses by the clock: its time passes because it is looked at, not because the
// machine is slow, so a test knows when a turn is over.

import type { Clock } from "../../src/base/clock.ts";

/** `clock`, but for its monotonic time, of which each look takes a millisecond. */
export function tickingClock(clock: Clock): Clock {
  let ms = 0;
  return {
    now: () => clock.now(),
    after: (delayMs, fire) => clock.after(delayMs, fire),
    monotonicMs: () => ms++,
  };
}
