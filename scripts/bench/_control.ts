// How a measurement talks to a process that it started: a command is a line on stdin, its answer a
// line on stdout, numbers by name.

import process from "node:process";
import { createInterface } from "node:readline";

/** One command; what `count` means is up to the command. */
export interface Command {
  readonly command: string;
  readonly count: number;
}

/** The answer to a command; what a number means is up to the command. */
export type Report = Readonly<Record<string, number>>;

/** What a process can be asked. */
export type Commands = Readonly<Record<string, (count: number) => Report | Promise<Report>>>;

/** Answers commands in turn until stdin ends; a command that fails ends the process. */
export function answerCommands(commands: Commands, onEnd: () => void): void {
  let last = Promise.resolve();
  const lines = createInterface({ input: process.stdin });
  lines.on("line", (line) => {
    last = last.then(() => answer(line)).catch(failed);
  });
  lines.on("close", () => void last.finally(onEnd));

  async function answer(line: string): Promise<void> {
    const { command, count }: Command = JSON.parse(line);
    const run = commands[command];
    if (run === undefined) throw new Error(`Unknown command "${command}"`);
    process.stdout.write(`${JSON.stringify(await run(count))}\n`);
  }
}

function failed(reason: unknown): never {
  process.stderr.write(`${reason instanceof Error ? reason.stack : reason}\n`);
  process.exit(1);
}
