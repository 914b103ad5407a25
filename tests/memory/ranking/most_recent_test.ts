// Queries without words that want only some of the facts: the newest of those, at a cost that does not
// grow with the others.

import assert from "node:assert/strict";
import type { FactQuery } from "../../../src/memory/fact.ts";
import { FACT_KINDS } from "../../../src/memory/fact.ts";
import { TextIndex } from "../../../src/memory/index/text_index.ts";
import { CandidateSearch } from "../../../src/memory/ranking/candidates.ts";
import { search } from "../../../src/memory/ranking/search.ts";
import type { FactRow } from "../../../src/memory/store.ts";
import { createTokenizer } from "../../../src/memory/tokenizer.ts";
import { seededRandom, testSeed } from "../../helpers/seeded_random.ts";
import { RandomFacts } from "../_random_facts.ts";

/** Asks an index, and counts the facts that are looked at. */
function asking(index: TextIndex, nowMs: number) {
  const tokenizer = createTokenizer();
  const candidates = new CandidateSearch(index);
  const { table } = index;
  const isUsed = table.isUsed.bind(table);
  let looks = 0;
  table.isUsed = (slot) => {
    looks++;
    return isUsed(slot);
  };
  return (query: Omit<FactQuery, "text">) => {
    looks = 0;
    const links = { exist: () => false, of: () => [] };
    const found = search({ text: "", ...query }, { index, candidates, tokenizer, links, nowMs });
    return { ids: found.map(({ id }) => id), looks };
  };
}

function naive(rows: readonly FactRow[], query: Omit<FactQuery, "text">, nowMs: number) {
  const { tags = [], kinds = FACT_KINDS, sinceMs = -Infinity, untilMs = Infinity } = query;
  return rows
    .filter((row) => row.validFromMs <= nowMs || row.validFromMs === row.recordedMs)
    .filter((row) => query.includeSuperseded === true || (row.validToMs ?? Infinity) > nowMs)
    .filter((row) => kinds.length === 0 || kinds.includes(row.kind))
    .filter((row) => row.validFromMs >= sinceMs && row.validFromMs < untilMs)
    .filter((row) => tags.every((tag) => row.tags.includes(tag)))
    .sort((a, b) => b.validFromMs - a.validFromMs || (a.id < b.id ? -1 : 1))
    .slice(0, query.k).map(({ id }) => id);
}

// Tags share words, differ in case alone, or have no word at all.
const TAGS = ["red", "Red", "dark red", "red-green", "東京", "!!", "rare"];
const SEED = testSeed();

Deno.test(`search() without words gives the newest with these tags and kinds, seed ${SEED}`, () => {
  const below = seededRandom(SEED);
  for (let round = 0; round < 12; round++) {
    const index = new TextIndex(createTokenizer());
    const random = new RandomFacts(SEED + round);
    const nowMs = 400;
    const rows: FactRow[] = [];
    for (let number = 0; number < 50 + below(1_500); number++) {
      const tags = TAGS.filter((tag) => below(tag === "rare" ? 100 : 4) === 0);
      const kind = FACT_KINDS[below(40)] ?? "pattern";
      const [validFromMs, recordedMs] = [below(500), below(500)];
      const row = { ...random.row(number), tags, kind, validFromMs, recordedMs };
      const ended = { state: "superseded", validToMs: validFromMs + below(300) } as const;
      rows.push(below(3) === 0 ? { ...row, ...ended } : row);
    }
    for (const row of rows) index.put(row);
    const [gone] = rows.splice(below(rows.length), 1);
    if (gone !== undefined) index.remove(gone.id, gone);
    const ask = asking(index, nowMs);
    for (let asked = 0; asked < 40; asked++) {
      const query = {
        k: 1 + below(20),
        tags: TAGS.filter(() => below(4) === 0),
        includeSuperseded: below(2) === 0,
        ...(below(2) === 0 ? { kinds: FACT_KINDS.filter(() => below(3) === 0) } : {}),
        ...(below(2) === 0 ? { sinceMs: below(450) } : {}),
        ...(below(2) === 0 ? { untilMs: below(450) } : {}),
      };
      assert.deepEqual(ask(query).ids, naive(rows, query, nowMs), JSON.stringify(query));
    }
  }
});

Deno.test("search() without words looks at few facts, wherever those that are wanted stand", () => {
  const FACTS = 20_000;
  const index = new TextIndex(createTokenizer());
  const row = new RandomFacts(1).row(0);
  for (let number = 0; number < FACTS; number++) {
    const tags = [number < 30 ? "oldest" : number % 2 === 0 ? "even" : "odd"];
    const kind = number === 500 ? "identity" : "pattern";
    const at = { validFromMs: number, recordedMs: number, revision: number + 1 };
    index.put({ ...row, ...at, id: `f${number}`, tags, kind });
  }
  const ask = asking(index, FACTS);
  const few = 100;
  const rare = ask({ k: 3, tags: ["oldest"] });
  assert.deepEqual(rare.ids, ["f29", "f28", "f27"]);
  assert.ok(rare.looks <= few, `${rare.looks} facts`);
  const common = ask({ k: 3, tags: ["even"] });
  assert.deepEqual(common.ids, ["f19998", "f19996", "f19994"]);
  assert.ok(common.looks <= few, `${common.looks} facts`);
  const both = ask({ k: 3, tags: ["even", "oldest"] });
  assert.deepEqual(both.ids, []);
  assert.ok(both.looks <= few, `${both.looks} facts`);
  assert.deepEqual(ask({ k: 3, tags: ["never"] }), { ids: [], looks: 0 });
  // One block of them.
  const ofKind = ask({ k: 3, kinds: ["identity"] });
  assert.deepEqual(ofKind.ids, ["f500"]);
  assert.ok(ofKind.looks <= 256, `${ofKind.looks} facts`);
  const before = ask({ k: 3, untilMs: 10_000 });
  assert.deepEqual(before.ids, ["f9999", "f9998", "f9997"]);
  assert.ok(before.looks <= 256 + 3, `${before.looks} facts`);
});
