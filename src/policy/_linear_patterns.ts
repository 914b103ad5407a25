// Patterns that run in time linear in the text, whatever the two are: RE2, not the engines' own
// backtracking. The time is the length of the text times the size of the compiled pattern at worst, so
// both are bounded; a text that would take longer is not searched, and the rule denies.

import { CarError } from "../base/errors.ts";

/** Characters searched times instructions of the pattern, at most, for one rule; about a second. */
export const PATTERN_STEPS_MAX = 32 * 1024 * 1024;

/** Instructions of one compiled pattern; a larger one counts as a bad pattern. */
export const PATTERN_SIZE_MAX = 10_000;

/** Searches one of several texts for a pattern; false for none. */
export type PatternSearch = (texts: readonly string[]) => "found" | "not_found" | "too_long";

/** Makes a pattern ready; undefined for a bad one: not RE2, or too large. */
export type CompilePattern = (source: string) => PatternSearch | undefined;

/** Loads the pattern engine, which is large and which most homes never need. */
export async function loadPatterns(): Promise<CompilePattern> {
  const { RE2JS, RE2JSException } = await import("re2js");
  return (source) => {
    try {
      const pattern = RE2JS.compile(source);
      const size = pattern.programSize();
      if (size > PATTERN_SIZE_MAX) return undefined;
      return (texts) => {
        const chars = texts.reduce((sum, text) => sum + text.length, 0);
        if (chars * size > PATTERN_STEPS_MAX) return "too_long";
        return texts.some((text) => pattern.test(text)) ? "found" : "not_found";
      };
    } catch (thrown) {
      if (thrown instanceof RE2JSException) return undefined;
      throw new CarError("internal", "The pattern engine failed", { cause: thrown });
    }
  };
}
