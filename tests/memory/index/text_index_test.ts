import assert from "node:assert/strict";
import { atOnce } from "../../../src/base/in_turns.ts";
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

Deno.test("removeUnknown() lets facts be put, changed and removed on its way", () => {
  const rows = randomRows(6);
  const [first, second] = rows;
  assert.ok(first !== undefined && second !== undefined);
  const added = { ...second, id: "new", subject: "never seen", revision: 9_000 };
  const retagged = { ...second, tags: ["unheard"], revision: 9_001 };
  const index = indexOf(rows);
  const walk = index.removeUnknown(ERASED);
  assert.ok(!walk.next().done);
  // It is one of those that are taken out, but whoever erased it knows its text.
  assert.ok(index.remove(first.id, first));
  index.put(added);
  index.put(retagged);
  assert.ok(!walk.next().done);
  atOnce(walk);
  const left = rows.filter(({ id }) => !ERASED.includes(id) && id !== second.id);
  const wanted = indexOf(
    [...rows.slice(0, 1), second, ...left].filter(({ id }) => id !== first.id),
  );
  wanted.put(added);
  wanted.put(retagged);
  const all = [...rows, added, retagged];
  const sorted = (content: unknown) => JSON.stringify(content);
  assert.equal(sorted(contentOf(index, all)), sorted(contentOf(wanted, all)));
});
