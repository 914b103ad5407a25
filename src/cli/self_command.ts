// How this program is started again: by itself where it is an executable, else by its runtime with its
// script and the permissions that serving takes.

import process from "node:process";

/** A command line without the command of the program. */
export interface SelfCommand {
  readonly command: string;
  readonly args: readonly string[];
}

/** What serving may do under Deno, as the task `serve` says; `tests/cli/serve_task_test.ts` holds them equal. */
export const SERVE_PERMISSIONS = [
  "--allow-net",
  "--allow-read",
  "--allow-write",
  "--allow-env",
  "--allow-run",
  "--allow-sys=uid,homedir",
] as const;

/** The command line that starts this program. */
export function selfCommand(): SelfCommand {
  const command = process.execPath;
  const script = process.argv[1];
  const isExecutable = script === undefined || isInside(script);
  if (isExecutable) return { command, args: [] };
  if (process.versions["deno"] === undefined) return { command, args: [script] };
  return { command, args: ["run", "--quiet", "--no-prompt", ...SERVE_PERMISSIONS, script] };
}

/** Whether a script lies in the file system that an executable carries, which Bun shows like any other. */
function isInside(script: string): boolean {
  const { Deno: deno } = globalThis as { Deno?: { build: { standalone?: boolean } } };
  return deno?.build.standalone === true || /[\\/](\$bunfs|~BUN)[\\/]/.test(script);
}
