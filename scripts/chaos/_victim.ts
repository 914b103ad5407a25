// The server as a process that is killed without notice.

import { type ChildProcess, spawn } from "node:child_process";
import process from "node:process";
import { createInterface } from "node:readline";

/** How a runtime starts the program. */
export interface VictimRuntime {
  readonly name: string;
  readonly command: string;
  /** What stands before the script. */
  readonly prefix: readonly string[];
}

/** A server that runs. */
export interface Victim {
  /** Of the endpoint. */
  readonly url: string;
  /** Ends it at once, whatever it is doing; resolves when it is gone. */
  kill(): Promise<void>;
  /** Asks it to end and, so many milliseconds later, ends it at once. */
  killWhileStopping(afterMs: number): Promise<void>;
}

const MAIN = new URL("../../main.ts", import.meta.url).pathname;
const START_MS_MAX = 30_000;

/** Starts `serve` on a home; fails with what it said when it does not come up. */
export async function startVictim(runtime: VictimRuntime, home: string): Promise<Victim> {
  const child = launch(runtime, home);
  const gone = goneOf(child);
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error("It does not start")), START_MS_MAX);
  try {
    const url = await Promise.race([firstLine(child), late.promise]);
    const kill = async () => {
      end(child, "SIGKILL");
      await gone;
    };
    return {
      url,
      kill,
      async killWhileStopping(afterMs) {
        end(child, "SIGTERM");
        await new Promise((resolve) => setTimeout(resolve, afterMs));
        await kill();
      },
    };
  } catch (thrown) {
    end(child, "SIGKILL");
    await gone;
    throw thrown;
  } finally {
    clearTimeout(timer);
  }
}

/** Starts `serve` and ends it so many milliseconds later, wherever its start has come to. */
export async function killWhileStarting(
  runtime: VictimRuntime,
  { home, afterMs }: { readonly home: string; readonly afterMs: number },
): Promise<void> {
  const child = launch(runtime, home);
  const gone = goneOf(child);
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  end(child, "SIGKILL");
  await gone;
}

function launch({ command, prefix }: VictimRuntime, home: string): ChildProcess {
  const args = [...prefix, MAIN, "serve", "--home", home, "--bind", "127.0.0.1:0"];
  const others = Object.entries(process.env).filter(([name]) => !name.startsWith("CAR_"));
  return spawn(command, [...args, "--log-level", "error"], {
    stdio: ["ignore", "pipe", "inherit"],
    env: Object.fromEntries(others),
  });
}

function goneOf(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => child.once("close", () => resolve()));
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error("There is no stdout");
  for await (const line of createInterface({ input: child.stdout })) return line;
  throw new Error("It ended before it was ready");
}

// By its number: what Deno sends through the child itself it also takes for the way the child ended.
function end(child: ChildProcess, signal: "SIGTERM" | "SIGKILL"): void {
  const isRunning = child.exitCode === null && child.signalCode === null;
  if (!isRunning || child.pid === undefined) return;
  try {
    process.kill(child.pid, signal);
  } catch (thrown) {
    // It has ended by itself, and nobody has told us yet.
    const isGone = thrown instanceof Error && "code" in thrown && thrown.code === "ESRCH";
    if (!isGone) throw thrown;
  }
}
