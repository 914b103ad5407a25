// When a fact holds: from its beginning until the first of its ends. That its end is decided does not
// end it: what supersedes it, or a premise of it, may begin in the future. The statements of the store
// say the same in SQL.

import type { FactRow } from "./store.ts";

/** The time from which on a fact does not hold any more; Infinity: none is known. */
export function endsMsOf(row: FactRow): number {
  const { state, validFromMs, validToMs, expiresAtMs = Infinity } = row;
  // An imported row may say that it was ended and not when.
  const endedMs = state === "live" ? Infinity : validFromMs;
  return Math.min(validToMs ?? endedMs, expiresAtMs);
}

/** True from the end of a fact on; one that has not begun has not ended either. */
export function hasEnded(row: FactRow, atMs: number): boolean {
  return endsMsOf(row) <= atMs;
}

/**
 * True unless a fact is meant for later. One that counts from when it was stored is there at once,
 * even for a clock that was set back since.
 */
export function hasBegun(validFromMs: number, recordedMs: number, atMs: number): boolean {
  return validFromMs <= atMs || validFromMs === recordedMs;
}
