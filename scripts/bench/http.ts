// Measures `tools/call` over HTTP: this server beside bare handlers and a server on the TypeScript
// SDK, under Deno and under Bun. What counts are the ratios within one run; the absolute
// numbers say as much about the machine. Every server is a process of its own and ends with this one.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { findRuntime } from "./_children.ts";
import { NAMES, type Runtime, startField } from "./_contenders.ts";
import { runLoad } from "./_load.ts";
import { measureMemoryQuery } from "./_memory_query.ts";
import { type BenchOptions, LEGEND, readOptions, type RuntimeName } from "./_options.ts";
import { tableOf } from "./_report.ts";
import { type Contender, medianRatio, runRounds } from "./_rounds.ts";

const WARMUP_CONNECTIONS = 32;

const options = readOptions(process.argv.slice(2));
process.once("SIGINT", () => process.exit(130));
process.once("SIGTERM", () => process.exit(143));
process.stdout.once("error", () => process.exit(1)); // nobody reads the report any more
print(LEGEND);
for (const name of options.runtimes) await measureRuntime(name);

async function measureRuntime(name: RuntimeName): Promise<void> {
  const command = findRuntime(name);
  if (command === undefined) {
    print(`${name} is not installed: left out`);
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), "car-mcp-bench-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once("exit", remove);
  try {
    await measureCalls({ name, command }, join(folder, "calls"));
    if (options.facts > 0) await measureMemory({ name, command }, folder);
  } finally {
    remove();
    process.removeListener("exit", remove);
  }
}

async function measureCalls(runtime: Runtime, folder: string): Promise<void> {
  const { call, rounds, seconds } = options;
  await using field = await startField(runtime, folder, call);
  const { contenders } = field;
  await warmUp(contenders, options);
  const floors = new Map(contenders.map(({ name, floor }) => [name, floor]));
  for (const connections of options.connections) {
    const samples = await runRounds({ contenders, connections, rounds, seconds });
    print(`\n${runtime.name}, ${count(connections, "connection")}, ${count(rounds, "round")}:`);
    print(tableOf(samples, floors));
    const ofFloor = medianRatio(samples, NAMES.product, NAMES.floor).toFixed(2);
    const ofSdk = medianRatio(samples, NAMES.product, NAMES.sdk).toFixed(1);
    print(`${NAMES.product} reaches ${ofFloor} of the floor and ${ofSdk} times the SDK`);
  }
}

async function measureMemory(runtime: Runtime, folder: string): Promise<void> {
  const { facts, rounds, seconds, warmupSeconds } = options;
  const table = await measureMemoryQuery({
    runtime,
    folder,
    facts,
    rounds,
    seconds,
    warmupSeconds,
  });
  print(`\n${runtime.name}, ${count(facts, "fact")}, ${count(rounds, "round")}:`);
  print(table);
}

async function warmUp(contenders: readonly Contender[], { warmupSeconds }: BenchOptions) {
  if (warmupSeconds === 0) return;
  for (const { url, kind, call } of contenders) {
    const connections = WARMUP_CONNECTIONS;
    await runLoad({ url, kind, calls: [call], connections, seconds: warmupSeconds });
  }
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
