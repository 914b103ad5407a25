// Some rounds of the chaos script, and whether its ledger would notice anything.

import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { bodyOf, Ledger } from "../../../scripts/ledger/ledger.ts";
import { runRounds } from "../../../scripts/chaos/_rounds.ts";
import { limitsWith } from "../../../src/base/limits.ts";
import { openMemory } from "../../../src/memory/engine.ts";
import { openDatabase } from "../../../src/storage/database.ts";
import { createSqliteMemory } from "../../../src/storage/sqlite_memory.ts";
import { FakeClock } from "../../helpers/fake_clock.ts";
import { BUN, DENO } from "../../helpers/runtimes.ts";
import { seededRandom, testSeed } from "../../helpers/seeded_random.ts";
import { tempHome } from "../../helpers/temp_home.ts";

const ROUNDS = 20;

Deno.test("a server that is killed twenty times loses nothing that it acknowledged", async () => {
  const seed = testSeed();
  const report = await runRounds({
    rounds: ROUNDS,
    runtimes: BUN === undefined ? [DENO] : [DENO, BUN],
    random: seededRandom(seed),
  });
  assert.deepEqual(report.problems, [], `seed ${seed}`);
  assert.ok(report.acknowledged > 10 * ROUNDS, `${report.acknowledged} writes, seed ${seed}`);
});

/** A memory with a live fact, one that was superseded and one that was erased; then a statement runs. */
async function problemsAfter(sql: string): Promise<readonly string[]> {
  using home = tempHome();
  const path = join(home.path, "memory.db");
  const limits = limitsWith();
  const database = openDatabase({ path, limits });
  const memory = await openMemory({
    store: createSqliteMemory(database),
    clock: new FakeClock(),
    limits,
  });
  const ledger = new Ledger();
  const old = { word: "old", id: "1", state: "superseded" as const };
  const fact = (word: string, id: string) => ({ id, subject: word, body: bodyOf(word) });
  await memory.addFact("default", fact("old", "1"));
  await memory.addFact("default", { ...fact("new", "2"), supersedes: "1" });
  await memory.addFact("default", fact("gone", "3"));
  await memory.deleteFact("default", "3");
  await memory.close();
  await database.close();
  ledger.facts.push(
    old,
    { word: "new", id: "2", state: "live", replaces: old },
    { word: "gone", id: "3", state: "erased" },
  );
  const other = new DatabaseSync(path);
  other.exec(sql);
  other.close();
  return ledger.compare(path);
}

for (
  const [what, sql, complaint] of [
    ["nothing where all is well", "SELECT 1", undefined],
    ["a lost fact", "DELETE FROM facts WHERE id = '2'", /new \(live\) is there 0 times/],
    [
      "a fact that is there twice",
      "INSERT INTO facts SELECT number + 9, namespace, id || 'x', kind, subject, body, tags, confidence, source, principal, client, valid_from, valid_to, expires_at, recorded, state, superseded_by, needs_review, digest, revision, is_constraint FROM facts WHERE id = '2'",
      /new \(live\) is there 2 times/,
    ],
    [
      "a fact that is back",
      "UPDATE facts SET state = 'live' WHERE id = '1'",
      /old \(superseded\) is live/,
    ],
    [
      "an erased fact that is back",
      "UPDATE facts SET body = 'The marker gone stands' WHERE id = '1'",
      /gone \(erased\) is there/,
    ],
    [
      "a fact that nobody sent",
      "UPDATE facts SET body = 'The marker else stands' WHERE id = '1'",
      /else is stored and was never sent/,
    ],
  ] as const
) {
  Deno.test(`the ledger of the chaos rounds notices ${what}`, async () => {
    const problems = (await problemsAfter(sql)).join("\n");
    if (complaint === undefined) assert.equal(problems, "");
    else assert.match(problems, complaint);
  });
}
