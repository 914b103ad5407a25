import assert from "node:assert/strict";
import { compareText, SortedNames } from "../../src/skills/_sorted_names.ts";
import { seededRandom, testSeed } from "../helpers/seeded_random.ts";

Deno.test("after() gives the names behind one, whether it is there or not", () => {
  const names = new SortedNames(["b", "d", "a"]);
  assert.deepEqual(names.after(undefined, 2), ["a", "b"]);
  assert.deepEqual(names.after("b", 2), ["d"]);
  assert.deepEqual(names.after("c", 2), ["d"]);
  assert.deepEqual(names.after("d", 2), []);
  assert.deepEqual(new SortedNames([]).after(undefined, 2), []);
});

Deno.test("startingWith() counts all and gives as many as wanted", () => {
  const names = new SortedNames(["deploy", "deploy site", "Deploy", "dep", "e"]);
  assert.deepEqual(names.startingWith("deploy", 1), {
    values: ["deploy"],
    total: 2,
    hasMore: true,
  });
  assert.equal(names.startingWith("", 10).total, 5);
  assert.deepEqual(names.startingWith("x", 10), { values: [], total: 0, hasMore: false });
});

Deno.test("SortedNames is a list that is sorted and searched", () => {
  const seed = testSeed();
  const random = seededRandom(seed);
  const text = () => Array.from({ length: random(4) }, () => "abé😀"[random(4)]).join("");
  const names = new SortedNames([]);
  const naive: string[] = [];
  for (let round = 0; round < 1_000; round++) {
    const name = text();
    if (!naive.includes(name)) {
      names.add(name);
      naive.push(name);
      naive.sort(compareText);
    }
    const prefix = text();
    const fitting = naive.filter((each) => each.startsWith(prefix));
    assert.deepEqual(names.startingWith(prefix, 5), {
      values: fitting.slice(0, 5),
      total: fitting.length,
      hasMore: fitting.length > 5,
    }, `seed ${seed}`);
    assert.deepEqual(
      names.after(prefix, 3),
      naive.filter((each) => each > prefix).slice(0, 3),
      `seed ${seed}`,
    );
  }
});
