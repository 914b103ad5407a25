// The MCP Inspector in its command line mode: the tool with which people look at a server. It would more
// than double the packages of the project, so it is none of them: the package runner of Deno has it, with
// a lock of its own. A test that needs it shows as ignored where it cannot be had.

import { execFile, execFileSync } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const PACKAGE = "npm:@modelcontextprotocol/inspector@2.12.0";
const LOCK = fileURLToPath(new URL("inspector.lock", import.meta.url));
const RUN = [
  ...["run", "--allow-all", "--quiet", "--no-config", "--node-modules-dir=none"],
  ...["--frozen", `--lock=${LOCK}`, PACKAGE, "--cli"],
];
// The answer is kept in the environment, so that it is asked for once in a run.
const VARIABLE = "CAR_TEST_INSPECTOR";
// The first use of the package downloads it.
const DOWNLOAD_MS_MAX = 120_000;
const RUN_MS_MAX = 60_000;

/** What the Inspector printed, and what it ended with. */
export interface Inspected {
  readonly code: number;
  /** The result of the method. */
  // deno-lint-ignore no-explicit-any
  readonly result: any;
  readonly stderr: string;
}

/** Whether the Inspector can be had. */
export function hasInspector(): boolean {
  const known = process.env[VARIABLE] ?? (canRun() ? "yes" : "no");
  process.env[VARIABLE] = known;
  return known === "yes";
}

function canRun(): boolean {
  try {
    execFileSync(Deno.execPath(), [...RUN, "--version"], {
      stdio: "ignore",
      timeout: DOWNLOAD_MS_MAX,
    });
    return true;
  } catch {
    // There is no registry here.
    return false;
  }
}

/** What the Inspector is asked to do. */
export interface InspectOptions {
  /** A URL, or a command with its arguments. */
  readonly target: readonly string[];
  readonly args: readonly string[];
  /** A folder that it may fill. */
  readonly folder: string;
  /** Variables of the command, which gets few others. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Runs the Inspector once. */
export function inspect(
  { target, args, folder, environment }: InspectOptions,
): Promise<Inspected> {
  const env = {
    ...process.env,
    MCP_STORAGE_DIR: join(folder, "inspector"),
    // It would ask the keys of whoever runs the tests.
    MCP_INSPECTOR_SECRET_STORE: "memory",
  };
  const given = Object.entries(environment).flatMap(([name, value]) => ["-e", `${name}=${value}`]);
  const whole = [...RUN, ...given, ...args, "--format", "json", "--", ...target];
  const options = { env, timeout: RUN_MS_MAX };
  return new Promise((resolve) => {
    const child = execFile(Deno.execPath(), whole, options, (fault, stdout, stderr) => {
      const code = fault === null ? 0 : Number(fault.code ?? 1);
      resolve({ code, result: stdout === "" ? undefined : JSON.parse(stdout).result, stderr });
    });
    child.stdin?.end();
  });
}
