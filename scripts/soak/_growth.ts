// Whether the server grows: lines through what was measured once its caches had filled, and what is left
// when all clients are gone.

import { afterWarmUp, type Measurement, type Trend, trendOf } from "../measure/trend.ts";
import type { Reading } from "./_served.ts";

/** A reading, and when: seconds since the server started. */
export interface TimedReading extends Reading {
  readonly at: number;
}

/** What was found in the readings of one server. */
export interface Growth {
  readonly resident: Trend | undefined;
  readonly heap: Trend | undefined;
  readonly descriptors: Trend | undefined;
  /** What must not be, in words. */
  readonly problems: readonly string[];
}

const WARM_UP_SHARE = 0.4;
const MIB = 1024 * 1024;
// A heap is collected when it is worth while, and RAM is given back later or not at all: both go up and
// down by this much without any leak. What leaks a kilobyte a request is past it in minutes.
const BYTES_RISE_MAX = 32 * MIB;
const RISE_SHARE_MAX = 0.2;
const DESCRIPTORS_RISE_MAX = 12;
// Connections that the runtime of the clients keeps for later requests.
const DESCRIPTORS_LEFT_MAX = 40;
// Readings of which the lowest counts: the one after a collection.
const WINDOW = 5;

/** Judges the readings of one server under load. */
export function growthOf(readings: readonly TimedReading[]): Growth {
  const trend = (value: (reading: TimedReading) => number, window: number) =>
    trendOf(lowest(
      afterWarmUp(readings.map((each) => ({ at: each.at, value: value(each) })), WARM_UP_SHARE),
      window,
    ));
  const resident = trend(({ residentBytes }) => residentBytes, WINDOW);
  const heap = trend(({ heapBytes }) => heapBytes, WINDOW);
  const descriptors = trend(({ descriptors }) => descriptors, 1);
  return {
    resident,
    heap,
    descriptors,
    problems: [
      ...bytesProblem("RAM", resident),
      ...bytesProblem("heap", heap),
      ...(descriptors !== undefined && descriptors.rise > DESCRIPTORS_RISE_MAX
        ? [
          `Descriptors rise from ${descriptors.first.toFixed(0)} by ${descriptors.rise.toFixed(0)}`,
        ]
        : []),
    ],
  };
}

/** What is left of clients that have all gone, compared with the server before the first came. */
export function leftOver(before: Reading, after: Reading): readonly string[] {
  const counts = (["sessions", "streams", "tasks", "faults"] as const)
    .filter((name) => after[name] !== 0)
    .map((name) => `${after[name]} ${name} are left`);
  const more = after.descriptors - before.descriptors;
  return more > DESCRIPTORS_LEFT_MAX
    ? [...counts, `${more} descriptors more than before are open`]
    : counts;
}

function bytesProblem(what: string, trend: Trend | undefined): readonly string[] {
  if (trend === undefined) return [];
  const isGrowth = trend.rise > Math.max(BYTES_RISE_MAX, RISE_SHARE_MAX * trend.first);
  if (!isGrowth) return [];
  const mib = (bytes: number) => `${(bytes / MIB).toFixed(1)} MiB`;
  return [`The ${what} rises from ${mib(trend.first)} by ${mib(trend.rise)}`];
}

function lowest(measurements: readonly Measurement[], window: number): readonly Measurement[] {
  const found: Measurement[] = [];
  for (let start = 0; start + window <= measurements.length; start += window) {
    const some = measurements.slice(start, start + window);
    const value = Math.min(...some.map((each) => each.value));
    found.push({ at: some[0]?.at ?? 0, value });
  }
  return found;
}
