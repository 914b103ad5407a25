// Time as an argument, so that a test can move it. Everything that waits takes a Clock; nothing else
// in src/ calls Date.now() or setTimeout().

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
    const timer = setTimeout(fire, delayMs);
    unrefTimer(timer);
    return () => clearTimeout(timer);
  },
};

// Deno's web timer is a number, Bun's an object with unref(); both know the Node way through it.
function unrefTimer(timer: unknown): void {
  if (typeof timer === "object" && timer !== null && "unref" in timer) {
    (timer as { unref(): void }).unref();
  } else if (typeof timer === "number" && "Deno" in globalThis) {
    Deno.unrefTimer(timer);
  }
}
