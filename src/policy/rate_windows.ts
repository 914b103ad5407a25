// How often calls were made lately. A window slides: a call counts for exactly the interval of its rule
// from the moment it was made, on steady time. Each rule counts for each principal alone, and a rule
// that is read again unchanged goes on counting where it was.

import type { RateRule } from "./rule.ts";

// Windows in use; the one used longest ago is forgotten beyond that.
const WINDOWS_MAX = 10_000;

/** The calls that count now, for all rules. */
export class RateWindows {
  readonly #windows = new Map<string, Window>();

  /** Whether one more call now would be too many. */
  isFull(rule: RateRule, principal: string, nowMs: number): boolean {
    if (rule.callsMax === 0) return true;
    const window = this.#windows.get(keyOf(rule, principal));
    return window !== undefined && window.countSince(nowMs - rule.intervalMs) >= rule.callsMax;
  }

  /** Counts a call made now; false, and nothing is counted, when it would be too many. */
  take(rule: RateRule, principal: string, nowMs: number): boolean {
    if (this.isFull(rule, principal, nowMs)) return false;
    const key = keyOf(rule, principal);
    const window = this.#windows.get(key) ?? new Window();
    // Put in again behind the others, so that the first is always the one used longest ago.
    this.#windows.delete(key);
    this.#windows.set(key, window);
    window.add(nowMs);
    if (this.#windows.size > WINDOWS_MAX) {
      const [oldest] = this.#windows.keys();
      if (oldest !== undefined) this.#windows.delete(oldest);
    }
    return true;
  }
}

/** Times of calls, ascending; what is over is dropped when it is met. */
class Window {
  #times: number[] = [];
  #first = 0;

  add(nowMs: number): void {
    this.#times.push(nowMs);
  }

  /** How many calls were made after that time. */
  countSince(ms: number): number {
    while (this.#first < this.#times.length && (this.#times[this.#first] ?? 0) <= ms) this.#first++;
    if (this.#first > this.#times.length / 2) {
      this.#times = this.#times.slice(this.#first);
      this.#first = 0;
    }
    return this.#times.length - this.#first;
  }
}

function keyOf(rule: RateRule, principal: string): string {
  return JSON.stringify([rule.source, rule.id, rule.callsMax, rule.intervalMs, principal]);
}
