import assert from "node:assert/strict";
import { Postings } from "../../../src/memory/index/postings.ts";
import { SubjectGroups } from "../../../src/memory/index/_subject_groups.ts";
import { RandomFacts } from "../_random_facts.ts";

const SLOTS = 2_000;

for (const seed of [11, Math.floor(Math.random() * 2 ** 31)]) {
  Deno.test(`SubjectGroups finds the facts whose names are all asked for, seed ${seed}`, () => {
    const random = new RandomFacts(seed);
    const postings = new Postings((counts) => counts);
    for (let term = 0; term < 30; term++) postings.newTerm();
    const groups = new SubjectGroups(postings);
    const subjects = Array.from({ length: SLOTS }, (_, slot) => {
      const names = [...new Set(Array.from({ length: random.below(4) }, () => random.below(30)))];
      for (const name of names) postings.add(name, slot, 1);
      groups.add(slot, names);
      return names;
    });
    for (let round = 0; round < 100; round++) {
      const asked = new Set(Array.from({ length: 1 + round % 6 }, () => random.below(30)));
      const expected = [...subjects.keys()].filter((slot) => {
        const names = subjects[slot] ?? [];
        return names.length > 0 && names.every((name) => asked.has(name));
      });
      const { slots, isComplete } = groups.namedBy(asked, Infinity);
      assert.ok(isComplete);
      assert.deepEqual(slots.toSorted((a, b) => a - b), expected);
      assert.ok(expected.every((slot) => groups.isNamed(slot, asked)));
      assert.equal(
        subjects.keys().filter((slot) => groups.isNamed(slot, asked)).toArray().length,
        expected.length,
      );
    }
  });
}

Deno.test("SubjectGroups says when it has not looked at all of them", () => {
  const postings = new Postings((counts) => counts);
  const name = postings.newTerm();
  const groups = new SubjectGroups(postings);
  for (let slot = 0; slot < 10; slot++) groups.add(slot, [name]);
  assert.equal(groups.namedBy(new Set([name]), 11).isComplete, true);
  assert.equal(groups.namedBy(new Set([name]), 10).isComplete, false);
});
