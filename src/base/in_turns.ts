// Long work without holding up the event loop: it is written as a generator that yields wherever it may
// pause, and whoever runs it decides whether it takes turns with everything else or runs to its end.

import type { Clock } from "./clock.ts";

/** Work that may pause at each `yield`. */
export type Steps<Result> = Generator<undefined, Result>;

/** A call that comes meanwhile waits for no more than this and one step of the work. */
const TURN_MS = 3;

/** Runs the work in turns with the event loop. */
export async function inTurns<Result>(steps: Steps<Result>, clock: Clock): Promise<Result> {
  for (;;) {
    const endMs = clock.monotonicMs() + TURN_MS;
    do {
      const step = steps.next();
      if (step.done === true) return step.value;
    } while (clock.monotonicMs() < endMs);
    await new Promise<void>((turn) => setImmediate(turn));
  }
}

/** Runs the work to its end. */
export function atOnce<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
