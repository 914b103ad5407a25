import assert from "node:assert/strict";
import { TokenBuckets } from "../../src/base/token_buckets.ts";

const buckets = (bucketsMax?: number) =>
  new TokenBuckets({ perSecond: 2, burst: 4, ...(bucketsMax !== undefined && { bucketsMax }) });

function takes(of: TokenBuckets, name: string, nowMs: number, times: number): number[] {
  return Array.from({ length: times }, () => of.take(name, nowMs));
}

Deno.test("take() gives a full bucket at once, then says how long until the next token", () => {
  const of = buckets();
  assert.deepEqual(takes(of, "a", 0, 6), [0, 0, 0, 0, 500, 500]);
  assert.deepEqual(takes(of, "a", 499, 1), [1]);
  assert.deepEqual(takes(of, "a", 500, 2), [0, 500]);
});

Deno.test("take() fills a bucket to the brim and no further", () => {
  const of = buckets();
  takes(of, "a", 0, 4);
  assert.deepEqual(takes(of, "a", 3_600_000, 5), [0, 0, 0, 0, 500]);
});

Deno.test("take() keeps a bucket for each name", () => {
  const of = buckets();
  takes(of, "a", 0, 5);
  assert.deepEqual(takes(of, "b", 0, 5), [0, 0, 0, 0, 500]);
});

Deno.test("take() gives tokens at the rate, however the time between is cut", () => {
  const of = new TokenBuckets({ perSecond: 3, burst: 1 });
  let taken = 0;
  for (let ms = 0; ms <= 100_000; ms += 7) taken += Number(of.take("a", ms) === 0);
  // One every 336 ms, the first step of 7 ms after a third of a second.
  assert.equal(taken, 298);
});

Deno.test("waitMs() takes nothing", () => {
  const of = buckets();
  assert.equal(of.waitMs("a", 0), 0);
  assert.equal(of.size, 0);
  takes(of, "a", 0, 4);
  assert.equal(of.waitMs("a", 0), 500);
  assert.equal(of.waitMs("a", 500), 0);
  assert.equal(of.take("a", 500), 0);
});

Deno.test("charge() may leave a debt, of one full bucket at most", () => {
  const of = buckets();
  of.charge("a", 0, 6);
  assert.equal(of.waitMs("a", 0), 1_500);
  of.charge("a", 0, 1_000_000);
  assert.equal(of.waitMs("a", 0), 2_500);
  assert.equal(of.take("a", 2_500), 0);
});

Deno.test("TokenBuckets keeps a bucket that is used, whoever makes up names beside it", () => {
  const of = buckets(100);
  takes(of, "a", 0, 4);
  for (let each = 0; each < 10_000; each++) {
    of.take(`name ${each}`, 0);
    if (each % 40 === 0) of.charge("a", 0);
  }
  assert.ok(of.size <= 100);
  assert.equal(of.waitMs("a", 0), 2_500);
});

Deno.test("TokenBuckets keeps no more than its bound of 100,000 made-up names", () => {
  const of = new TokenBuckets({ perSecond: 1, burst: 1 });
  for (let each = 0; each < 100_000; each++) of.take(`name ${each}`, each);
  assert.ok(of.size <= 20_000);
});
