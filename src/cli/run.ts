// The command line: runs the command, and turns whatever ends it into one sentence on stderr and an exit
// code. What hosts start for every session does without the package that reads command lines, because
// that takes a fifth of its start.

import { CarError, messageOf } from "../base/errors.ts";
import { tellPerson } from "./_stderr.ts";
import { plainStdioFlags } from "./_stdio_flags.ts";
import { exitCodeOf } from "./exit_codes.ts";

/** Runs a command line (without the program's own name) and resolves with the exit code. */
export async function run(args: readonly string[]): Promise<number> {
  try {
    const flags = plainStdioFlags(args);
    if (flags === undefined) {
      const { runProgram } = await import("./_program.ts");
      return await runProgram(args);
    }
    const { stdio } = await import("./stdio.ts");
    return await stdio(flags);
  } catch (thrown) {
    const message = thrown instanceof CarError ? thrown.message : `Fault: ${messageOf(thrown)}`;
    tellPerson(message);
    return exitCodeOf(thrown);
  }
}
