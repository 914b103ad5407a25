// The memory engine by itself, in a process of the runtime that is measured: `fill HOME COUNT` stores
// generated facts in a home, `time HOME SECONDS` asks them and prints the median in microseconds.
// The engine is opened as the server opens it: on the database of a home.

import process from "node:process";
import { SYSTEM_CLOCK } from "../../src/base/clock.ts";
import { limitsWith } from "../../src/base/limits.ts";
import { type MemoryEngine, openMemory } from "../../src/memory/engine.ts";
import { type Database, openDatabase } from "../../src/storage/database.ts";
import { openHome } from "../../src/storage/home.ts";
import { createSqliteMemory } from "../../src/storage/sqlite_memory.ts";
import { HITS_WANTED, makeFacts, makeQueries, NAMESPACE } from "./_facts.ts";
import { median } from "./_rounds.ts";

const FACTS_AT_ONCE = 500;
const QUERIES_TOTAL = 256;
const WARMUP_QUERIES = 5_000;
const SAMPLES_MAX = 200_000;

const [mode, home = "", amount = "0"] = process.argv.slice(2);
const limits = limitsWith();
const database: Database = openDatabase({ path: openHome(home).database, limits });
const memory = await openMemory({
  store: createSqliteMemory(database),
  clock: SYSTEM_CLOCK,
  limits,
});
if (mode === "fill") await fill(memory, Number(amount));
else process.stdout.write(`${timeQueries(memory, Number(amount))}\n`);
await memory.close();
await database.close();

async function fill(engine: MemoryEngine, count: number): Promise<void> {
  const facts = makeFacts(count);
  for (let at = 0; at < facts.length; at += FACTS_AT_ONCE) {
    const some = facts.slice(at, at + FACTS_AT_ONCE);
    await Promise.all(some.map((fact) => engine.addFact(NAMESPACE, fact)));
  }
}

function timeQueries(engine: MemoryEngine, seconds: number): number {
  const queries = makeQueries(QUERIES_TOTAL);
  const ask = (number: number) => {
    const text = queries[number % queries.length] ?? "";
    return engine.query(NAMESPACE, { text, k: HITS_WANTED });
  };
  for (let number = 0; number < WARMUP_QUERIES; number++) ask(number);
  const times: number[] = [];
  const stopMs = performance.now() + seconds * 1_000;
  for (let nowMs = performance.now(); nowMs < stopMs && times.length < SAMPLES_MAX;) {
    ask(times.length);
    const doneMs = performance.now();
    times.push((doneMs - nowMs) * 1_000);
    nowMs = doneMs;
  }
  return median(times);
}
