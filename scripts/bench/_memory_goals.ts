// What the measure is held against: the goals of the engine by the number of facts. Absolute times are
// those of one machine; the ratios to the plain index travel better.

/** Goals at one size; milliseconds, adds a second and bytes. */
export interface MemoryGoals {
  readonly facts: number;
  readonly queryMs: number;
  /** How many times as fast as the plain index a query is. */
  readonly queryRatio: number;
  readonly addsPerSecond: number;
  readonly startMs: number;
  readonly ramBytes: number;
}

const MB = 1e6;

/** The p95 of a query may be so many times its p50. */
export const P95_FACTOR = 3;
/** What one add may take beyond a sync of the disk. */
export const ADD_OVER_SYNC_MS = 0.1;
/** The p99 of a query under writers may be so many times that without, and one sync more. */
export const DELAY_FACTOR = 2;
/** While an index is built, a turn may be waited for so much longer than without. */
export const TURN_MS = 5;

const GOALS: readonly MemoryGoals[] = [
  goals(10_000, { queryMs: 0.3, queryRatio: 4, addsPerSecond: 40_000, startMs: 50, ramMb: 15 }),
  goals(100_000, { queryMs: 1.5, queryRatio: 8, addsPerSecond: 40_000, startMs: 200, ramMb: 100 }),
  goals(1e6, { queryMs: 10, queryRatio: 11, addsPerSecond: 25_000, startMs: 2_000, ramMb: 800 }),
];

/** The goals of the smallest size that is no smaller, or of the largest there is. */
export function goalsFor(facts: number): MemoryGoals | undefined {
  return GOALS.find((goal) => goal.facts >= facts) ?? GOALS.at(-1);
}

function goals(
  facts: number,
  { ramMb, ...rest }: Omit<MemoryGoals, "facts" | "ramBytes"> & { readonly ramMb: number },
): MemoryGoals {
  return { facts, ramBytes: ramMb * MB, ...rest };
}
