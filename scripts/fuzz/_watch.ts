// Watches the process that tries inputs: ends it when one input takes too long, and says how it went.

import { type ChildProcess, spawn } from "node:child_process";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { readProgress } from "./_progress_file.ts";
import type { ChildOrder, ChildReport } from "./_reports.ts";

/** How a process ended, and what it had said. */
export interface Watched {
  readonly reports: readonly ChildReport[];
  /** `hung`: it was ended here. `crashed`: it ended without having said that it was done. */
  readonly end: "done" | "hung" | "crashed";
  /** The input that was under way at a hang or a crash. */
  readonly at: number | undefined;
  /** The last of what it wrote to stderr. */
  readonly errors: string;
}

/** Options of `watchChild`. */
export interface WatchOptions {
  /** An input may take so long. */
  readonly hangMs: number;
  /** The whole process may take so much longer than it was told to. */
  readonly marginMs: number;
}

const CHILD = fileURLToPath(new URL("child.ts", import.meta.url));
const LOOK_MS = 100;
const ERROR_CHARS = 2_000;
// An input that needs more ends the process, and the file of progress says which one it was.
const HEAP_MIB = 1_024;
const PERMISSIONS = ["--allow-read", "--allow-write", "--allow-env", "--allow-sys=uid,homedir"];

/** Runs an order in a process of its own; resolves when that is gone. */
export async function watchChild(order: ChildOrder, options: WatchOptions): Promise<Watched> {
  const flags = `--v8-flags=--expose-gc,--max-old-space-size=${HEAP_MIB}`;
  const child = spawn(
    process.execPath,
    ["run", "--quiet", "--no-prompt", ...PERMISSIONS, flags, CHILD, JSON.stringify(order)],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  const kill = () => void child.kill("SIGKILL");
  process.once("exit", kill);
  const reports: ChildReport[] = [];
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors = (errors + text).slice(-ERROR_CHARS);
  });
  const lines = createInterface({ input: child.stdout });
  lines.on("line", (line) => void reports.push(JSON.parse(line)));
  const gone = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const hangs = watchProgress(child, order, options);
  await gone;
  process.removeListener("exit", kill);
  const hung = hangs.stop();
  const isDone = reports.some(({ kind }) => kind === "done" || kind === "replayed");
  const at = progressOf(order.progressPath);
  return { reports, end: hung ? "hung" : isDone ? "done" : "crashed", at, errors };
}

/** Ends the child when its progress stands still; `stop()` says whether it did. */
function watchProgress(child: ChildProcess, order: ChildOrder, options: WatchOptions) {
  const startedMs = performance.now();
  const wholeMs = (order.kind === "try" ? order.ms : options.hangMs) + options.marginMs;
  let last: number | undefined;
  let sinceMs = startedMs;
  let hasHung = false;
  const timer = setInterval(() => {
    const nowMs = performance.now();
    const at = progressOf(order.progressPath);
    if (at !== last) [last, sinceMs] = [at, nowMs];
    // Before the first input, modules are loaded.
    const isStill = at !== undefined && nowMs - sinceMs > options.hangMs + LOOK_MS;
    if (!isStill && nowMs - startedMs <= wholeMs) return;
    hasHung = true;
    child.kill("SIGKILL");
  }, LOOK_MS);
  return {
    stop(): boolean {
      clearInterval(timer);
      return hasHung;
    },
  };
}

function progressOf(path: string): number | undefined {
  try {
    return readProgress(path);
  } catch (thrown) {
    const isMissing = thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT";
    if (!isMissing) throw thrown;
    return undefined;
  }
}
