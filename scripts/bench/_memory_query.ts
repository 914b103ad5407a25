// The second measure: what the server adds to `memory_query` beyond the engine. A bare handler around
// the same engine is what it is compared with: between two requests the engine's memory leaves the
// caches of the processor, so it answers slower there than in a loop of its own, under any server.

import { execFileSync } from "node:child_process";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { NAMES, type Runtime, startProduct, startScript } from "./_contenders.ts";
import { HITS_WANTED, makeQueries } from "./_facts.ts";
import { runLoad, type ServerKind } from "./_load.ts";
import { alignColumns } from "./_report.ts";
import type { ToolCall } from "./_requests.ts";
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

const CONNECTIONS = [1, 32] as const;
const QUERIES_TOTAL = 256;
const ENGINE_MS_MAX = 300_000;

/** The medians of one round, in microseconds, each list in the order of CONNECTIONS. */
interface Round {
  readonly engine: number;
  readonly bare: readonly number[];
  readonly product: readonly number[];
}

/** Measures in turn and gives the table of the report. */
export async function measureMemoryQuery(options: MemoryQueryOptions): Promise<string> {
  const { runtime, folder, facts, rounds, seconds, warmupSeconds } = options;
  const [home, copy] = [join(folder, "home"), join(folder, "copy")];
  runEngine(runtime, ["fill", home, String(facts)]);
  cpSync(home, copy, { recursive: true });
  await using product = await startProduct(runtime, home);
  await using bare = await startScript(runtime, "servers/floor_memory.ts", [copy]);
  if (warmupSeconds > 0) {
    await p50s(product.url, "mcp", warmupSeconds / CONNECTIONS.length);
    await p50s(bare.url, "floor", warmupSeconds / CONNECTIONS.length);
  }
  const measured: Round[] = [];
  for (let round = 0; round < rounds; round++) {
    measured.push({
      engine: Number(runEngine(runtime, ["time", copy, String(seconds)])),
      bare: await p50s(bare.url, "floor", seconds),
      product: await p50s(product.url, "mcp", seconds),
    });
  }
  return tableOf(measured);
}

async function p50s(url: URL, kind: ServerKind, seconds: number): Promise<readonly number[]> {
  const calls: readonly ToolCall[] = makeQueries(QUERIES_TOTAL)
    .map((query) => ({ name: "memory_query", arguments: { query, k: HITS_WANTED } }));
  const measured: number[] = [];
  for (const connections of CONNECTIONS) {
    measured.push((await runLoad({ url, kind, calls, connections, seconds })).p50Us);
  }
  return measured;
}

function tableOf(rounds: readonly Round[]): string {
  const row = (name: string, pick: (round: Round, at: number) => number) => [
    name,
    ...CONNECTIONS.map((_, at) => median(rounds.map((round) => pick(round, at))).toFixed(0)),
  ];
  const bareOf = ({ bare }: Round, at: number) => bare[at] ?? NaN;
  const productOf = ({ product }: Round, at: number) => product[at] ?? NaN;
  const addedBy = (round: Round, at: number) => productOf(round, at) - bareOf(round, at);
  return alignColumns([
    ["memory_query, p50 µs", ...CONNECTIONS.map((count) => `${count} conn.`)],
    row("a bare handler around the engine", bareOf),
    row(NAMES.product, productOf),
    row("what the server adds", addedBy),
    // All requests in flight wait for one core, so each waits for what is added to all of them.
    row("the same, for one request", (round, at) => addedBy(round, at) / (CONNECTIONS[at] ?? NaN)),
    [
      "the engine in a loop, without HTTP",
      median(rounds.map(({ engine }) => engine)).toFixed(0),
      "",
    ],
    [
      `${NAMES.product} less the engine in a loop`,
      median(rounds.map((round) => productOf(round, 0) - round.engine)).toFixed(0),
      "",
    ],
  ]);
}

function runEngine({ name, command }: Runtime, args: readonly string[]): string {
  const file = fileURLToPath(new URL("engine_timer.ts", import.meta.url));
  const permissions = ["--allow-read", "--allow-write", "--allow-env", "--allow-sys"];
  const start = name === "deno" ? ["run", ...permissions, file] : [file];
  return execFileSync(command, [...start, ...args], { encoding: "utf8", timeout: ENGINE_MS_MAX });
}
