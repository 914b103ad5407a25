// The program as a process of its own, the way a user meets it: what it prints, what it ends with, and
// signals on the way. Every wait has an end, and whatever was started here is ended here.

import { type ChildProcess, spawn } from "node:child_process";
import process from "node:process";
import { MAIN, type Runtime } from "./runtimes.ts";

/** How to start a process. */
export interface StartProcessOptions {
  readonly runtime: Runtime;
  /** The arguments behind the script. */
  readonly args: readonly string[];
  /** Another script than the program. */
  readonly script?: string;
  /** Leave stderr unread until the process is asked to end, as some parents do. */
  readonly leavesLogUnread?: boolean;
  /** Variables over those of this process, of which the program's own are left out. */
  readonly environment?: Readonly<Record<string, string>>;
  /** What stands on its stdin, to the end; without it, nothing does. */
  readonly input?: string;
}

/** How a process ended, and all it said. */
export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process that runs; disposing of it kills it if it still does. */
export interface RunningProcess extends AsyncDisposable {
  readonly pid: number;
  /** The first line on stdout. */
  readonly firstLine: string;
  signal(name: "SIGINT" | "SIGTERM" | "SIGKILL"): void;
  /** Closes this end of stdout and stderr, as a reader that goes away. */
  stopReading(): void;
  /** Waits for the end, which must come by itself. */
  ended(): Promise<Ended>;
  /** Sends a signal and waits for the end. */
  stop(name?: "SIGINT" | "SIGTERM" | "SIGKILL"): Promise<Ended>;
}

// Ends a test that would hang; a slow machine must not come near it.
const WAIT_MS_MAX = 120_000;

/** Starts a process and waits for its first line on stdout; fails when it ends before. */
export async function startProcess(options: StartProcessOptions): Promise<RunningProcess> {
  const started = launch(options);
  const { child, ended } = started;
  try {
    const early = ended.then((end) => {
      throw new Error(`Ended at once with code ${end.code}: ${end.stderr}`);
    });
    const firstLine = await within(Promise.race([started.firstLine, early]), "first line");
    return {
      pid: child.pid ?? 0,
      firstLine,
      signal: (name) => sendSignal(child, name),
      stopReading() {
        child.stdout?.destroy();
        child.stderr?.destroy();
      },
      ended: () => within(ended, "end"),
      stop(name = "SIGTERM") {
        sendSignal(child, name);
        if (options.leavesLogUnread === true) started.readLog();
        return within(ended, "end");
      },
      [Symbol.asyncDispose]: started.kill,
    };
  } catch (thrown) {
    await started.kill();
    throw thrown;
  }
}

/** Runs a process that ends by itself. */
export async function runProcess(options: StartProcessOptions): Promise<Ended> {
  const started = launch(options);
  try {
    return await within(started.ended, "end");
  } finally {
    await started.kill();
  }
}

/** Starts `serve` on a home, on a port that the system picks; flags that follow win over these. */
export function startServer(
  runtime: Runtime,
  home: string,
  args: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Promise<RunningProcess> {
  const flags = ["serve", "--home", home, "--bind", "127.0.0.1:0", ...args];
  return startProcess({ runtime, args: flags, environment });
}

interface Launched {
  readonly child: ChildProcess;
  readonly firstLine: Promise<string>;
  readonly ended: Promise<Ended>;
  readonly kill: () => Promise<void>;
  readonly readLog: () => void;
}

function launch(options: StartProcessOptions): Launched {
  const { runtime, args, script = MAIN, environment, leavesLogUnread = false, input } = options;
  const scripts = runtime.isExecutable === true ? [] : [script];
  const child = spawn(runtime.command, [...runtime.prefix, ...scripts, ...args], {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...inheritedEnvironment(), ...environment },
  });
  child.stdin.on("error", () => {});
  child.stdin.end(input ?? "");
  const killNow = () => sendSignal(child, "SIGKILL");
  process.once("exit", killNow);
  const firstLine = Promise.withResolvers<string>();
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    const end = stdout.indexOf("\n");
    if (end !== -1) firstLine.resolve(stdout.slice(0, end));
  });
  child.stderr.setEncoding("utf8");
  const readLog = () => void child.stderr.on("data", (text: string) => void (stderr += text));
  if (!leavesLogUnread) readLog();
  const end = Promise.withResolvers<Ended>();
  child.once("error", end.reject);
  // Unlike "exit", this comes when both streams were read to their end.
  child.once("close", (code, signal) => end.resolve({ code, signal, stdout, stderr }));
  const kill = async () => {
    process.removeListener("exit", killNow);
    sendSignal(child, "SIGKILL");
    if (leavesLogUnread) readLog();
    await end.promise.catch(() => {});
  };
  return { child, firstLine: firstLine.promise, ended: end.promise, kill, readLog };
}

// Not by `child.kill`: under Deno a child that it was sent to counts as ended by that signal, although
// the child caught it and ended with a code of its own.
function sendSignal(child: ChildProcess, name: "SIGINT" | "SIGTERM" | "SIGKILL"): void {
  const isRunning = child.exitCode === null && child.signalCode === null;
  if (isRunning && child.pid !== undefined) process.kill(child.pid, name);
}

function inheritedEnvironment(): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^CAR_/.test(name)));
}

/** Waits for a promise, but not for ever. */
export async function within<T>(promise: Promise<T>, what: string): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`Waited too long: ${what}`)), WAIT_MS_MAX);
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
