// Runs the conformance suite as a process of its own and reads what it wrote down: one folder for each
// scenario, with the checks in it. The suite's own count of passed and failed goes by the same states.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** One check of a scenario. */
export interface Check {
  readonly id: string;
  /** `SUCCESS`, `FAILURE`, `WARNING`, `SKIPPED` or `INFO`. */
  readonly status: string;
  readonly errorMessage?: string;
}

/** A scenario that was run. */
export interface Scenario {
  readonly name: string;
  readonly checks: readonly Check[];
}

/** What to run against which server. */
export interface SuiteOptions {
  readonly url: string;
  /** The revision whose requirements are to be met. */
  readonly requirements: string;
  /** An empty folder for what the suite writes down. */
  readonly folder: string;
}

const SUITE = fileURLToPath(
  new URL("../../node_modules/@modelcontextprotocol/conformance/dist/index.js", import.meta.url),
);

/** Runs every scenario of a requirement set; throws if the suite itself failed. */
export async function runSuite(options: SuiteOptions): Promise<readonly Scenario[]> {
  const { url, requirements, folder } = options;
  const args = ["server", "--url", url, "--requirements", requirements, "-o", folder];
  const child = spawn(process.execPath, ["run", "--quiet", "-A", SUITE, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, NO_COLOR: "1" },
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (piece: string) => output += piece);
  await once(child, "close");
  const names = summarized(output);
  if (names.length === 0) throw new Error(`The suite ended without a summary:\n${output}`);
  return names.map((name) => ({ name, checks: checksOf(name, folder) }));
}

/** The scenarios that the summary at the end of the suite's output names. */
export function summarized(output: string): readonly string[] {
  const [, summary = ""] = output.split("=== SUMMARY ===");
  const lines = summary.matchAll(/^[✓✗] (\S+): \d+ passed, \d+ failed$/gm);
  return [...lines].map(([, name = ""]) => name);
}

// A scenario that could not be run at all leaves no checks behind.
function checksOf(name: string, folder: string): readonly Check[] {
  const found = readdirSync(folder).find((each) =>
    each.startsWith(`server-${name}-2`) && existsSync(join(folder, each, "checks.json"))
  );
  if (found === undefined) {
    return [{ id: name, status: "FAILURE", errorMessage: "The scenario did not run to its end" }];
  }
  // Written by the suite a moment ago, with at least these members.
  return JSON.parse(readFileSync(join(folder, found, "checks.json"), "utf8")) as readonly Check[];
}
