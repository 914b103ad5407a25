// The second measure: what `memory_query` costs over HTTP beyond the engine's own time, at one
// connection. The floor answers with the same bytes, so that the table also tells how much of it no
// server on this runtime could save.

import { execFileSync } from "node:child_process";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PRODUCT, type Runtime, startCompared, startProduct } from "./_contenders.ts";
import { HITS_WANTED, makeQueries } from "./_facts.ts";
import { runLoad, type ServerKind } from "./_load.ts";
import { alignColumns } from "./_report.ts";
import { resultOf, type ToolCall } from "./_requests.ts";
import { median } from "./_rounds.ts";

/** What to measure. */
export interface MemoryQueryOptions {
  readonly runtime: Runtime;
  /** A folder for this measure alone. */
  readonly folder: string;
  readonly facts: number;
  readonly rounds: number;
  readonly seconds: number;
  readonly warmupSeconds: number;
}

const QUERIES_TOTAL = 256;
const ENGINE_MS_MAX = 300_000;

/** Measures in turn and gives the lines of the report. */
export async function measureMemoryQuery(options: MemoryQueryOptions): Promise<readonly string[]> {
  const { runtime, folder, facts, rounds, seconds, warmupSeconds } = options;
  const home = join(folder, "home");
  const copy = join(folder, "copy");
  runEngine(runtime, ["fill", home, String(facts)]);
  cpSync(home, copy, { recursive: true });

  const calls: readonly ToolCall[] = makeQueries(QUERIES_TOTAL)
    .map((query) => ({ name: "memory_query", arguments: { query, k: HITS_WANTED } }));
  await using product = await startProduct(runtime, home);
  const [first] = calls;
  const answer = first === undefined ? {} : await resultOf(product.url, first);
  await using floor = await startCompared(runtime, "servers/floor.ts", [JSON.stringify(answer)]);

  const p50 = async (url: URL, kind: ServerKind, time: number) =>
    (await runLoad({ url, kind, calls, connections: 1, seconds: time })).p50Us;
  if (warmupSeconds > 0) {
    await p50(product.url, "mcp", warmupSeconds);
    await p50(floor.url, "floor", warmupSeconds);
  }
  const measured: { engine: number; floor: number; product: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    measured.push({
      engine: Number(runEngine(runtime, ["time", copy, String(seconds)])),
      floor: await p50(floor.url, "floor", seconds),
      product: await p50(product.url, "mcp", seconds),
    });
  }
  const middle = (pick: (each: typeof measured[number]) => number) =>
    median(measured.map(pick)).toFixed(0);
  return [
    alignColumns([
      ["memory_query", "p50 µs"],
      ["engine alone", middle((each) => each.engine)],
      ["floor, same answer", middle((each) => each.floor)],
      [PRODUCT, middle((each) => each.product)],
      [`${PRODUCT} - engine`, middle((each) => each.product - each.engine)],
      [`${PRODUCT} - engine - floor`, middle((each) => each.product - each.engine - each.floor)],
    ]),
  ];
}

function runEngine({ name, command }: Runtime, args: readonly string[]): string {
  const file = fileURLToPath(new URL("engine_timer.ts", import.meta.url));
  const permissions = ["--allow-read", "--allow-write", "--allow-env", "--allow-sys"];
  const start = name === "deno" ? ["run", ...permissions, file] : [file];
  return execFileSync(command, [...start, ...args], { encoding: "utf8", timeout: ENGINE_MS_MAX });
}
