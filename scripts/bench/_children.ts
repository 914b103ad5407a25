// Starts the servers as processes of their own and ends them: in order at the end, and whatever
// happens when this process leaves.

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { createInterface } from "node:readline";
import type { RuntimeName } from "./_options.ts";

/** A server that runs; disposing of it ends it. */
export interface ServerProcess extends AsyncDisposable {
  readonly pid: number;
  readonly url: URL;
}

/** What to start. */
export interface StartOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const READY_MS_MAX = 20_000;
const STOP_MS_MAX = 8_000;
const BUN_PACKAGE = "bun@1.4.4";

/** The path of a runtime's executable; absent when it cannot be found. */
export function findRuntime(name: RuntimeName): string | undefined {
  const print = "process.stdout.write(process.execPath)";
  const ways: readonly (readonly [string, readonly string[]])[] = name === "deno"
    ? [["deno", ["eval", `import process from "node:process"; ${print}`]]]
    : [["bun", ["-e", print]], ["npx", ["-y", BUN_PACKAGE, "-e", print]]];
  for (const [command, args] of ways) {
    try {
      return execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    } catch {
      // It is not installed this way; there may be another.
    }
  }
  return undefined;
}

/** Starts a server and waits until it has printed its URL, alone, as its first line. */
export async function startServer(options: StartOptions): Promise<ServerProcess> {
  const child = spawn(options.command, options.args, {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, ...options.env },
  });
  const killNow = () => void child.kill("SIGKILL");
  process.once("exit", killNow);
  const stop = async () => {
    await stopChild(child);
    process.removeListener("exit", killNow);
  };
  try {
    const url = await firstLine(child);
    if (child.pid === undefined) throw new Error(`Cannot start ${options.command}`);
    return { pid: child.pid, url: new URL(url), [Symbol.asyncDispose]: stop };
  } catch (reason) {
    await stop();
    throw reason;
  }
}

async function firstLine(child: ChildProcess): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const { stdout } = child;
  if (stdout === null) throw new Error("The server has no stdout");
  const late = () => reject(new Error("The server did not say its URL"));
  const timer = setTimeout(late, READY_MS_MAX);
  child.once("error", reject);
  child.once("exit", (code) => reject(new Error(`The server ended at once, with code ${code}`)));
  // The lines behind the first one are read as well, so that the server never waits for us.
  createInterface({ input: stdout }).on("line", resolve);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
  }
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MS_MAX);
  child.stdin?.end();
  child.kill("SIGTERM");
  await ended;
  clearTimeout(timer);
}
