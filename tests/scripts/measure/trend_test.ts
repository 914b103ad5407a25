import assert from "node:assert/strict";
import { afterWarmUp, trendOf } from "../../../scripts/measure/trend.ts";

const at = (values: readonly number[]) => values.map((value, at) => ({ at: at * 2, value }));

Deno.test("trendOf() fits the line that measurements lie on", () => {
  const trend = trendOf(at([10, 13, 16, 19, 22, 25]));
  assert.deepEqual(trend, { slope: 1.5, first: 10, rise: 15 });
});

Deno.test("trendOf() sees a climb through noise, and none in a single peak in the middle", () => {
  const climb = trendOf(at([10, 14, 11, 16, 13, 18, 15, 20]));
  assert.ok(climb !== undefined && climb.rise > 5);
  const peak = trendOf(at([10, 10, 10, 90, 10, 10, 10]));
  assert.ok(peak !== undefined && Math.abs(peak.rise) < 1e-9);
});

Deno.test("trendOf() says nothing of too few measurements", () => {
  assert.equal(trendOf(at([1, 2, 3, 4])), undefined);
  assert.equal(trendOf([]), undefined);
});

Deno.test("afterWarmUp() leaves out the first part of the time", () => {
  assert.deepEqual(afterWarmUp(at([1, 2, 3, 4, 5]), 0.5).map(({ value }) => value), [3, 4, 5]);
  assert.deepEqual(afterWarmUp([], 0.5), []);
});
