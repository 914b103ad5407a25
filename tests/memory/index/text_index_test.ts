import assert from "node:assert/strict";
import { atOnce, type Steps } from "../../../src/base/in_turns.ts";
import { TextIndex } from "../../../src/memory/index/text_index.ts";
import type { FactRow } from "../../../src/memory/store.ts";
import { createTokenizer } from "../../../src/memory/tokenizer.ts";
import { RandomFacts } from "../_random_facts.ts";

const FACTS = 600;

function randomRows(seed: number): readonly FactRow[] {
  const random = new RandomFacts(seed);
  return Array.from({ length: FACTS }, (_, number) => random.row(number));
}

function indexOf(rows: readonly FactRow[]): TextIndex {
  const index = new TextIndex(createTokenizer());
  for (const row of rows) index.put(row);
  return index;
}

/** What the index says of each word that a fact ever held, and of lengths. */
function contentOf(index: TextIndex, rows: readonly FactRow[]): unknown {
  const { terms } = createTokenizer();
  const keys = new Set(
    rows.flatMap(({ subject, body, tags }) =>
      terms([subject, body, ...tags].join("\n"), "fact").map(({ key }) => key)
    ),
  );
  const { table, postings } = index;
  const postingsOf = [...keys].sort().map((key) => {
    const term = index.termOf(key);
    return [key, term === undefined ? [] : postings.slots(term).map((slot) => table.id(slot))];
  });
  return { postingsOf, totals: table.totals, facts: table.facts };
}

const ERASED = Array.from({ length: 100 }, (_, nth) => `f${nth * 3}`);

Deno.test("removeUnknown() leaves what remove() leaves", () => {
  const rows = randomRows(5);
  const known = indexOf(rows);
  for (const row of rows) if (ERASED.includes(row.id)) assert.ok(known.remove(row.id, row));
  const unknown = indexOf(rows);
  atOnce(unknown.removeUnknown(ERASED));
  assert.equal(unknown.table.facts, FACTS - ERASED.length);
  assert.deepEqual(contentOf(unknown, rows), contentOf(known, rows));
});

Deno.test("put() and remove() are refused while the index is changed in steps", () => {
  const rows = randomRows(6);
  const index = indexOf(rows);
  const walk = index.removeUnknown(ERASED);
  assert.ok(!walk.next().done);
  const [first] = rows;
  assert.ok(first !== undefined && !index.isWhole);
  assert.throws(() => index.put({ ...first, id: "new" }), /one piece of work at a time/);
  assert.throws(() => index.remove(first.id, first), /one piece of work at a time/);
  atOnce(walk);
  assert.ok(index.isWhole);
  index.put({ ...first, id: "new" });
});

const BODY_CHARS = 65_536;
// The end of the text and the first of its postings may fall into one step.
const STEP_WORK_MAX = 2_200;

function filled(piece: (number: number) => string): string {
  const pieces: string[] = [];
  for (let chars = 0; chars < BODY_CHARS;) {
    chars += pieces[pieces.push(piece(chars)) - 1]?.length ?? 0;
  }
  return pieces.join("").slice(0, BODY_CHARS);
}

const LONG_BODIES = {
  "words that come once": filled((number) => `word${number.toString(36)} `),
  "words that joiners hold together": filled((number) => `w${number.toString(36)}-`),
  "an identifier of many parts": filled((number) => `aB${number.toString(36)}X1yZ `),
  "characters without spaces": filled((number) => String.fromCodePoint(0x4e00 + number % 20_000)),
};

/** An index, and how much is done in it from one step to the next. */
function countedIndex() {
  const { terms, pieces } = createTokenizer();
  let work = 0;
  const index = new TextIndex({
    terms,
    *pieces(text, use) {
      for (const piece of pieces(text, use)) {
        work += piece.length;
        yield piece;
      }
    },
  });
  const { postings } = index;
  const { add, remove } = postings;
  postings.add = (...given) => {
    work++;
    add.apply(postings, given);
  };
  postings.remove = (...given) => {
    work++;
    remove.apply(postings, given);
  };
  const mostOf = (steps: Steps<unknown>) => {
    const works: number[] = [];
    for (let isDone = false; !isDone;) {
      work = 0;
      isDone = steps.next().done === true;
      works.push(work);
    }
    return { most: Math.max(...works), steps: works.length };
  };
  return { index, mostOf };
}

for (const [what, body] of Object.entries(LONG_BODIES)) {
  Deno.test(`putInSteps() and removeInSteps() do little in a step with ${what}`, () => {
    const row = { ...new RandomFacts(1).row(0), body };
    const { index, mostOf } = countedIndex();
    const retagged = { ...row, tags: ["more"], revision: 9_000 };
    for (
      const steps of [
        index.putInSteps(row),
        index.putInSteps(retagged),
        index.removeInSteps(row.id, retagged),
      ]
    ) {
      const { most, steps: count } = mostOf(steps);
      assert.ok(most <= STEP_WORK_MAX, `${most} in one step`);
      assert.ok(count > 10, `${count} steps`);
    }
    assert.deepEqual(contentOf(index, [row]), contentOf(indexOf([]), [row]));
  });
}
