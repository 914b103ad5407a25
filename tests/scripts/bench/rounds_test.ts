import assert from "node:assert/strict";
import { alignColumns, tableOf } from "../../../scripts/bench/_report.ts";
import { median, medianRatio, type Sample } from "../../../scripts/bench/_rounds.ts";

function sampleOf(requestsPerSecond: number): Sample {
  return {
    requests: requestsPerSecond,
    requestsPerSecond,
    seconds: 1,
    p50Us: 10,
    p99Us: 20,
    cpuUs: undefined,
    cpuShare: undefined,
    generatorShare: 0.5,
    residentBytes: undefined,
  };
}

Deno.test("median() takes the middle, or the mean of the two in the middle", () => {
  assert.equal(median([9, 1, 5]), 5);
  assert.equal(median([4, 1, 3, 2]), 2.5);
  assert.ok(Number.isNaN(median([])));
});

Deno.test("medianRatio() compares inside of each round before it takes the median", () => {
  const samples = new Map([
    ["ours", [sampleOf(10), sampleOf(40), sampleOf(90)]],
    ["floor", [sampleOf(20), sampleOf(50), sampleOf(100)]],
  ]);
  assert.equal(medianRatio(samples, "ours", "floor"), 0.8);
  assert.ok(Number.isNaN(medianRatio(samples, "ours", "unknown")));
});

Deno.test("tableOf() shows a dash for what the system does not tell", () => {
  const table = tableOf(new Map([["floor", [sampleOf(1_000)]]]), new Map());
  assert.match(table, /floor +1000 +10 +20 +- +- +- +1\.00 +- +50%/);
});

Deno.test("tableOf() compares each server with the floor that answers the same", () => {
  const samples = new Map([["ours", [sampleOf(30)]], ["floor", [sampleOf(99)]], [
    "its floor",
    [sampleOf(60)],
  ]]);
  assert.match(tableOf(samples, new Map([["ours", "its floor"]])), /ours +30 .* 0\.50 +- /);
});

Deno.test("alignColumns() puts names to the left and numbers to the right", () => {
  assert.equal(alignColumns([["name", "n"], ["a", "100"]]), "name    n\na     100");
});
