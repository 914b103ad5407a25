import assert from "node:assert/strict";
import { createFactSource } from "../../../scripts/bench/_memory_facts.ts";
import { MEMORY_YARDSTICKS } from "../../../scripts/bench/_memory_yardsticks.ts";
import { percentile } from "../../../scripts/bench/_percentile.ts";

Deno.test("createFactSource() gives the same fact and query of a number every time", () => {
  const [one, other] = [createFactSource(), createFactSource()];
  for (const number of [0, 1, 77, 123_456]) {
    assert.deepEqual(one.fact(number), other.fact(number));
    assert.equal(one.query(number, 1_000), other.query(number, 1_000));
  }
  assert.notDeepEqual(one.fact(1), one.fact(2));
});

Deno.test("createFactSource() makes common words far more frequent than rare ones", () => {
  const source = createFactSource();
  const counts = new Map<string, number>();
  for (let number = 0; number < 2_000; number++) {
    const words = source.fact(number).body.split(" ");
    assert.ok(words.length >= 8 && words.length <= 30, String(words.length));
    for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const total = counts.values().reduce((sum, count) => sum + count, 0);
  const share = Math.max(...counts.values()) / total;
  // One over the sum of 1/rank for 60,000 ranks is 0.086.
  assert.ok(share > 0.07 && share < 0.1, String(share));
});

Deno.test("the yardsticks in JavaScript agree on the best facts", async () => {
  const source = createFactSource();
  const facts = Array.from({ length: 500 }, (_, number) => source.fact(number));
  const inJavaScript = MEMORY_YARDSTICKS.filter(({ name }) => name.startsWith("BM25"));
  const rankers = await Promise.all(inJavaScript.map(({ open }) => open(facts)));
  assert.equal(rankers.length, 2);
  for (let number = 0; number < 20; number++) {
    const [textbook, flat] = rankers.map((ranker) => ranker.rank(source.query(number, 500), 1));
    assert.deepEqual(textbook, flat);
  }
});

Deno.test("percentile() gives what a share of the values does not exceed", () => {
  const values = Array.from({ length: 100 }, (_, at) => 99 - at);
  assert.equal(percentile(values, 0.5), 50);
  assert.equal(percentile(values, 0.99), 99);
  assert.equal(percentile([7], 0.5), 7);
});
