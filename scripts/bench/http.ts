// Measures `tools/call` over HTTP: this server beside a bare handler, an echo, and a server on the
// TypeScript SDK, under Deno and under Bun. What counts are the ratios within one run; the absolute
// numbers say as much about the machine. Every server is a process of its own and ends with this one.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { findRuntime } from "./_children.ts";
import { hasProduct, PRODUCT, type Runtime, startField } from "./_contenders.ts";
import { runLoad } from "./_load.ts";
import { measureMemoryQuery } from "./_memory_query.ts";
import { type BenchOptions, readOptions, type RuntimeName } from "./_options.ts";
import { tableOf } from "./_report.ts";
import { type Contender, medianRatio, runRounds } from "./_rounds.ts";

const WARMUP_CONNECTIONS = 32;

const options = readOptions(process.argv.slice(2));
process.once("SIGINT", () => process.exit(130));
process.once("SIGTERM", () => process.exit(143));
process.stdout.once("error", () => process.exit(1)); // nobody reads the report any more
print(
  "Medians over the rounds. CPU is the share of one core: a server near 100% is the limit of its",
);
print("own row, whatever the generator uses; the echo shows how much the generator can take.");
if (!hasProduct()) print("There is no main.ts: the others are measured without it.");
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
    if (options.facts > 0 && hasProduct()) await measureMemory({ name, command }, folder);
  } finally {
    remove();
    process.removeListener("exit", remove);
  }
}

async function measureCalls(runtime: Runtime, home: string): Promise<void> {
  const { call } = options;
  await using field = await startField(runtime, home, call);
  await warmUp(field.contenders, options);
  for (const connections of options.connections) {
    const { rounds, seconds } = options;
    const { contenders } = field;
    const samples = await runRounds({ contenders, call, connections, rounds, seconds });
    print(`\n${runtime.name}, ${count(connections, "connection")}, ${count(rounds, "round")}:`);
    print(tableOf(samples));
    if (samples.has(PRODUCT)) {
      const ofFloor = medianRatio(samples, PRODUCT, "floor").toFixed(2);
      const ofSdk = medianRatio(samples, PRODUCT, "SDK").toFixed(1);
      print(`${PRODUCT} reaches ${ofFloor} of the floor and ${ofSdk} times the SDK`);
    }
  }
}

async function measureMemory(runtime: Runtime, folder: string): Promise<void> {
  const { facts, rounds, seconds, warmupSeconds } = options;
  const lines = await measureMemoryQuery({
    runtime,
    folder,
    facts,
    rounds,
    seconds,
    warmupSeconds,
  });
  print(`\n${runtime.name}, 1 connection, ${count(facts, "fact")}, ${count(rounds, "round")}:`);
  lines.forEach(print);
}

async function warmUp(contenders: readonly Contender[], { call, warmupSeconds }: BenchOptions) {
  if (warmupSeconds === 0) return;
  const calls = [call];
  for (const { url, kind } of contenders) {
    const connections = WARMUP_CONNECTIONS;
    await runLoad({ url, kind, calls, connections, seconds: warmupSeconds });
  }
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
