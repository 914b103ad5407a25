// Rows come and go in random sizes and orders, so that SQLite moves them from page to page; from a scrub on
// no file holds a word of what went before it, and all the rest is as it was.

import assert from "node:assert/strict";
import { closeSync, openSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { limitsWith } from "../../src/base/limits.ts";
import { fileCheck } from "../../src/storage/_file_identity.ts";
import { scrubSlices } from "../../src/storage/_scrub.ts";
import { type Database, openDatabase } from "../../src/storage/database.ts";
import { seededRandom, testSeed } from "../helpers/seeded_random.ts";
import { tempHome } from "../helpers/temp_home.ts";

const limits = limitsWith();
const ROUNDS = 40;
const ROWS_OF_ROUND = 100;

interface Row {
  readonly number: number;
  readonly name: string;
  readonly body: string;
}

/** Every number that stands in a file in the words that `rowOf` makes. */
function numbersIn(folder: string): ReadonlySet<number> {
  const texts = readdirSync(folder).map((file) => readFileSync(join(folder, file), "latin1"));
  return new Set(
    texts.flatMap((text) => [...text.matchAll(/zz[nb](\d{8})/g)]).map(([, digits]) =>
      Number(digits)
    ),
  );
}

function rowOf(number: number, words: number): Row {
  const digits = String(number).padStart(8, "0");
  return { number, name: `zzn${digits}`, body: `zzb${digits} `.repeat(words) };
}

function openTable(path: string): Database {
  const database = openDatabase({ path, limits, durability: "normal" });
  database.connection.exec(`
    CREATE TABLE IF NOT EXISTS things (
      number INTEGER PRIMARY KEY, name TEXT, body TEXT, turn INTEGER DEFAULT 0) STRICT;
    CREATE UNIQUE INDEX IF NOT EXISTS things_by_body ON things (name, body);
    CREATE TABLE IF NOT EXISTS named (name TEXT PRIMARY KEY, body TEXT) STRICT, WITHOUT ROWID;
  `);
  return database;
}

async function change(
  { connection, write }: Database,
  { added, erased }: { readonly added: readonly Row[]; readonly erased: readonly Row[] },
): Promise<void> {
  const insert = connection.prepare("INSERT INTO things (number, name, body) VALUES (?, ?, ?)");
  const name = connection.prepare("INSERT INTO named VALUES (?, ?)");
  const remove = connection.prepare("DELETE FROM things WHERE number = ?");
  const unname = connection.prepare("DELETE FROM named WHERE name = ?");
  await write(() => {
    for (const row of added) {
      insert.run(row.number, row.name, row.body);
      name.run(row.name, row.body);
    }
    for (const row of erased) {
      remove.run(row.number);
      unname.run(row.name);
    }
  });
}

// What is read meanwhile is kept in memory as it was before.
async function scrubBesideReads({ scrub, connection }: Database): Promise<boolean> {
  const read = connection.prepare("SELECT sum(length(body)) FROM things NOT INDEXED");
  const scrubbing = scrub();
  let isOver = false;
  const over = scrubbing.finally(() => isOver = true);
  while (!isOver) {
    read.get();
    await new Promise((turn) => setImmediate(turn));
  }
  return await over;
}

Deno.test("scrub() leaves no word of thousands of rows that went, and all of those that stay", async () => {
  const seed = testSeed();
  const random = seededRandom(seed);
  using home = tempHome();
  const path = join(home.path, "memory.db");
  const database = openTable(path);
  let kept: readonly Row[] = [];
  const used = new Set<number>();
  const gone = new Set<number>();
  for (let round = 0; round < ROUNDS; round++) {
    const added = Array.from({ length: ROWS_OF_ROUND }, () => {
      const number = random(100_000_000);
      // Most are short, some reach into further pages.
      return rowOf(number, random(random(10) === 0 ? 900 : 12));
    }).filter(({ number }) => !used.has(number) && used.add(number));
    const all = kept.concat(added);
    const share = 1 + random(100);
    const erased = all.filter(() => random(100) < share);
    kept = all.filter((row) => !erased.includes(row));
    await change(database, { added, erased });
    if (random(3) === 0 || round === ROUNDS - 1) {
      assert.equal(await scrubBesideReads(database), true);
      // Every page of the table is written from what this process has in memory.
      await database.write(() => database.connection.exec("UPDATE things SET turn = 1 - turn"));
      for (const number of used) gone.add(number);
      for (const { number } of kept) gone.delete(number);
    }
    // Halves of two words can look like a word that never was.
    const left = [...numbersIn(home.path)].filter((number) => gone.has(number));
    assert.deepEqual(left, [], `seed ${seed}, round ${round}`);
  }
  const rows = database.connection.prepare(
    "SELECT number, name, body FROM things NOT INDEXED ORDER BY number",
  )
    .all();
  await database.close();
  const order = kept.toSorted((a, b) => a.number - b.number);
  assert.deepEqual(rows.map((row) => ({ ...row })), order, `seed ${seed}`);
  using checked = new DatabaseSync(path, { readOnly: true });
  assert.equal(checked.prepare("PRAGMA integrity_check").get()?.["integrity_check"], "ok");
});

Deno.test("scrubSlices() lets others read and not write, and lets go of the lock at its end", async () => {
  using home = tempHome();
  const path = join(home.path, "memory.db");
  const database = openTable(path);
  await change(database, {
    added: Array.from({ length: 100 }, (_, at) => rowOf(at, 1_000)),
    erased: [],
  });
  using other = new DatabaseSync(path, { timeout: 0 });
  const write = () => other.exec("BEGIN IMMEDIATE; COMMIT");
  const descriptor = openSync(path, "r+");
  const slices = scrubSlices({ path, descriptor, checkTarget: fileCheck(path) });
  assert.equal(slices.next().done, false);
  assert.throws(write, { message: /locked/ });
  assert.equal(other.prepare("SELECT count(*) AS n FROM things").get()?.["n"], 100);
  let last = slices.next();
  while (last.done !== true) last = slices.next();
  assert.equal(last.value, true);
  write();
  await database.close();
  closeSync(descriptor);
});

Deno.test("scrub() leaves the pages alone in which a file keeps what leads to its pages", async () => {
  using home = tempHome();
  const path = join(home.path, "memory.db");
  await openTable(path).close();
  {
    using turned = new DatabaseSync(path);
    // As somebody may do with a tool of their own; VACUUM writes the file anew with those pages.
    turned.exec("PRAGMA auto_vacuum = INCREMENTAL; VACUUM");
  }
  const database = openTable(path);
  const added = Array.from({ length: 1_000 }, (_, at) => rowOf(at, at * 7 % 1_000));
  await change(database, { added, erased: [] });
  await change(database, { added: [], erased: added.slice(100, 900) });
  assert.equal(await database.scrub(), true);
  assert.deepEqual([...numbersIn(home.path)].filter((number) => number >= 100 && number < 900), []);
  assert.ok(statSync(path).size > 2 * 820 * 4_096, "there are three such pages");
  await database.close();
  using checked = new DatabaseSync(path, { readOnly: true });
  assert.equal(checked.prepare("PRAGMA auto_vacuum").get()?.["auto_vacuum"], 2);
  assert.equal(checked.prepare("PRAGMA integrity_check").get()?.["integrity_check"], "ok");
});

Deno.test("scrubSlices() that is given up half-way lets go of the lock and has broken nothing", async () => {
  using home = tempHome();
  const path = join(home.path, "memory.db");
  const database = openTable(path);
  const added = Array.from({ length: 200 }, (_, at) => rowOf(at, at * 7 % 1_000));
  await change(database, { added, erased: [] });
  await change(database, { added: [], erased: added.slice(50, 190) });
  const descriptor = openSync(path, "r+");
  const slices = scrubSlices({ path, descriptor, checkTarget: fileCheck(path) });
  slices.next();
  slices.return(false);
  await change(database, { added: [rowOf(1_000, 1)], erased: [] });
  const checked = database.connection.prepare("PRAGMA integrity_check").get();
  assert.equal(checked?.["integrity_check"], "ok");
  await database.close();
  closeSync(descriptor);
});
