// The memory engine by itself, in a process of the runtime that is measured: `fill HOME COUNT` stores
// generated facts in a home, `time HOME SECONDS` asks them in a loop and prints the median in
// microseconds. Nothing else runs in between, so the caches of the processor are as warm as can be.

import process from "node:process";
import type { MemoryEngine } from "../../src/memory/engine.ts";
import { openEngine } from "./_engine.ts";
import { HITS_WANTED, makeFacts, makeQueries, NAMESPACE } from "./_facts.ts";
import { median } from "./_rounds.ts";

const FACTS_AT_ONCE = 500;
const QUERIES_TOTAL = 256;
const WARMUP_QUERIES = 5_000;
const SAMPLES_MAX = 200_000;

const [mode, home = "", amount = "0"] = process.argv.slice(2);
await using engine = await openEngine(home);
if (mode === "fill") await fill(engine.memory, Number(amount));
else process.stdout.write(`${timeQueries(engine.memory, Number(amount))}\n`);

async function fill(memory: MemoryEngine, count: number): Promise<void> {
  const facts = makeFacts(count);
  for (let at = 0; at < facts.length; at += FACTS_AT_ONCE) {
    const some = facts.slice(at, at + FACTS_AT_ONCE);
    await Promise.all(some.map((fact) => memory.addFact(NAMESPACE, fact)));
  }
}

function timeQueries(memory: MemoryEngine, seconds: number): number {
  const queries = makeQueries(QUERIES_TOTAL);
  const ask = (number: number) => {
    const text = queries[number % queries.length] ?? "";
    return memory.query(NAMESPACE, { text, k: HITS_WANTED });
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
