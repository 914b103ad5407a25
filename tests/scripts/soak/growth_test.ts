// Whether growth is told from noise, and what clients leave behind from what was there before.

import assert from "node:assert/strict";
import { growthOf, leftOver, type TimedReading } from "../../../scripts/soak/_growth.ts";

const MIB = 1024 * 1024;
const QUIET = {
  residentBytes: 100 * MIB,
  heapBytes: 40 * MIB,
  descriptors: 40,
  sessions: 0,
  streams: 0,
  tasks: 0,
  faults: 0,
};

/** Readings two seconds apart, each changed by its number. */
function readings(change: (number: number) => Partial<TimedReading>): readonly TimedReading[] {
  return Array.from({ length: 100 }, (_, at) => ({ at: at * 2, ...QUIET, ...change(at) }));
}

Deno.test("growthOf() finds nothing in a server that fills its caches and collects its heap", () => {
  const steady = readings((at) => ({
    residentBytes: (100 + Math.min(at, 30) * 3) * MIB,
    heapBytes: (40 + at % 5 * 20) * MIB,
    descriptors: 40 + at % 9,
  }));
  assert.deepEqual(growthOf(steady).problems, []);
});

Deno.test("growthOf() finds what rises to the end, in the heap below its peaks, too", () => {
  const rising = readings((at) => ({
    residentBytes: (100 + at) * MIB,
    heapBytes: (40 + at % 5 * 20 + at) * MIB,
    descriptors: 40 + Math.floor(at / 3),
  }));
  const { problems } = growthOf(rising);
  assert.equal(problems.length, 3);
  assert.match(problems[0] ?? "", /^The RAM rises from 14\d\.\d MiB by 5\d\.\d MiB$/);
  assert.match(problems[1] ?? "", /^The heap rises/);
  assert.match(problems[2] ?? "", /^Descriptors rise/);
});

Deno.test("growthOf() judges no run that was too short for it", () => {
  assert.deepEqual(growthOf(readings(() => ({})).slice(0, 6)).problems, []);
});

Deno.test("leftOver() names what clients have left, and faults", () => {
  assert.deepEqual(leftOver(QUIET, QUIET), []);
  const after = { ...QUIET, sessions: 2, streams: 1, tasks: 3, faults: 1, descriptors: 90 };
  assert.deepEqual(leftOver(QUIET, after), [
    "2 sessions are left",
    "1 streams are left",
    "3 tasks are left",
    "1 faults are left",
    "50 descriptors more than before are open",
  ]);
});
