// The program at a terminal, as a person meets it: the `script` of util-linux runs it at one that is as
// wide as it is told. Tests show as ignored where there is no such command.

import { execFileSync } from "node:child_process";
import { MAIN, type Runtime, testOnBoth } from "./runtimes.ts";
import { type Ended, runProcess } from "./process.ts";

const SCRIPT = { name: "deno", command: "script", prefix: [], isExecutable: true } as const;

/** Registers a test on both runtimes, as ignored where there is no terminal to be had. */
export function testAtTerminal(name: string, body: (runtime: Runtime) => Promise<void>): void {
  if (hasScript()) testOnBoth(name, body);
  else Deno.test({ name: `${name} (no script of util-linux here)`, ignore: true, fn: () => {} });
}

function hasScript(): boolean {
  try {
    return execFileSync("script", ["--version"], { encoding: "utf8" }).includes("util-linux");
  } catch {
    // There is none, or one of another system, which takes other arguments.
    return false;
  }
}

/** What is run at a terminal. */
export interface TerminalOptions {
  readonly runtime: Runtime;
  readonly args: readonly string[];
  /** How wide the terminal is. */
  readonly columns: number;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Runs the program at a terminal; what it showed there, on stdout and stderr alike, is its `stdout`. */
export async function runAtTerminal(options: TerminalOptions): Promise<Ended> {
  const { runtime, args, columns, environment } = options;
  const scripts = runtime.isExecutable === true ? [] : [MAIN];
  const command = [runtime.command, ...runtime.prefix, ...scripts, ...args].map(quoted).join(" ");
  const ended = await runProcess({
    runtime: SCRIPT,
    args: ["-qec", `stty cols ${columns}; exec ${command}`, "/dev/null"],
    environment: { TERM: "xterm", NO_COLOR: "", SHELL: "/bin/sh", ...environment },
  });
  // A terminal wants both to begin a line.
  return { ...ended, stdout: ended.stdout.replaceAll("\r\n", "\n") };
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
