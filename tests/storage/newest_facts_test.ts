// What is kept of the facts of a subject and of the counts of a namespace, beside what the table says: many
// seeded writes of all kinds, by two processes' connections, some refused, one transaction lost.

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
// So few that the same body comes again under the same subject.
const BODIES = 40;
const LOOKED_AT = 4;

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
    body: `body ${number % BODIES}`,
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

// In the past, or a little later.
function endOf(
  number: number,
  random: (below: number) => number,
): Pick<FactRow, "state" | "validToMs"> {
  const state = random(2) === 0 ? "superseded" : "invalidated";
  return { state, validToMs: random(2) === 0 ? number : 1_000 + number + 15 };
}

/**
 * Compares every subject with the table, more than once: the later looks are answered from what is kept.
 * Returns what differs: a change that threw would be run again, with everything forgotten.
 */
function differences(
  transaction: MemoryTransaction,
  { database }: Opened,
  atMs: number,
): readonly string[] {
  const found: string[] = [];
  for (let nth = 0; nth < SUBJECTS; nth++) {
    const subject = `subject ${nth}`;
    const rows = database.connection.prepare(
      `SELECT id, body FROM facts WHERE subject = ?1
       AND (state = 'live' OR valid_to > ?2) AND (valid_to IS NULL OR valid_to > ?2)
       AND (expires_at IS NULL OR expires_at > ?2) ORDER BY valid_from DESC, number DESC`,
    ).all(subject, atMs);
    const all = rows.map((row) => ({ id: row["id"], subject, body: row["body"] }));
    const lookup = { namespace: "default", subject, atMs };
    for (const limit of [11, 4, 12]) {
      const newest = JSON.stringify(transaction.newestWithSubject(lookup, limit));
      const wanted = JSON.stringify(all.slice(0, limit));
      if (newest !== wanted) found.push(`${newest} instead of ${wanted}`);
      const count = transaction.countWithSubject(lookup, COUNT_MAX);
      const wantedCount = Math.min(COUNT_MAX, all.length);
      if (count !== wantedCount) found.push(`${subject}: ${count} instead of ${wantedCount}`);
    }
  }
  found.push(...otherDuplicates(transaction, database, atMs));
  const counted = database.connection.prepare(
    `SELECT count(*) AS facts, total(state = 'live') AS live,
     total(octet_length(subject) + octet_length(body)) AS bytes
     FROM facts WHERE namespace = 'default'`,
  ).get();
  const wanted = JSON.stringify(counted);
  const counts = JSON.stringify(transaction.counts("default"));
  if (counts !== wanted) found.push(`${counts} instead of ${wanted}`);
  return found;
}

// Of each body that there may be one time in four, by each subject.
function otherDuplicates(
  transaction: MemoryTransaction,
  database: Database,
  atMs: number,
): readonly string[] {
  const first = database.connection.prepare(
    `SELECT id FROM facts WHERE subject = ?1 AND body = ?2 AND (expires_at IS NULL OR expires_at > ?3)
     AND (state = 'live' AND (valid_to IS NULL OR valid_to > ?3)
       OR state = 'superseded' AND valid_to > ?3) ORDER BY state = 'superseded', number LIMIT 1`,
  );
  const found: string[] = [];
  for (let nth = atMs % LOOKED_AT; nth < SUBJECTS * BODIES; nth += LOOKED_AT) {
    const subject = `subject ${nth % SUBJECTS}`;
    const body = `body ${nth % BODIES}`;
    const draft = { ...rowOf(0, () => 1), subject, body, recordedMs: atMs };
    const id = transaction.lastingDuplicate(draft)?.id;
    const wanted = first.get(subject, body, atMs)?.["id"];
    if (id !== wanted) found.push(`${subject}, ${body}: ${id} instead of ${String(wanted)}`);
  }
  return found;
}

function change(
  transaction: MemoryTransaction,
  number: number,
  random: (below: number) => number,
): void {
  const other = transaction.fact("default", `id${random(number)}`);
  if (other !== undefined && random(7) === 0) return transaction.erase(other);
  if (other?.state === "live" && random(7) === 0) {
    return void transaction.update({ ...other, ...endOf(number, random) }, number);
  }
  const isBornEnded = random(40) === 0;
  transaction.insert({ ...rowOf(number, random), ...(isBornEnded ? endOf(number, random) : {}) });
}

Deno.test("newestWithSubject() and lastingDuplicate() say what the table says after writes of all kinds", async () => {
  const seed = testSeed();
  using home = tempHome();
  const random = seededRandom(seed);
  const path = join(home.path, "memory.db");
  const ours = open(path);
  const twin = { ...ours, store: createSqliteMemory(ours.database) };
  const others = open(path);
  const wrong: string[] = [];
  for (let number = 1; number <= 600;) {
    const writer = [ours, ours, ours, ours, ours, ours, twin, others][random(8)] ?? ours;
    const writes = Array.from({ length: 1 + random(4) }, () => {
      const own = number++;
      const isRefused = random(20) === 0;
      return writer.store.write((transaction) => {
        change(transaction, own, seededRandom(own));
        // A clock may be set back.
        const atMs = 1_000 + own - (own % 50 === 0 ? 30 : 0);
        const found = differences(transaction, writer, atMs);
        if (found.length > 0) wrong.push(`seed ${seed}, write ${own}: ${found.join("; ")}`);
        if (isRefused) throw new Error("refused");
      }).catch((fault: Error) => assert.equal(fault.message, "refused"));
    });
    await Promise.all(writes);
  }
  await others.database.close();
  await ours.database.close();
  assert.deepEqual(wrong, []);
});

Deno.test("newestWithSubject() and lastingDuplicate() forget what a lost transaction has added, whoever takes its revisions", async () => {
  using home = tempHome();
  const path = join(home.path, "memory.db");
  const ours = open(path);
  const others = open(path);
  const write = ({ store }: Opened, number: number, body = `body ${number}`) =>
    store.write((transaction) => {
      const before = differences(transaction, ours, 2_000);
      transaction.insert({ ...rowOf(number, () => 1), subject: "subject 0", body });
      return [...before, ...differences(transaction, ours, 2_000)];
    });
  await write(ours, 1);
  const pages = ours.database.connection.prepare("PRAGMA page_count").get();
  const full = Number(pages?.["page_count"]) + 1;
  ours.database.connection.exec(`PRAGMA max_page_count = ${full}`);
  await Promise.all([
    assert.rejects(write(ours, 2), { code: "storage_failed" }),
    assert.rejects(write(ours, 3, "b".repeat(60_000)), { code: "storage_failed" }),
  ]);
  ours.database.connection.exec("PRAGMA max_page_count = 1000000");
  const { store } = others;
  for (const number of [4, 5]) {
    await store.write((transaction) => transaction.insert(rowOf(number, () => 1)));
  }
  assert.deepEqual(await write(ours, 6), []);
  await others.database.close();
  await ours.database.close();
});
