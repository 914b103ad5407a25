// Whether something grows: a straight line through measurements, fitted by least squares. A single high
// measurement does not count as growth, and a slow climb does not hide behind noise.

/** A measurement. */
export interface Measurement {
  /** Where it was made: seconds, or the number of an input. */
  readonly at: number;
  readonly value: number;
}

/** The line through measurements. */
export interface Trend {
  /** By how much the value rises for one more of `at`. */
  readonly slope: number;
  /** The value of the line at the first measurement. */
  readonly first: number;
  /** By how much the line rises from the first measurement to the last. */
  readonly rise: number;
}

// Two points make a line of any noise.
const MEASUREMENTS_MIN = 5;

/** The line through the measurements, the first ones in order of time; undefined for too few of them. */
export function trendOf(measurements: readonly Measurement[]): Trend | undefined {
  const count = measurements.length;
  const start = measurements[0];
  const end = measurements[count - 1];
  if (count < MEASUREMENTS_MIN || start === undefined || end === undefined) return undefined;
  const meanAt = measurements.reduce((sum, { at }) => sum + at, 0) / count;
  const meanValue = measurements.reduce((sum, { value }) => sum + value, 0) / count;
  let together = 0;
  let spread = 0;
  for (const { at, value } of measurements) {
    together += (at - meanAt) * (value - meanValue);
    spread += (at - meanAt) ** 2;
  }
  const slope = spread === 0 ? 0 : together / spread;
  return {
    slope,
    first: meanValue + slope * (start.at - meanAt),
    rise: slope * (end.at - start.at),
  };
}

/** The measurements without the first part of the time, in which caches fill. */
export function afterWarmUp(
  measurements: readonly Measurement[],
  share: number,
): readonly Measurement[] {
  const start = measurements[0]?.at ?? 0;
  const end = measurements.at(-1)?.at ?? 0;
  return measurements.filter(({ at }) => at >= start + (end - start) * share);
}
