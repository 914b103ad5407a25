// Time as an argument, so that a test can move it. Everything that waits takes a Clock; nothing else
// in src/ calls Date.now() or setTimeout().

import { clearTimeout, setTimeout } from "node:timers";

/** Cancels a timer; safe to call twice and after it fired. */
export type CancelTimer = () => void;

/** Wall time, steady time and timers. */
export interface Clock {
  /** Wall time in UTC milliseconds since 1970. */
  now(): number;
  /** Steady time in milliseconds with fractions; only differences mean something. */
  monotonicMs(): number;
  /** Runs `fire` once after `delayMs`; the process may end before it. */
  after(delayMs: number, fire: () => void): CancelTimer;
}

/** The clock of the machine. Its timers do not keep the process alive. */
export const SYSTEM_CLOCK: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  after(delayMs, fire) {
    const timer = setTimeout(fire, delayMs).unref();
    return () => clearTimeout(timer);
  },
};

/** The clock of the machine for a command that waits: its timers keep the process alive. */
export const WAITING_CLOCK: Clock = {
  ...SYSTEM_CLOCK,
  after(delayMs, fire) {
    const timer = setTimeout(fire, delayMs);
    return () => clearTimeout(timer);
  },
};

/**
 * Resolves when everything else had its turn, what came over the network, too: under Deno that is not
 * looked at between two immediates, only before timers. Takes about a millisecond where nobody waits.
 */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, 0));
}

/** Waits so long. */
export function pause(ms: number, clock: Clock): Promise<void> {
  return new Promise((resolve) => void clock.after(ms, resolve));
}

/** Waits for a promise, but no longer than that; a rejection that comes in time is passed on. */
export function within(done: Promise<void>, ms: number, clock: Clock): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(ms, resolve);
    done.then(resolve, reject).finally(cancel);
  });
}
