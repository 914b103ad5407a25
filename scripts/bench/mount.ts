// Measures what a mounted server costs: the time of a call through the server over the time of the same
// call made to a child of this process directly, and a hundred calls at once to a tool that takes a tenth
// of a second. Everything runs beside each other in one process, round by round.

import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { start } from "../../src/app.ts";
import { loadConfig } from "../../src/config/config.ts";
import { percentile } from "./_percentile.ts";

const CALLS = 2_000;
const WARM_UP = 300;
const PARALLEL = 100;
const ADDED_MS_GOAL = 0.3;
const PARALLEL_MS_GOAL = 250;

const CHILD = fileURLToPath(new URL("./_mount_child.ts", import.meta.url));
const isDeno = "Deno" in globalThis;
const command = process.execPath;
const args = isDeno ? ["run", "--quiet", "--no-check", CHILD] : [CHILD];

/** Calls the child over its own pipes, with as little between as there can be. */
class DirectClient {
  readonly #child: ChildProcessWithoutNullStreams = spawn(command, args, { stdio: "pipe" });
  readonly #waiting = new Map<number, () => void>();
  #nextId = 1;
  #rest = "";

  constructor() {
    this.#child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      const lines = (this.#rest + chunk).split("\n");
      this.#rest = lines.pop() ?? "";
      for (const line of lines) this.#waiting.get(JSON.parse(line).id)?.();
    });
  }

  call(name: string): Promise<void> {
    const id = this.#nextId++;
    const params = { name, arguments: {} };
    const message = { jsonrpc: "2.0", id, method: "tools/call", params };
    return new Promise((resolve) => {
      this.#waiting.set(id, () => {
        this.#waiting.delete(id);
        resolve();
      });
      this.#child.stdin.write(`${JSON.stringify(message)}\n`);
    });
  }

  close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#child.once("close", () => resolve()));
    this.#child.stdin.end();
    return closed;
  }
}

const home = mkdtempSync(join(tmpdir(), "car-mcp-bench-"));
try {
  await measure();
} finally {
  rmSync(home, { recursive: true, force: true });
}

async function measure(): Promise<void> {
  mkdirSync(join(home, "upstreams"));
  const file = `command = ${JSON.stringify(command)}\nargs = ${JSON.stringify(args)}\n`;
  writeFileSync(join(home, "upstreams", "bench.toml"), file);
  const config = loadConfig({
    environment: { CAR_HOME: home, CAR_HTTP_BIND: "127.0.0.1:0", CAR_LOG_LEVEL: "error" },
  });
  const app = await start({ config });
  const body = (name: string) =>
    JSON.stringify({
      jsonrpc: "2.0",
      id: 1,
      method: "tools/call",
      params: { name: `mcp_bench_${name}`, arguments: {} },
    });
  const request = (name: string) => ({
    method: "POST",
    headers: { "content-type": "application/json" },
    body: body(name),
  });
  const inProcess = async (name: string) => {
    const response = await app.fetch(new Request(app.url, request(name)));
    return await response.text();
  };
  const overHttp = async (name: string) => await (await fetch(app.url, request(name))).text();
  const direct = new DirectClient();
  while (!(await inProcess("echo")).includes('"ok"')) {
    await new Promise((done) => setTimeout(done, 20));
  }
  const ways = {
    direct: () => direct.call("echo"),
    "in process": () => inProcess("echo"),
    "over HTTP": () => overHttp("echo"),
  };
  const times = await interleaved(ways);
  const base = percentile(times.get("direct") ?? [], 0.5);
  for (const [way, taken] of times) {
    const p50 = percentile(taken, 0.5);
    const added = way === "direct"
      ? ""
      : `, added ${ms(p50 - base)} (goal: under ${ADDED_MS_GOAL} ms)`;
    print(`${way.padEnd(10)} p50 ${ms(p50)}, p99 ${ms(percentile(taken, 0.99))}${added}`);
  }
  const began = performance.now();
  await Promise.all(Array.from({ length: PARALLEL }, () => inProcess("slow")));
  const took = performance.now() - began;
  print(
    `${PARALLEL} calls of 100 ms at once: ${
      took.toFixed(0)
    } ms (goal: under ${PARALLEL_MS_GOAL} ms)`,
  );
  await direct.close();
  await app.stop();
}

/** The times of calls by each way, one after the other in turns. */
async function interleaved(
  ways: Readonly<Record<string, () => Promise<unknown>>>,
): Promise<ReadonlyMap<string, number[]>> {
  const times = new Map(Object.keys(ways).map((way) => [way, [] as number[]]));
  for (let round = -WARM_UP; round < CALLS; round++) {
    for (const [way, call] of Object.entries(ways)) {
      const began = performance.now();
      await call();
      if (round >= 0) times.get(way)?.push(performance.now() - began);
    }
  }
  return times;
}

function ms(value: number): string {
  return `${value.toFixed(3)} ms`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
