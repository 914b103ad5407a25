// What is kept of the newest facts of a subject, beside what the table says: many seeded writes of all
// kinds, by two processes' connections, some refused, one transaction lost.

import assert from "node:assert/strict";
import { join } from "node:path";
import { limitsWith } from "../../src/base/limits.ts";
import type { FactRow, MemoryStore, MemoryTransaction } from "../../src/memory/store.ts";
import { type Database, openDatabase } from "../../src/storage/database.ts";
import { createSqliteMemory } from "../../src/storage/sqlite_memory.ts";
import { FakeClock } from "../helpers/fake_clock.ts";
import { seededRandom, testSeed } from "../helpers/seeded_random.ts";
import { tempHome } from "../helpers/temp_home.ts";

const SUBJECTS = 3;
const COUNT_MAX = 20;

interface Opened {
  readonly database: Database;
  readonly store: MemoryStore;
}

function open(path: string): Opened {
  const database = openDatabase({ path, limits: limitsWith(), clock: new FakeClock() });
  return { database, store: createSqliteMemory(database) };
}

function rowOf(number: number, random: (below: number) => number): FactRow {
  const recordedMs = 1_000 + number;
  return {
    namespace: "default",
    id: `id${number}`,
    kind: "pattern",
    subject: `subject ${random(SUBJECTS)}`,
    body: `body ${number}`,
    tags: [],
    confidence: "medium",
    // Earlier ones and ties, too.
    validFromMs: 900 + random(10),
    ...(random(50) === 0 ? { expiresAtMs: recordedMs + 20 } : {}),
    recordedMs,
    state: "live",
    needsReview: false,
    isConstraint: false,
    revision: 0,
  };
}

/** Compares every subject with the table, twice: the second look is answered from what is kept. */
function compare(
  transaction: MemoryTransaction,
  { database }: Opened,
  { atMs, said }: { readonly atMs: number; readonly said: string },
): void {
  for (let nth = 0; nth < SUBJECTS; nth++) {
    const subject = `subject ${nth}`;
    const rows = database.connection.prepare(
      `SELECT id, body FROM facts WHERE state = 'live' AND subject = ?
       AND (expires_at IS NULL OR expires_at > ?) ORDER BY valid_from DESC, number DESC`,
    ).all(subject, atMs);
    const wanted = rows.map((row) => ({ id: row["id"], subject, body: row["body"] }));
    const lookup = { namespace: "default", subject, atMs };
    for (const limit of [11, 4, 12]) {
      assert.deepEqual(transaction.newestWithSubject(lookup, limit), wanted.slice(0, limit), said);
      const count = Math.min(COUNT_MAX, wanted.length);
      assert.equal(transaction.countWithSubject(lookup, COUNT_MAX), count, said);
    }
  }
}

function change(
  transaction: MemoryTransaction,
  number: number,
  random: (below: number) => number,
): void {
  const other = transaction.fact("default", `id${random(number)}`);
  if (other !== undefined && random(7) === 0) return transaction.erase(other);
  if (other?.state === "live" && random(7) === 0) {
    return void transaction.update({ ...other, state: "superseded", validToMs: number }, number);
  }
  transaction.insert(rowOf(number, random));
}

Deno.test("newestWithSubject() says what the table says after writes of all kinds", async () => {
  const seed = testSeed();
  using home = tempHome();
  const random = seededRandom(seed);
  const path = join(home.path, "memory.db");
  const ours = open(path);
  const twin = { ...ours, store: createSqliteMemory(ours.database) };
  const others = open(path);
  for (let number = 1; number <= 600;) {
    const writer = [ours, ours, ours, ours, ours, ours, twin, others][random(8)] ?? ours;
    const writes = Array.from({ length: 1 + random(4) }, () => {
      const own = number++;
      const isRefused = random(20) === 0;
      return writer.store.write((transaction) => {
        change(transaction, own, seededRandom(own));
        // A clock may be set back.
        const atMs = 1_000 + own - (own % 50 === 0 ? 30 : 0);
        compare(transaction, writer, { atMs, said: `seed ${seed}, write ${own}` });
        if (isRefused) throw new Error("refused");
      }).catch((fault: Error) => assert.equal(fault.message, "refused"));
    });
    await Promise.all(writes);
  }
  await others.database.close();
  await ours.database.close();
});

Deno.test("newestWithSubject() forgets what a lost transaction has added", async () => {
  using home = tempHome();
  const path = join(home.path, "memory.db");
  const ours = open(path);
  const row = (number: number) => ({ ...rowOf(number, () => 1), subject: "subject 0" });
  const write = (number: number) =>
    ours.store.write((transaction) => {
      transaction.insert(row(number));
      compare(transaction, ours, { atMs: 2_000, said: `after fact ${number}` });
    });
  await write(1);
  const pages = ours.database.connection.prepare("PRAGMA page_count").get();
  const full = Number(pages?.["page_count"]) + 1;
  ours.database.connection.exec(`PRAGMA max_page_count = ${full}`);
  const lost = write(3);
  const long = ours.store.write((transaction) => {
    transaction.insert({ ...row(2), body: "b".repeat(60_000) });
  });
  await Promise.all([
    assert.rejects(lost, { code: "storage_failed" }),
    assert.rejects(long, { code: "storage_failed" }),
  ]);
  ours.database.connection.exec("PRAGMA max_page_count = 1000000");
  await write(4);
  await ours.database.close();
});
