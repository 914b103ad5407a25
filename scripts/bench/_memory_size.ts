// All measures of the memory at one number of facts.

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { openHome } from "../../src/storage/home.ts";
import { type OpenEngine, openEngine } from "./_engine.ts";
import { timeFtsWrites } from "./_fts_writes.ts";
import { HITS_WANTED, NAMESPACE } from "./_facts.ts";
import { type BenchFact, createFactSource, type FactSource } from "./_memory_facts.ts";
import {
  fillAtOnce,
  type QueryDelay,
  timeDelays,
  timeSingleAdds,
  timeSync,
} from "./_memory_writes.ts";
import { MEMORY_YARDSTICKS, type Yardstick } from "./_memory_yardsticks.ts";
import { percentile } from "./_percentile.ts";

/** Times of a query, in milliseconds. */
export interface QueryTimes {
  readonly name: string;
  readonly p50Ms: number;
  readonly p95Ms: number;
}

/** Everything measured at one size. */
export interface MemoryMeasures {
  readonly facts: number;
  readonly query: QueryTimes;
  readonly yardsticks: readonly QueryTimes[];
  readonly addsPerSecond: number;
  /** Of FTS5 alone, as many to a transaction. */
  readonly ftsAddsPerSecond: number;
  readonly singleAddMs: number;
  readonly syncMs: number;
  readonly delay: QueryDelay;
  readonly startMs: number;
  readonly ramBytes: number;
  readonly building: Building;
}

/** An index that is built from its rows while others take turns. */
export interface Building {
  readonly ms: number;
  readonly busy: Turns;
  /** The same without it. */
  readonly idle: Turns;
}

/** How long turns of the event loop were waited for, in milliseconds. */
export interface Turns {
  readonly p99Ms: number;
  readonly longestMs: number;
}

const QUERIES = 400;
const WARMUP_QUERIES = 1_500;
// The slow ones are asked fewer: enough for a median, and the bench ends some time.
const YARDSTICK_QUERIES = 100;
const YARDSTICK_WARMUP = 10;
const START_MS_MAX = 600_000;

/** Fills a memory of its own and measures it. */
export async function measureMemory(facts: number): Promise<MemoryMeasures> {
  const folder = mkdtempSync(join(tmpdir(), "car-mcp-memory-"));
  try {
    const source = createFactSource();
    const home = join(folder, "home");
    const filled = await measureFilling(home, facts);
    // After a clean end; the second start is the one that counts, the first warms the files.
    const query = source.query(0, facts);
    startOnce(home, query);
    const start = startOnce(home, query);
    const building = buildOnce(home, query);
    // Only now: they store facts beyond those that were asked for.
    const written = await measureWrites(home, facts);
    const yardsticks: QueryTimes[] = [];
    const texts = Array.from({ length: facts }, (_, number) => source.fact(number));
    for (const yardstick of MEMORY_YARDSTICKS) {
      yardsticks.push(await timeYardstick(yardstick, texts, source));
    }
    const ftsAddsPerSecond = timeFtsWrites(folder, texts);
    const syncMs = timeSync(folder);
    return {
      facts,
      ...filled,
      ...written,
      yardsticks,
      ftsAddsPerSecond,
      syncMs,
      startMs: start.ms,
      ramBytes: start.bytes,
      building,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type OfFilling = Pick<MemoryMeasures, "query" | "addsPerSecond">;

async function measureFilling(home: string, facts: number): Promise<OfFilling> {
  await using engine = await openEngine(home);
  const source = createFactSource();
  const addsPerSecond = await fillAtOnce({ memory: engine.memory, source }, { from: 0, to: facts });
  const ask = askIn(engine);
  const texts = queryTexts({ source, facts, from: QUERIES, count: WARMUP_QUERIES });
  for (const text of texts) ask(text);
  const times = timesOf(ask, queryTexts({ source, facts, from: 0, count: QUERIES }));
  return { addsPerSecond, query: { name: "car-mcp", ...times } };
}

type OfWrites = Pick<MemoryMeasures, "singleAddMs" | "delay">;

async function measureWrites(home: string, facts: number): Promise<OfWrites> {
  await using engine = await openEngine(home);
  const source = createFactSource();
  const filling = { memory: engine.memory, source };
  const ask = askIn(engine);
  const texts = queryTexts({ source, facts, from: QUERIES, count: WARMUP_QUERIES });
  for (const text of texts) ask(text);
  const delay = await timeDelays(filling, facts);
  return { delay, singleAddMs: await timeSingleAdds(filling, facts + delay.stored) };
}

interface QueryChoice {
  readonly source: FactSource;
  readonly facts: number;
  readonly from: number;
  readonly count: number;
}

// Made before the clock starts: to make one takes a twentieth of what it takes to answer it.
function queryTexts({ source, facts, from, count }: QueryChoice): readonly string[] {
  return Array.from({ length: count }, (_, at) => source.query(from + at, facts));
}

function askIn({ memory }: OpenEngine): (text: string) => void {
  return (text) => void memory.query(NAMESPACE, { text, k: HITS_WANTED });
}

async function timeYardstick(
  { name, open }: Yardstick,
  facts: readonly BenchFact[],
  source: FactSource,
): Promise<QueryTimes> {
  await using ranker = await open(facts);
  const ask = (text: string) => void ranker.rank(text, HITS_WANTED);
  const choice = { source, facts: facts.length };
  const texts = queryTexts({ ...choice, from: QUERIES, count: YARDSTICK_WARMUP });
  for (const text of texts) ask(text);
  return { name, ...timesOf(ask, queryTexts({ ...choice, from: 0, count: YARDSTICK_QUERIES })) };
}

function timesOf(
  ask: (text: string) => void,
  texts: readonly string[],
): Omit<QueryTimes, "name"> {
  const times = texts.map((text) => {
    const startMs = performance.now();
    ask(text);
    return performance.now() - startMs;
  });
  return { p50Ms: percentile(times, 0.5), p95Ms: percentile(times, 0.95) };
}

interface Start {
  readonly ms: number;
  readonly bytes: number;
}

function startOnce(home: string, query: string): Start {
  return JSON.parse(printedBy("memory_start.ts", [home, query])) as Start; // In this form.
}

function buildOnce(home: string, query: string): Building {
  rmSync(openHome(home).indexFolder, { recursive: true });
  return JSON.parse(printedBy("memory_building.ts", [home, query])) as Building; // As above.
}

function printedBy(script: string, args: readonly string[]): string {
  const file = fileURLToPath(new URL(script, import.meta.url));
  const prefix = process.versions["bun"] === undefined ? ["run", "-A"] : [];
  return execFileSync(process.execPath, [...prefix, file, ...args], {
    encoding: "utf8",
    timeout: START_MS_MAX,
  });
}
