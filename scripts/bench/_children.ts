// Starts the servers as processes of their own and ends them: in order at the end, and whatever
// happens when this process leaves.

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { createInterface } from "node:readline";
import type { Command, Report } from "./_control.ts";
import type { RuntimeName } from "./_options.ts";

/** A server that runs; disposing of it ends it. */
export interface ServerProcess extends AsyncDisposable {
  readonly pid: number;
  readonly url: URL;
  /** Asks what `_control.ts` answers in the other process, one question at a time. */
  ask(command: string, count?: number): Promise<Report>;
}

/** What to start. */
export interface StartOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const READY_MS_MAX = 20_000;
const STOP_MS_MAX = 8_000;
const ANSWER_MS_MAX = 120_000;
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
    const lines = readLines(child);
    const url = new URL(await lines.next(READY_MS_MAX));
    const { pid } = child;
    if (pid === undefined) throw new Error(`Cannot start ${options.command}`);
    const ask = async (command: string, count = 0): Promise<Report> => {
      const asked: Command = { command, count };
      child.stdin?.write(`${JSON.stringify(asked)}\n`);
      return JSON.parse(await lines.next(ANSWER_MS_MAX));
    };
    return { pid, url, ask, [Symbol.asyncDispose]: stop };
  } catch (reason) {
    await stop();
    throw reason;
  }
}

interface Lines {
  /** The next line; rejects when the process ends or says nothing for so long. */
  next(msMax: number): Promise<string>;
}

// Everything is read, also what nobody waits for, so that the server never waits for us.
function readLines(child: ChildProcess): Lines {
  const { stdout } = child;
  if (stdout === null) throw new Error("The server has no stdout");
  const waiting: PromiseWithResolvers<string>[] = [];
  const fail = (reason: Error) => waiting.shift()?.reject(reason);
  child.on("error", fail);
  child.on("exit", (code) => fail(new Error(`The server ended, with code ${code}`)));
  createInterface({ input: stdout }).on("line", (line) => waiting.shift()?.resolve(line));
  return {
    async next(msMax) {
      const line = Promise.withResolvers<string>();
      waiting.push(line);
      const timer = setTimeout(() => fail(new Error("The server did not answer in time")), msMax);
      try {
        return await line.promise;
      } finally {
        clearTimeout(timer);
      }
    },
  };
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
