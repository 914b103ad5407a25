// Measures the memory engine on generated facts: queries beside a plain index and SQLite's full-text
// search in the same process, adds that are on disk, the start after a clean end, and RAM; each with
// what it is held against.

import process from "node:process";
import { Command, InvalidArgumentError } from "commander";
import {
  ADD_OVER_SYNC_MS,
  DELAY_FACTOR,
  goalsFor,
  type MemoryGoals,
  P95_FACTOR,
  TURN_MS,
} from "./_memory_goals.ts";
import { measureMemory, type MemoryMeasures } from "./_memory_size.ts";
import { alignColumns } from "./_report.ts";

const FACTS_MAX = 10_000_000;

const flags = new Command("bench:memory")
  .description("Measures the memory engine beside a plain index and SQLite FTS5")
  .option("--facts <list>", "numbers of facts, by commas", parseSizes, [10_000, 100_000])
  .addHelpText("after", "\nA million facts take some minutes: --facts 1000000")
  .parse(process.argv.slice(2), { from: "user" }).opts();
for (const facts of flags["facts"] as readonly number[]) { // Read by parseSizes.
  process.stdout.write(`${tableOf(await measureMemory(facts), goalsFor(facts))}\n\n`);
}

function parseSizes(text: string): readonly number[] {
  const sizes = text.split(",").map(Number);
  if (sizes.every((size) => Number.isInteger(size) && size >= 1_000 && size <= FACTS_MAX)) {
    return sizes;
  }
  throw new InvalidArgumentError(`Give numbers from 1000 to ${FACTS_MAX}, by commas`);
}

function tableOf(measures: MemoryMeasures, goals: MemoryGoals | undefined): string {
  const { query, yardsticks, delay, syncMs, building } = measures;
  const goal = goals ??
    { queryMs: NaN, queryRatio: NaN, addsPerSecond: NaN, startMs: NaN, ramBytes: NaN };
  const [plain] = yardsticks;
  const ratio = (over: number) => `${(over / query.p50Ms).toFixed(1)} ×`;
  return alignColumns([
    [`${measures.facts} facts`, "measured", "goal"],
    ["query, k = 5, p50", ms(query.p50Ms), ms(goal.queryMs)],
    ["query, k = 5, p95", ms(query.p95Ms), ms(P95_FACTOR * goal.queryMs)],
    ...yardsticks.map(({ name, p50Ms }) => [`  ${name}, p50`, ms(p50Ms), ""]),
    ...yardsticks.map((yardstick) => [
      `  faster than ${yardstick.name}`,
      ratio(yardstick.p50Ms),
      yardstick === plain ? `${goal.queryRatio} ×` : "",
    ]),
    [
      "add, 256 waiting at once",
      `${perSecond(measures.addsPerSecond)}`,
      perSecond(goal.addsPerSecond),
    ],
    ["  FTS5 alone, 256 to a transaction", perSecond(measures.ftsAddsPerSecond), ""],
    [
      "  of what FTS5 alone takes",
      `${(measures.addsPerSecond / measures.ftsAddsPerSecond).toFixed(2)} ×`,
      "",
    ],
    ["add, one at a time, p50", ms(measures.singleAddMs), ms(syncMs + ADD_OVER_SYNC_MS)],
    ["  a sync of one page alone, p50", ms(syncMs), ""],
    [
      "query beside 256 writers, p99",
      ms(delay.underWritersMs),
      ms(DELAY_FACTOR * delay.idleMs + syncMs),
    ],
    ["  the same without writers, p99", ms(delay.idleMs), ""],
    ["start to first answer", ms(measures.startMs), ms(goal.startMs)],
    ["index built anew from its rows", ms(building.ms), ""],
    ["a turn meanwhile, p99", ms(building.busy.p99Ms), ms(TURN_MS + building.idle.p99Ms)],
    ["  without it, p99", ms(building.idle.p99Ms), ""],
    ["  the longest, with and without", both(building.busy.longestMs, building.idle.longestMs), ""],
    ["RAM over an empty process", megabytes(measures.ramBytes), megabytes(goal.ramBytes)],
  ]);
}

function ms(value: number): string {
  return `${value.toFixed(value < 10 ? 2 : 0)} ms`;
}

function both(a: number, b: number): string {
  return `${ms(a)}, ${ms(b)}`;
}

function perSecond(value: number): string {
  return `${value.toFixed(0)}/s`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}
