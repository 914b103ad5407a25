// What may stand where somebody has begun to write an argument of a prompt or a variable of a template.

/** Values that one answer may hold (2025-11-25, "Completion", "Completion Results"). */
export const COMPLETION_VALUES_MAX = 100;

/** What was written so far. */
export interface CompletionRequest {
  /** Name of the argument or variable. */
  readonly argument: string;
  readonly prefix: string;
  /** What stands in the other arguments already; only texts. */
  readonly others: ReadonlyMap<string, string>;
}

/** Values that go on from a prefix. */
export interface Completion {
  /** In order; at most COMPLETION_VALUES_MAX. */
  readonly values: readonly string[];
  /** How many there are; absent when they are too many to be counted. */
  readonly total?: number;
  readonly hasMore: boolean;
}

/** Nothing fits, or nothing is known. */
export const NO_COMPLETION: Completion = Object.freeze({ values: [], total: 0, hasMore: false });

/** Those of a few values that begin so, in the order given. */
export function completionAmong(values: readonly string[], prefix: string): Completion {
  const fitting = values.filter((value) => value.startsWith(prefix));
  return {
    values: fitting.slice(0, COMPLETION_VALUES_MAX),
    total: fitting.length,
    hasMore: fitting.length > COMPLETION_VALUES_MAX,
  };
}
