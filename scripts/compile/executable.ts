// Makes one executable of the program: with Bun, which needs nothing but itself, or with Deno, which
// fetches its runtime once.

import { execFileSync, type ExecFileSyncOptionsWithStringEncoding } from "node:child_process";
import { mkdirSync, mkdtempSync, renameSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { SERVE_PERMISSIONS } from "../../src/cli/self_command.ts";
import { stageForDeno } from "./_deno_stage.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** What is to be made. */
export interface ExecutableOptions {
  /** Where it goes; it appears whole. */
  readonly out: string;
  /** The system it is for, as the compiler calls it; undefined: this one. */
  readonly target: string | undefined;
  /** The commit it is made of; undefined: unknown. */
  readonly revision: string | undefined;
}

/** What was made. */
export interface MadeExecutable {
  readonly path: string;
  readonly bytes: number;
}

/** Compiles with this Bun; throws with what it said. */
export function compileWithBun(bun: string, options: ExecutableOptions): MadeExecutable {
  const { target, revision } = options;
  return made(options, (out) => [
    bun,
    [
      ...["build", "--compile", "--bytecode", "--format=cjs"],
      // Names stay, so that a trace can be read.
      ...["--minify-whitespace", "--minify-syntax"],
      ...(revision === undefined ? [] : ["--define", `CAR_REVISION=${JSON.stringify(revision)}`]),
      ...(target === undefined ? [] : [`--target=${target}`]),
      join(ROOT, "scripts", "compile", "entry.ts"),
      "--outfile",
      out,
    ],
  ]);
}

/** Compiles with this Deno; throws with what it said. */
export function compileWithDeno(deno: string, options: ExecutableOptions): MadeExecutable {
  const { target, revision } = options;
  const folder = mkdtempSync(join(tmpdir(), "car-mcp-stage-"));
  try {
    const main = stageForDeno(deno, { root: ROOT, folder, revision });
    return made(options, (out) => [
      deno,
      [
        // The types are checked where the source is.
        ...["compile", "--quiet", "--no-check", "--no-prompt", ...SERVE_PERMISSIONS],
        ...["--output", out, ...(target === undefined ? [] : ["--target", target])],
        main,
      ],
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The commit that is checked out, with a + when files differ; undefined outside of a repository. */
export function checkedOutRevision(): string | undefined {
  try {
    const options: ExecFileSyncOptionsWithStringEncoding = {
      cwd: ROOT,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    };
    const commit = execFileSync("git", ["rev-parse", "--short=12", "HEAD"], options).trim();
    const changes = execFileSync("git", ["status", "--porcelain"], options).trim();
    return changes === "" ? commit : `${commit}+`;
  } catch {
    // An archive of the source has no history.
    return undefined;
  }
}

type CommandOf = (out: string) => readonly [command: string, args: readonly string[]];

function made({ out }: ExecutableOptions, commandOf: CommandOf): MadeExecutable {
  const unfinished = `${out}.${process.pid}.part`;
  mkdirSync(dirname(out), { recursive: true });
  const [command, args] = commandOf(unfinished);
  try {
    execFileSync(command, [...args], { cwd: ROOT, encoding: "utf8", stdio: "pipe" });
    renameSync(unfinished, out);
  } finally {
    rmSync(unfinished, { force: true });
  }
  return { path: out, bytes: statSync(out).size };
}
