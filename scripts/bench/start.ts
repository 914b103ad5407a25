// From the start of a command to its answer to `initialize`, and to the first `memory_query` on 10,000
// facts: what a person waits for when a host opens a session. Each way to run is measured in turn, so
// that all have the same machine; the official memory server under Node is the yardstick.

import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { SERVE_PERMISSIONS } from "../../src/cli/self_command.ts";
import { openEngine } from "./_engine.ts";
import { percentile } from "./_percentile.ts";
import { alignColumns } from "./_report.ts";

const ROUNDS = 15;
const FACTS = 10_000;
const MAIN = fileURLToPath(new URL("../../main.ts", import.meta.url));
const EXECUTABLE = fileURLToPath(new URL("../../dist/car-mcp", import.meta.url));
const GOALS_MS: Readonly<Record<string, number>> = { "deno, source": 150, executable: 60 };
const YARDSTICK = "official memory server, node";

/** One way to run. */
interface Way {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** The tool that looks a fact up, with its arguments. */
  readonly query: { readonly name: string; readonly arguments: Record<string, unknown> };
}

/** Milliseconds from the start to both answers. */
interface Timing {
  readonly initializeMs: number;
  readonly queryMs: number;
}

const QUERY = { name: "memory_query", arguments: { query: "subject 777 of the bench" } };

function waysToRun(): readonly Way[] {
  const deno = ["run", "--quiet", ...SERVE_PERMISSIONS, MAIN, "stdio"];
  const official = createRequire(import.meta.url)
    .resolve("@modelcontextprotocol/server-memory/dist/index.js");
  const query = { name: "search_nodes", arguments: { query: "subject 777 of the bench" } };
  const all: readonly Way[] = [
    { name: "deno, source", command: process.execPath, args: deno, query: QUERY },
    {
      name: "deno, source, embedded",
      command: process.execPath,
      args: [...deno, "--embedded"],
      query: QUERY,
    },
    { name: "bun, source", command: "bun", args: [MAIN, "stdio"], query: QUERY },
    {
      name: "bun, source, embedded",
      command: "bun",
      args: [MAIN, "stdio", "--embedded"],
      query: QUERY,
    },
    ...(existsSync(EXECUTABLE)
      ? [{ name: "executable", command: EXECUTABLE, args: ["stdio"], query: QUERY }]
      : []),
    { name: YARDSTICK, command: "node", args: [official], query },
  ];
  return all.filter(({ command }) => canRun(command));
}

function canRun(command: string): boolean {
  if (command.includes("/")) return true;
  return (process.env["PATH"] ?? "").split(":").some((folder) => existsSync(join(folder, command)));
}

/** Starts it, opens a session, asks once, and ends it. */
async function time(way: Way, environment: Readonly<Record<string, string>>): Promise<Timing> {
  const startMs = performance.now();
  const child = spawn(way.command, way.args, {
    stdio: ["pipe", "pipe", "ignore"],
    env: { ...process.env, ...environment },
  });
  try {
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const ask = async (id: number, method: string, params: unknown) => {
      child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`);
      for (let line = await lines.next(); !line.done; line = await lines.next()) {
        if (JSON.parse(line.value).id === id) return performance.now() - startMs;
      }
      throw new Error(`${way.name} ended without an answer`);
    };
    const initializeMs = await ask(1, "initialize", {
      protocolVersion: "2025-06-18",
      capabilities: {},
      clientInfo: { name: "bench", version: "1.0.0" },
    });
    child.stdin.write('{"jsonrpc":"2.0","method":"notifications/initialized"}\n');
    return { initializeMs, queryMs: await ask(2, "tools/call", way.query) };
  } finally {
    await end(child);
  }
}

async function end(child: ChildProcess): Promise<void> {
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  child.stdin?.end();
  await ended;
}

/** A home with facts, and the same facts as the official server keeps them. */
async function prepare(folder: string): Promise<Record<string, string>> {
  const facts = Array.from({ length: FACTS }, (_, at) => ({
    subject: `subject ${at} of the bench`,
    body: `The body of fact ${at} says what there is to say about number ${at * 7919 % 10_007}`,
  }));
  const home = join(folder, "home");
  {
    await using engine = await openEngine(home);
    await Promise.all(facts.map((fact) => engine.memory.addFact("default", fact)));
  }
  const lines = facts.map(({ subject, body }) =>
    JSON.stringify({ type: "entity", name: subject, entityType: "fact", observations: [body] })
  );
  const file = join(folder, "memory.jsonl");
  writeFileSync(file, lines.join("\n"));
  return { CAR_HOME: home, CAR_HTTP_BIND: "127.0.0.1:0", MEMORY_FILE_PATH: file };
}

if (import.meta.main) {
  const folder = mkdtempSync(join(tmpdir(), "car-mcp-bench-"));
  const timings = new Map<string, Timing[]>();
  try {
    const environment = await prepare(folder);
    const ways = waysToRun();
    for (let round = -1; round < ROUNDS; round++) {
      for (const way of ways) {
        const timing = await time(way, environment);
        // The first round starts the daemon and fills caches.
        if (round >= 0) timings.set(way.name, [...timings.get(way.name) ?? [], timing]);
      }
    }
  } finally {
    await stopDaemon(folder);
    rmSync(folder, { recursive: true, force: true });
  }
  process.stdout.write(`${tableOf(timings)}\n`);
}

async function stopDaemon(folder: string): Promise<void> {
  const child = spawn(process.execPath, [
    ...["run", "--quiet", ...SERVE_PERMISSIONS, MAIN, "stop", "--home", join(folder, "home")],
  ], { stdio: "ignore" });
  await new Promise<void>((resolve) => child.once("close", () => resolve()));
}

function tableOf(timings: ReadonlyMap<string, readonly Timing[]>): string {
  const middle = (name: string, of: (timing: Timing) => number) =>
    percentile((timings.get(name) ?? []).map(of), 0.5);
  const rows = [...timings.keys()].map((name) => {
    const initialize = middle(name, (timing) => timing.initializeMs);
    const query = middle(name, (timing) => timing.queryMs);
    const yardstick = middle(YARDSTICK, (timing) => timing.initializeMs);
    return [
      name,
      initialize.toFixed(0),
      query.toFixed(0),
      (initialize / yardstick).toFixed(2),
      GOALS_MS[name] === undefined ? "-" : String(GOALS_MS[name]),
    ];
  });
  const head = ["way to run", "initialize ms", "first query ms", "of the official", "goal ms"];
  return alignColumns([head, ...rows]);
}
