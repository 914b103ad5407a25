// The flags of the measurement of streams, and whether the machine can bear what they ask for.

import { execFileSync } from "node:child_process";
import { Command } from "commander";
import { between, parseRuntimes, type RuntimeName } from "./_options.ts";

/** What to measure, how often. */
export interface SseOptions {
  readonly runtimes: readonly RuntimeName[];
  /** Sessions with an open stream at once; 0 leaves the measure out. */
  readonly sessions: number;
  /** Clients beside the one that never reads; 0 leaves the measure out. */
  readonly readers: number;
  /** Calls on one session; 0 leaves the measure out. */
  readonly calls: number;
  readonly rounds: number;
  /** Of one measurement of answers; 0 leaves them out. */
  readonly seconds: number;
}

/** Reads the command line; prints help and ends where that is asked for. */
export function readSseOptions(args: readonly string[]): SseOptions {
  const flags = new Command("bench:sse")
    .description("Measures sessions and event streams beside a bare server that holds as many")
    .option("--runtime <name>", "deno, bun or both", parseRuntimes, ["deno", "bun"])
    .option("--sessions <count>", "sessions with an open stream", between(0, 20_000), 10_000)
    .option("--readers <count>", "clients beside one that never reads", between(0, 5_000), 1_000)
    .option("--calls <count>", "calls on one session", between(0, 1e8), 1_000_000)
    .option("--rounds <count>", "rounds, each in turn with the bare server", between(1, 100), 5)
    .option("--seconds <count>", "seconds of a measure of answers", between(0, 60), 0.5)
    .parse(args, { from: "user" })
    .opts();
  return {
    runtimes: flags["runtime"],
    sessions: Math.round(flags["sessions"]),
    readers: Math.round(flags["readers"]),
    calls: Math.round(flags["calls"]),
    rounds: Math.round(flags["rounds"]),
    seconds: flags["seconds"],
  };
}

// Besides the connections: the runtime's own, its modules and its database.
const SPARE_DESCRIPTORS = 256;

/** How many connections one process may hold here; both runtimes raise the soft limit themselves. */
export function connectionsMax(): number {
  const limit = execFileSync("sh", ["-c", "ulimit -Hn"], { encoding: "utf8" }).trim();
  return limit === "unlimited" ? Infinity : Number(limit) - SPARE_DESCRIPTORS;
}
