// The server under soak: the program as its users start it, in a home of its own with a mounted server, and
// with times so short that whatever is kept for a while shows within the run.

import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CALL_PERMISSION, READ_PERMISSION } from "../../src/auth/access.ts";
import { SYSTEM_CLOCK } from "../../src/base/clock.ts";
import { loadConfig } from "../../src/config/config.ts";
import { giveToken } from "../../src/token_care.ts";
import { type RunningProcess, startServer } from "../../tests/helpers/process.ts";
import type { Message } from "../../tests/helpers/modern_client.ts";
import { DENO, type Runtime } from "../../tests/helpers/runtimes.ts";
import { Caller, SESSION_IDLE_MS } from "./_caller.ts";

/** The two principals of a soak: what each shows. */
export interface Authorizations {
  /** Works everywhere, at home in `default`. */
  readonly ann: string;
  /** Works in the namespace `team` alone. */
  readonly build: string;
}

/** A server that runs. */
export interface Served {
  readonly url: string;
  /** What its owner shows. */
  readonly authorization: string;
  readonly process: RunningProcess;
}

/** What the system and the server say of the process. */
export interface Reading {
  readonly residentBytes: number;
  readonly heapBytes: number;
  readonly descriptors: number;
  readonly sessions: number;
  readonly streams: number;
  readonly tasks: number;
  readonly faults: number;
}

const SCRIPT = fileURLToPath(new URL("mounted_server.ts", import.meta.url));
const MOUNT_LOOK_MS = 100;
const MOUNT_LOOKS_MAX = 600;
const ENVIRONMENT = {
  CAR_SESSIONS_IDLE_MS: `${SESSION_IDLE_MS}`,
  CAR_LIMITS_FINISHED_STREAM_MS: "2000",
  CAR_LIMITS_STREAM_RETRY_MS: "50",
  CAR_LIMITS_TASK_AFTER_MS: "50",
  CAR_LIMITS_TASK_POLL_MS: "20",
  CAR_LIMITS_TASK_KEPT_MS: "10000",
};

/** Writes what the home holds before the first start; gives the tokens that were given out. */
export function prepareHome(home: string): Authorizations {
  const folder = join(home, "upstreams");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const args = JSON.stringify(["run", "--quiet", "--no-prompt", SCRIPT]);
  const text = `command = ${JSON.stringify(DENO.command)}\nargs = ${args}\npin = "off"\n`;
  writeFileSync(join(folder, "soak.toml"), text, { mode: 0o600 });
  writeFileSync(join(home, "config.toml"), "[auth]\ntokens = true\n", { mode: 0o600 });
  const config = loadConfig({ environment: { CAR_HOME: home } });
  const give = (principal: string, namespaces: readonly string[] | undefined) => {
    const permissions = [CALL_PERMISSION, READ_PERMISSION];
    const grant = { principal, roles: [], permissions, namespaces, expiresMs: undefined };
    return `Bearer ${giveToken(config, grant, SYSTEM_CLOCK).token}`;
  };
  return { ann: give("ann", undefined), build: give("build", ["team"]) };
}

/** Starts the server and waits until the mounted one answers. */
export async function startServed(
  runtime: Runtime,
  home: string,
  authorization: string,
): Promise<Served> {
  const process = await startServer(runtime, home, ["--log-level", "error"], ENVIRONMENT);
  const served = { url: process.firstLine, authorization, process };
  try {
    await mountedIn(served);
    return served;
  } catch (thrown) {
    await process[Symbol.asyncDispose]();
    throw thrown;
  }
}

// The daemon is ready before its mounted servers are.
async function mountedIn({ url, authorization }: Served): Promise<void> {
  const caller = new Caller({ era: "modern", headers: { authorization } });
  for (let look = 0; look < MOUNT_LOOKS_MAX; look++) {
    const { tools } = await caller.request(url, "tools/list", {});
    if (tools.some(({ name }: Message) => name === "mcp_soak_echo")) return;
    await new Promise((resolve) => setTimeout(resolve, MOUNT_LOOK_MS));
  }
  throw new Error("The mounted server does not start");
}

/** Reads it; the descriptors are -1 where the system does not tell them. */
export async function readServed({ url, process, authorization }: Served): Promise<Reading> {
  const response = await fetch(new URL("/metrics", url), { headers: { authorization } });
  const text = await response.text();
  const metric = (name: string) =>
    Number(new RegExp(`^${name} ([0-9.e+]+)$`, "m").exec(text)?.[1] ?? Number.NaN);
  return {
    residentBytes: metric("car_resident_bytes"),
    heapBytes: metric("car_heap_bytes"),
    descriptors: linesOf("ls", [`/proc/${process.pid}/fd`]).length || -1,
    sessions: metric("car_sessions"),
    streams: metric("car_streams"),
    tasks: metric("car_tasks"),
    faults: metric("car_faults_total"),
  };
}

/** The processes that the server has started. */
export function childrenOf({ process }: Served): readonly number[] {
  return linesOf("ps", ["-o", "pid=", "--ppid", `${process.pid}`]).map(Number);
}

/** Whether a process is there and no zombie. */
export function isAlive(pid: number): boolean {
  return linesOf("ps", ["-o", "stat=", "-p", `${pid}`]).some((state) => !state.startsWith("Z"));
}

// By commands, because Deno opens /proc only to a program that has every permission.
function linesOf(command: string, args: readonly string[]): readonly string[] {
  try {
    const text = execFileSync(command, args, {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    return text.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  } catch {
    return [];
  }
}
