import assert from "node:assert/strict";
import { TermCounts } from "../../../src/memory/index/_term_counts.ts";
import { seededRandom, testSeed } from "../../helpers/seeded_random.ts";

Deno.test("TermCounts say what two Maps say, fact after fact", () => {
  const seed = testSeed();
  const random = seededRandom(seed);
  const counts = new TermCounts();
  for (let fact = 0; fact < 200; fact++) {
    counts.clear();
    const packed = new Map<number, number>();
    const inText = new Map<number, number>();
    // Some are long, so that the table grows and is given back.
    const occurrences = random(20) === 0 ? 4_000 : random(100);
    for (let nth = 0; nth < occurrences; nth++) {
      const term = random(2) === 0 ? random(30) : random(5_000);
      const place = counts.placeOf(term);
      counts.packed[place] = (counts.packed[place] ?? 0) + 3;
      packed.set(term, (packed.get(term) ?? 0) + 3);
      if (random(3) === 0) continue;
      counts.countInText(place);
      inText.set(term, Math.min(255, (inText.get(term) ?? 0) + 1));
    }
    const all = Array.from({ length: counts.size }, (_, place) => [
      counts.terms[place],
      counts.packed[place],
    ]);
    assert.deepEqual(all, [...packed], `seed ${seed}, fact ${fact}`);
    const texts = [...counts.inText.subarray(0, counts.inTextSize)]
      .map((place) => [counts.terms[place], counts.inTextCount(place)]);
    assert.deepEqual(texts, [...inText], `seed ${seed}, fact ${fact}`);
  }
});
