// The flags of the measurement.

import { Command, InvalidArgumentError } from "commander";
import type { ToolCall } from "./_requests.ts";

/** A runtime that can be measured. */
export type RuntimeName = "deno" | "bun";

/** What to measure, how long, how often. */
export interface BenchOptions {
  readonly runtimes: readonly RuntimeName[];
  readonly connections: readonly number[];
  readonly rounds: number;
  readonly seconds: number;
  readonly warmupSeconds: number;
  /** What `car-mcp serve` is asked, beside the tool that only echoes. */
  readonly call: ToolCall;
  /** Facts of the second measure; 0 leaves it out. */
  readonly facts: number;
}

/** What the names in the tables mean. */
export const LEGEND = [
  "car-mcp and SDK echo a line by a tool; the second car-mcp is `serve` with a tool of its own. A floor",
  "parses the request and answers the same bytes as its car-mcp; text sends the request back unread.",
  "Medians over the rounds. CPU is the share of one core: a server near 100% is the limit of its row,",
  "whatever the generator uses; text shows how much the generator can take.",
].join("\n");

const CONNECTIONS_MAX = 4_096;

/** Reads the command line; prints help and ends where that is asked for. */
export function readOptions(args: readonly string[]): BenchOptions {
  const program = new Command("bench:http")
    .description("Measures this server beside a bare one and one on the TypeScript SDK")
    .addHelpText("after", `\n${LEGEND}`)
    .option("--runtime <name>", "deno, bun or both", parseRuntimes, ["deno", "bun"])
    .option("--connections <list>", "connections, by commas", parseList, [1, 32, 256])
    .option("--rounds <count>", "rounds; each measures every server once", between(1, 100), 5)
    .option("--seconds <count>", "seconds of one measurement", between(0.1, 60), 0.7)
    .option("--warmup <count>", "seconds of warming up, for each server", between(0, 60), 1.5)
    .option("--tool <name>", "the tool that serve is asked for", "verify")
    .option("--arguments <json>", "its arguments", parseArguments, { proposal: { actions: [] } })
    .option("--facts <count>", "facts of the memory measure; 0 for none", between(0, 1e6), 10_000)
    .parse(args, { from: "user" });
  const flags = program.opts();
  return {
    runtimes: flags["runtime"],
    connections: flags["connections"],
    rounds: Math.round(flags["rounds"]),
    seconds: flags["seconds"],
    warmupSeconds: flags["warmup"],
    call: { name: flags["tool"], arguments: flags["arguments"] },
    facts: Math.round(flags["facts"]),
  };
}

/** Reads the names of runtimes. */
export function parseRuntimes(text: string): readonly RuntimeName[] {
  if (text === "deno" || text === "bun") return [text];
  if (text === "both") return ["deno", "bun"];
  throw new InvalidArgumentError("Say deno, bun or both");
}

function parseArguments(text: string): ToolCall["arguments"] {
  try {
    return JSON.parse(text);
  } catch {
    throw new InvalidArgumentError("Give an object as JSON");
  }
}

function parseList(text: string): readonly number[] {
  return text.split(",").map(between(1, CONNECTIONS_MAX));
}

/** Reads a number from `least` to `most`. */
export function between(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (text.trim() !== "" && number >= least && number <= most) return number;
    throw new InvalidArgumentError(`Give a number from ${least} to ${most}`);
  };
}
