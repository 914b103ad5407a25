// The program as one executable, made for the tests of this run. Deno's needs a runtime that it fetches
// once; where that is not there, its tests show as ignored.

import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import {
  checkedOutRevision,
  compileWithBun,
  compileWithDeno,
} from "../../scripts/compile/executable.ts";
import { BUN, DENO, type Runtime, testOnBoth } from "./runtimes.ts";

const DIST = fileURLToPath(new URL("../../dist/test/", import.meta.url));
// What was made stays known to the other files of the run.
const MADE_VARIABLE = { bun: "CAR_TEST_BUN_EXECUTABLE", deno: "CAR_TEST_DENO_EXECUTABLE" } as const;

/** Registers a test on both runtimes and on both executables. */
export function testEverywhere(name: string, body: (runtime: Runtime) => Promise<void>): void {
  testOnBoth(name, body);
  testOnExecutables(name, body);
}

/** Registers a test on both executables; it shows as ignored for one that cannot be made. */
export function testOnExecutables(name: string, body: (runtime: Runtime) => Promise<void>): void {
  Deno.test({
    name: `${name} (Bun executable)`,
    ignore: BUN === undefined,
    fn: () => body(executable("bun")),
  });
  const hasRuntime = hasDenoRuntime();
  const why = hasRuntime ? "" : ": its runtime cannot be fetched here";
  Deno.test({
    name: `${name} (Deno executable${why})`,
    ignore: !hasRuntime,
    fn: () => body(executable("deno")),
  });
}

/** The executable, made at its first use in a run. */
export function executable(name: Runtime["name"]): Runtime {
  const made = process.env[MADE_VARIABLE[name]] ?? make(name);
  process.env[MADE_VARIABLE[name]] = made;
  return { name, command: made, prefix: [], isExecutable: true };
}

function make(name: Runtime["name"]): string {
  const options = {
    out: join(DIST, `car-mcp-${name}`),
    target: undefined,
    revision: checkedOutRevision(),
  };
  if (name === "deno") return compileWithDeno(DENO.command, options).path;
  if (BUN === undefined) throw new Error("Bun cannot be had");
  return compileWithBun(BUN.command, options).path;
}

/** Whether Deno has fetched its runtime for executables before; asking it would mean to wait for a network. */
function hasDenoRuntime(): boolean {
  if (process.env["DENORT_BIN"] !== undefined) return true;
  const folder = process.env["DENO_DIR"] ?? join(homedir(), ".cache", "deno");
  const fetched = join(folder, "dl", "release", `v${Deno.version.deno}`);
  return existsSync(fetched) && readdirSync(fetched).some((file) => file.startsWith("denort-"));
}
