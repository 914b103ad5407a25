// A write-ahead log that a power cut left short or garbled: the memory opens at the last transaction that
// is whole, and none is half there.

import assert from "node:assert/strict";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { limitsWith } from "../../src/base/limits.ts";
import { openMemory } from "../../src/memory/engine.ts";
import { type Database, openDatabase } from "../../src/storage/database.ts";
import { checkDatabaseFile } from "../../src/storage/file_care.ts";
import { createSqliteMemory } from "../../src/storage/sqlite_memory.ts";
import { FakeClock } from "../helpers/fake_clock.ts";
import { seededRandom, testSeed } from "../helpers/seeded_random.ts";
import { tempHome } from "../helpers/temp_home.ts";

const WRITES = 30;
const CUTS = 60;
// https://www.sqlite.org/fileformat2.html#the_write_ahead_log
const LOG_HEADER_BYTES = 32;
const FRAME_BYTES = 24 + 4_096;
const limits = limitsWith();

interface LeftBehind extends Disposable {
  readonly folder: string;
  readonly log: Uint8Array;
  /** What the memory held after each revision. */
  readonly states: ReadonlyMap<number, string>;
}

/** Everything a reader could tell from the rows. */
function stateOf({ connection }: Database): string {
  const tables = ["facts", "edges", "history", "tombstones", "namespaces", "statuses"];
  return JSON.stringify(tables.map((table) => connection.prepare(`SELECT * FROM ${table}`).all()));
}

/** Files as they are in the middle of the life of a memory, with all of its writes in the log. */
async function leftBehind(): Promise<LeftBehind> {
  const home = tempHome();
  const path = join(home.path, "memory.db");
  await openDatabase({ path, limits }).close();
  const database = openDatabase({ path, limits });
  const store = createSqliteMemory(database);
  const memory = await openMemory({ store, clock: new FakeClock(), limits });
  const states = new Map([[database.revision(), stateOf(database)]]);
  for (let at = 0; at < WRITES; at++) {
    const fact = { id: `f${at}`, subject: `s${at % 5}`, body: `body ${at} ${"x".repeat(at * 99)}` };
    const replaced = at % 4 === 3 ? { supersedes: `f${at - 1}` } : {};
    if (at % 4 === 1) {
      await memory.addFact("default", { ...fact, kind: "conclusion", premises: [`f${at - 1}`] });
    } else await memory.addFact("default", { ...fact, ...replaced });
    states.set(database.revision(), stateOf(database));
  }
  const log = readFileSync(`${path}-wal`);
  copyFileSync(path, join(home.path, "kept.db"));
  await memory.close();
  await database.close();
  return { folder: home.path, log, states, [Symbol.dispose]: () => home[Symbol.dispose]() };
}

/** Opens the file with this log beside it; gives its revision, after looking at all of it. */
async function openWith({ folder, states }: LeftBehind, log: Uint8Array, name: string) {
  const path = join(folder, `${name}.db`);
  copyFileSync(join(folder, "kept.db"), path);
  writeFileSync(`${path}-wal`, log);
  const database = openDatabase({ path, limits });
  try {
    const revision = database.revision();
    assert.equal(stateOf(database), states.get(revision), `revision ${revision}`);
    assert.deepEqual(checkDatabaseFile(path), []);
    await database.write(() => {});
    return revision;
  } finally {
    await database.close();
  }
}

Deno.test("a log that was cut anywhere opens at its last whole transaction", async () => {
  const seed = testSeed();
  const random = seededRandom(seed);
  using left = await leftBehind();
  const { log, states } = left;
  const frames = Math.floor((log.length - LOG_HEADER_BYTES) / FRAME_BYTES);
  const lengths = [0, 1, LOG_HEADER_BYTES, log.length - 1, log.length];
  for (let cut = 0; cut < CUTS; cut++) {
    const border = LOG_HEADER_BYTES + random(frames) * FRAME_BYTES;
    lengths.push(border + ([0, 1, -1, random(FRAME_BYTES)][cut % 4] ?? 0));
  }
  let before = 0;
  for (const length of lengths.toSorted((a, b) => a - b)) {
    const revision = await openWith(left, log.subarray(0, length), `cut${length}`);
    assert.ok(revision >= before, `seed ${seed}, ${length} bytes`);
    before = revision;
  }
  assert.equal(before, Math.max(...states.keys()));
});

Deno.test("a log with a garbled byte opens at the last whole transaction before it", async () => {
  const seed = testSeed();
  const random = seededRandom(seed);
  using left = await leftBehind();
  for (let round = 0; round < 20; round++) {
    const log = Uint8Array.from(left.log);
    const at = random(log.length);
    log[at] = (log[at] ?? 0) ^ (1 + random(255));
    await openWith(left, log, `garbled${round}`);
  }
});
