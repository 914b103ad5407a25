// How the preconditions of one plan compare values. A caller chooses both sides, and many small
// preconditions on one large state would keep the process busy for minutes: so all comparisons of a
// plan draw on one budget, and each costs no more than what it looks at.

import { CarError } from "../base/errors.ts";
import { findEnd, prepareNeedle } from "../base/find_text.ts";
import { isJsonObject } from "./json_value.ts";

/** What all comparisons of one plan may look at; some 50 ms of work. */
export const COMPARISON_UNITS_MAX = 6 * 1024 * 1024;

/** What comparing two values costs. A character that is searched costs 1. */
export const UNITS_PER_VALUE = 4;

const UNITS_PER_KEY = 10;
const EQUAL_CHARS_PER_UNIT = 8; // Engines compare whole strings many characters at a time.

/** Compares for one plan; every method throws CarError "limit_reached" when the budget is spent. */
export class BoundedComparison {
  #units = 0;

  /** Equal as JSON: objects by keys in any order, arrays by position, no coercion. */
  isSame(a: unknown, b: unknown): boolean {
    this.#spend(UNITS_PER_VALUE);
    if (typeof a === "string" && typeof b === "string" && a.length === b.length) {
      this.#spend(Math.ceil(a.length / EQUAL_CHARS_PER_UNIT));
    }
    if (a === b) return true;
    if (Array.isArray(a)) {
      return Array.isArray(b) && a.length === b.length &&
        a.every((member, at) => this.isSame(member, b[at]));
    }
    return isJsonObject(a) && isJsonObject(b) && this.#isSameObject(a, b);
  }

  /** True when a string holds the wanted text or an array the wanted member. */
  contains(holder: unknown, wanted: unknown): boolean {
    if (Array.isArray(holder)) return holder.some((member) => this.isSame(member, wanted));
    if (typeof holder !== "string" || typeof wanted !== "string") return false;
    if (wanted.length > holder.length) return false;
    this.#spend(holder.length + wanted.length);
    return findEnd(holder, prepareNeedle(wanted)) >= 0;
  }

  #isSameObject(a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>) {
    const keys = Object.keys(a);
    const others = Object.keys(b).length;
    // Listing keys looks at each of them, also when the numbers then differ.
    this.#spend(UNITS_PER_KEY * (keys.length + others));
    return keys.length === others &&
      keys.every((key) => Object.hasOwn(b, key) && this.isSame(a[key], b[key]));
  }

  #spend(units: number): void {
    this.#units += units;
    if (this.#units <= COMPARISON_UNITS_MAX) return;
    throw new CarError(
      "limit_reached",
      "Cannot check this plan: its preconditions compare too much, together more than " +
        `${COMPARISON_UNITS_MAX} characters (a value counts as ${UNITS_PER_VALUE}, a key as ${UNITS_PER_KEY}); ` +
        "give fewer preconditions or a smaller initial_state",
      { data: { maximum: COMPARISON_UNITS_MAX } },
    );
  }
}
