// The marks of terms against a Map, with numbers that share places.

import { deepEqual } from "node:assert/strict";
import { TermMarks } from "../../../src/memory/ranking/_term_marks.ts";

Deno.test("TermMarks.of() says what was added, and 0 of every other term", () => {
  // Multiples of a power of two share the low bits that a plain table would go by.
  const terms = [0, 1, 2, 64, 128, 1 << 16, 1 << 20, (1 << 28) - 1];
  const marks = new TermMarks(terms.length);
  terms.forEach((term, nth) => marks.add(term, 1 << (nth % 3)));
  const others = terms.flatMap((term) => [term + 3, term + 4_096]);

  deepEqual(terms.map((term) => marks.of(term)), terms.map((_, nth) => 1 << (nth % 3)));
  deepEqual(others.map((term) => marks.of(term)), others.map(() => 0));
});

Deno.test("TermMarks.add() keeps the bits that a term has", () => {
  const marks = new TermMarks(2);
  marks.add(7, 1);
  marks.add(7, 4);
  marks.add(9, 2);

  deepEqual([marks.of(7), marks.of(9), marks.of(8)], [5, 2, 0]);
});
