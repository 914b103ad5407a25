// A query without words: the newest facts, whatever was superseded, erased or has expired, and at a
// cost that does not grow with that.

import assert from "node:assert/strict";
import { atOnce } from "../../src/base/in_turns.ts";
import { CandidateSearch } from "../../src/memory/ranking/candidates.ts";
import { search } from "../../src/memory/ranking/search.ts";
import { TextIndex } from "../../src/memory/index/text_index.ts";
import { createTokenizer } from "../../src/memory/tokenizer.ts";
import { seededRandom, testSeed } from "../helpers/seeded_random.ts";
import { keptOf } from "./_kept_indexes.ts";
import { RandomFacts } from "./_random_facts.ts";
import { openTestMemory, type TestMemory } from "./_test_memory.ts";

interface NaiveRow {
  readonly id: string;
  readonly validFromMs: number;
  readonly recordedMs: number;
  readonly endsMs: number;
}

function rowsOf({ database }: TestMemory): readonly NaiveRow[] {
  return database.connection.prepare("SELECT * FROM facts").all().map((row) => ({
    id: String(row["id"]),
    validFromMs: Number(row["valid_from"]),
    recordedMs: Number(row["recorded"]),
    endsMs: Math.min(Number(row["valid_to"] ?? Infinity), Number(row["expires_at"] ?? Infinity)),
  }));
}

function newest(rows: readonly NaiveRow[], nowMs: number, isAll: boolean): readonly string[] {
  return rows
    .filter(({ validFromMs, recordedMs }) => validFromMs <= nowMs || validFromMs === recordedMs)
    .filter(({ endsMs }) => isAll || endsMs > nowMs)
    .sort((a, b) => b.validFromMs - a.validFromMs || (a.id < b.id ? -1 : 1))
    .map(({ id }) => id);
}

Deno.test("query() without words gives the newest facts over random changes and restarts", async () => {
  const seed = testSeed();
  const random = seededRandom(seed);
  await using memory = await openTestMemory();
  const { files: snapshotFiles } = keptOf(memory);
  await memory.restart({ snapshotFiles });
  const alive: string[] = [];
  for (let step = 0; step < 800; step++) {
    memory.clock.advance(random(5));
    const nowMs = memory.clock.now();
    const target = alive[random(alive.length + 1)];
    if (target !== undefined && random(5) === 0) {
      await memory.engine.deleteFact("default", target);
      alive.splice(alive.indexOf(target), 1);
    } else {
      const added = await memory.engine.addFact("default", {
        subject: `s${random(40)}`,
        body: `b${step}`,
        validFromMs: nowMs + random(60) - 40,
        ...(random(6) === 0 ? { expiresAtMs: nowMs + 60 + random(400) } : {}),
        ...(target !== undefined && random(2) === 0 ? { supersedes: target } : {}),
      }).catch(() => undefined);
      if (added !== undefined) alive.push(added.id);
    }
    if (random(200) === 0) await memory.restart({ snapshotFiles });
    if (random(10) !== 0) continue;
    const k = 1 + random(30);
    const rows = rowsOf(memory);
    for (const includeSuperseded of [false, true]) {
      const sinceMs = random(2) === 0 ? nowMs - random(2_000) : undefined;
      const since = sinceMs === undefined ? {} : { sinceMs };
      const hits = memory.engine.query("default", { text: " ", k, includeSuperseded, ...since });
      const wanted = newest(
        rows.filter(({ validFromMs }) => validFromMs >= (sinceMs ?? -Infinity)),
        nowMs,
        includeSuperseded,
      ).slice(0, k);
      assert.deepEqual(hits.map(({ id }) => id), wanted, `seed ${seed}, step ${step}`);
    }
  }
});

Deno.test("RecentFacts passes over what has ended by blocks", () => {
  const index = new TextIndex(createTokenizer());
  const random = new RandomFacts(1);
  const FACTS = 10_000;
  // One of the oldest holds; all the others were superseded when they were an hour old.
  for (let number = 0; number < FACTS; number++) {
    const row = { ...random.row(number), validFromMs: number, recordedMs: number };
    index.put(
      number === 17 ? row : { ...row, state: "superseded", supersededBy: "x", validToMs: number },
    );
  }
  // The last of them ended in this moment.
  const nowMs = FACTS - 1;
  const looked = [...index.recent.newestFirst({ endedMs: nowMs })];
  assert.ok(looked.includes(index.table.slotOf("f17") ?? -1));
  assert.ok(looked.length <= 256, `${looked.length}`);
  assert.equal([...index.recent.newestFirst()].length, FACTS);
  const ask = (includeSuperseded: boolean) =>
    search({ text: "", k: 3, includeSuperseded }, {
      ...{ index, candidates: new CandidateSearch(index), tokenizer: createTokenizer(), nowMs },
      links: { exist: () => false, of: () => [] },
    }).map(({ id }) => id);
  assert.deepEqual(ask(false), ["f17"]);
  assert.deepEqual(ask(true), ["f9999", "f9998", "f9997"]);
  // One of them holds again: it is found although its block was passed over.
  const row = { ...random.row(5_000), validFromMs: 5_000, recordedMs: 5_000, revision: 99_999 };
  index.put(row);
  assert.deepEqual(ask(false), ["f5000", "f17"]);
  atOnce(index.removeUnknown(["f17", "f9998"]));
  assert.deepEqual(ask(false), ["f5000"]);
  assert.equal([...index.recent.newestFirst()].length, FACTS - 2);
});
