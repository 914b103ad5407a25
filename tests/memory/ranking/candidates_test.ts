import assert from "node:assert/strict";
import { atOnce } from "../../../src/base/in_turns.ts";
import { countOver, saturated } from "../../../src/memory/index/bm25.ts";
import { type Candidate, CandidateSearch } from "../../../src/memory/ranking/candidates.ts";
import { type QueryTerm, queryTerms } from "../../../src/memory/ranking/_query_terms.ts";
import { TextIndex } from "../../../src/memory/index/text_index.ts";
import type { FactRow } from "../../../src/memory/store.ts";
import { createTokenizer } from "../../../src/memory/tokenizer.ts";
import { RandomFacts } from "../_random_facts.ts";

const tokenizer = createTokenizer();
const FACTS = 5_000;
const QUERIES = 120;

interface Best {
  readonly id: string;
  readonly score: number;
}

// Best score first, then the newest, then by id, as a search orders them.
function bestOf(index: TextIndex, candidates: readonly Candidate[], k: number): readonly Best[] {
  const { table } = index;
  return candidates.map(({ slot, score }) => ({
    id: table.id(slot),
    validFromMs: table.validFromMs[slot] ?? 0,
    score,
  }))
    .sort((a, b) => b.score - a.score || b.validFromMs - a.validFromMs || (a.id < b.id ? -1 : 1))
    .slice(0, k).map(({ id, score }) => ({ id, score }));
}

// Every posting of every term, in the order of the terms; whole subjects from the texts themselves.
function scanAll(
  index: TextIndex,
  terms: readonly QueryTerm[],
  rows: ReadonlyMap<string, FactRow>,
): readonly Candidate[] {
  const countOf = countOver(index.table);
  const names = new Set(terms.filter(({ isName }) => isName).map(({ key }) => key));
  const scores = new Map<number, number>();
  for (const { term, weight } of terms) {
    for (const slot of index.postings.slots(term)) {
      const earned = weight * saturated(countOf(index.postings.counts(term, slot), slot));
      scores.set(slot, (scores.get(slot) ?? 0) + earned);
    }
  }
  return [...scores].map(([slot, score]) => {
    const subject = tokenizer.terms(rows.get(index.table.id(slot))?.subject ?? "", "fact")
      .filter(({ isName }) => isName);
    const isNamed = subject.length > 0 && subject.every(({ key }) => names.has(key));
    return { slot, score: score * (isNamed ? 1.8 : 1) };
  });
}

function indexOf(rows: Iterable<FactRow>): TextIndex {
  const index = new TextIndex(tokenizer);
  for (const row of rows) index.put(row);
  return index;
}

// Facts are added, given other tags, and erased, in a random order.
function changeAtRandom(index: TextIndex, random: RandomFacts): Map<string, FactRow> {
  const rows = new Map<string, FactRow>();
  for (let number = 0; number < FACTS; number++) {
    const row = random.row(number);
    rows.set(row.id, row);
    index.put(row);
    const other = rows.get(`f${random.below(number + 1)}`);
    const change = random.below(10);
    if (other === undefined || change > 2) continue;
    if (change === 0) {
      rows.delete(other.id);
      atOnce(index.removeUnknown([other.id]));
    } else {
      const retagged = { ...other, tags: random.tags(), revision: number + 1 + FACTS };
      rows.set(other.id, retagged);
      index.put(retagged);
    }
  }
  return rows;
}

for (const seed of [7, 4_012, Math.floor(Math.random() * 2 ** 31)]) {
  Deno.test(`find() gives the same best as a scan of all postings, seed ${seed}`, () => {
    const random = new RandomFacts(seed);
    const index = new TextIndex(tokenizer);
    const rows = changeAtRandom(index, random);
    const anew = indexOf(rows.values());
    const [search, searchAnew] = [new CandidateSearch(index), new CandidateSearch(anew)];
    for (let round = 0; round < QUERIES; round++) {
      const text = random.text(1 + round % 9);
      const k = [1, 5, 64, 200][round % 4] ?? 1;
      const terms = queryTerms(index, tokenizer.terms(text, "query"));
      const accepts = (slot: number) => round % 3 === 0 || slot % 7 !== 0;
      const all = scanAll(index, terms, rows).filter(({ slot }) => accepts(slot));
      assert.deepEqual(bestOf(index, search.find({ terms, k, accepts }), k), bestOf(index, all, k));
      if (round % 3 !== 0) continue;
      const termsAnew = queryTerms(anew, tokenizer.terms(text, "query"));
      const foundAnew = searchAnew.find({ terms: termsAnew, k, accepts });
      assert.deepEqual(bestOf(anew, foundAnew, k), bestOf(index, all, k), text);
    }
  });
}

Deno.test("find() knows a named subject of more facts than are looked at beforehand", () => {
  const random = new RandomFacts(3);
  const rows = Array.from(
    { length: 6_000 },
    (_, number) =>
      number % 6 === 0 ? random.row(number) : { ...random.row(number), subject: "w1q" },
  );
  const index = indexOf(rows);
  const terms = queryTerms(index, tokenizer.terms("w1q w2q w300q", "query"));
  const found = new CandidateSearch(index).find({ terms, k: 20, accepts: () => true });
  const all = scanAll(index, terms, new Map(rows.map((row) => [row.id, row])));
  assert.deepEqual(bestOf(index, found, 20), bestOf(index, all, 20));
});

Deno.test("find() lets few facts in of those that hold a common word", () => {
  const random = new RandomFacts(1);
  const index = indexOf(Array.from({ length: FACTS }, (_, number) => random.row(number)));
  const terms = queryTerms(index, tokenizer.terms("w399q w350q w1q w2q w3q", "query"));
  const found = new CandidateSearch(index).find({ terms, k: 5, accepts: () => true });
  const common = Math.max(...terms.map(({ term }) => index.postings.length(term)));
  assert.ok(found.length >= 5 && found.length < common / 20, `${found.length} of ${common}`);
});

Deno.test("find() leaves its working space clean for the next query", () => {
  const random = new RandomFacts(2);
  const index = indexOf(Array.from({ length: 500 }, (_, number) => random.row(number)));
  const search = new CandidateSearch(index);
  const terms = queryTerms(index, tokenizer.terms("w1q w2q w7q", "query"));
  const first = search.find({ terms, k: 3, accepts: () => true });
  search.find({ terms: terms.slice(1), k: 3, accepts: (slot) => slot % 2 === 0 });
  assert.deepEqual(search.find({ terms, k: 3, accepts: () => true }), first);
});
