// The two runtimes the program runs on, as commands to start it with. Deno is the one that runs the
// tests; Bun is looked for, and a test that needs it shows as ignored where it cannot be had.

import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { SERVE_PERMISSIONS } from "../../src/cli/self_command.ts";

/** How a runtime starts a script. */
export interface Runtime {
  readonly name: "deno" | "bun";
  readonly command: string;
  /** What stands before the script and its own arguments. */
  readonly prefix: readonly string[];
  /** The command is the program itself and takes no script. */
  readonly isExecutable?: boolean;
}

/** The script that is the program. */
export const MAIN = fileURLToPath(new URL("../../main.ts", import.meta.url));

// Deno opens nothing there for less than all permissions, and a test's home may stand in /dev/shm.
const SPECIAL_FOLDERS = /^\/(dev|proc|sys)\//;

/** Deno with the permissions of `serve`, as far as the place of temporary files allows, and nobody to ask for more. */
export const DENO: Runtime = {
  name: "deno",
  command: Deno.execPath(),
  // Quiet, so that what stands on stderr is what the program said.
  prefix: [
    ...["run", "--quiet", "--no-prompt"],
    ...(SPECIAL_FOLDERS.test(`${tmpdir()}/`) ? ["--allow-all"] : SERVE_PERMISSIONS),
  ],
};

// The answer is kept in the environment, so that the files of one run look for Bun once.
const BUN_VARIABLE = "CAR_TEST_BUN";
const NO_BUN = "none";
const BUN_PACKAGE = "bun@1.4.4";
// The first use of the package downloads it.
const DOWNLOAD_MS_MAX = 120_000;

/** Bun, or undefined where it cannot be had. */
export const BUN: Runtime | undefined = findBun();

/**
 * Registers a test under each runtime, the second one as ignored where there is no Bun, and both where
 * something else is missing that they need.
 */
export function testOnBoth(
  name: string,
  body: (runtime: Runtime) => Promise<void>,
  ignore = false,
): void {
  Deno.test({ name: `${name} (Deno)`, ignore, fn: () => body(DENO) });
  testWithBun(`${name} (Bun)`, body, ignore);
}

/** Registers a test that needs Bun; it shows as ignored where there is none. */
export function testWithBun(
  name: string,
  body: (bun: Runtime) => Promise<void>,
  ignore = false,
): void {
  Deno.test({
    name,
    ignore: ignore || BUN === undefined,
    fn: async () => {
      if (BUN === undefined) throw new Error("Bun cannot be had");
      await body(BUN);
    },
  });
}

function findBun(): Runtime | undefined {
  const print = ["-e", "process.stdout.write(process.execPath)"];
  const given = process.env[BUN_VARIABLE];
  if (given === NO_BUN) return undefined;
  const found = given ??
    outputOf("bun", print) ?? outputOf("npx", ["-y", BUN_PACKAGE, ...print]);
  process.env[BUN_VARIABLE] = found ?? NO_BUN;
  return found === undefined ? undefined : { name: "bun", command: found, prefix: [] };
}

function outputOf(command: string, args: readonly string[]): string | undefined {
  try {
    const text = execFileSync(command, args, {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      timeout: DOWNLOAD_MS_MAX,
    });
    return text === "" ? undefined : text;
  } catch {
    // It is not installed this way; there may be another.
    return undefined;
  }
}
