// The part of the composition root that looks for the daemon of a home from outside of it: who it says it
// is in `daemon.json`, whether what answers there is it, how it fares, and how it is asked to end. Only
// a process that repeats the nonce of the file is taken for the daemon: a number of a process that has
// ended may be another program's by now.

import process from "node:process";
import { type Clock, pause } from "./base/clock.ts";
import { CarError, messageOf } from "./base/errors.ts";
import { type DaemonInfo, readDaemonFile } from "./storage/daemon_file.ts";
import { homePaths } from "./storage/home.ts";

/** What is asked with. */
export interface DaemonLookup {
  readonly home: string;
  /** One whose timers keep the process alive. */
  readonly clock: Clock;
}

/** What a daemon says about its health; members that it does not send are undefined. */
export interface DaemonHealth {
  readonly version: string | undefined;
  readonly upstreams: readonly { readonly name: string; readonly state: string }[];
}

/** What was found where the daemon of a home should be. */
export type FoundDaemon =
  /** Nobody says that there is one. */
  | { readonly kind: "none" }
  /** Something is there that is no running daemon of this home; `complaint` says what. */
  | { readonly kind: "gone"; readonly complaint: string }
  | { readonly kind: "up"; readonly info: DaemonInfo; readonly health: DaemonHealth };

/** Who started a daemon, if no person did. */
export const STARTED_BY_BRIDGE = "bridge";

const ANSWER_MS_MAX = 3_000;

/** Looks for the daemon of a home; throws nothing. */
export async function findDaemon({ home, clock }: DaemonLookup): Promise<FoundDaemon> {
  const file = readDaemonFile(homePaths(home).daemonFile);
  if (file.kind === "missing") return { kind: "none" };
  if (file.kind === "unreadable") return { kind: "gone", complaint: file.complaint };
  const { info } = file;
  try {
    const response = await ask(`${info.url}/health`, clock);
    const health: Record<string, unknown> = JSON.parse(response);
    if (health?.["nonce"] !== info.nonce) {
      return {
        kind: "gone",
        complaint: `what answers at ${info.url} is not the daemon of this home`,
      };
    }
    return { kind: "up", info, health: healthIn(health) };
  } catch (thrown) {
    // Refused, late, or no JSON: whatever it is, it is not a daemon that serves.
    const complaint = `nothing answers as a daemon at ${info.url} (${messageOf(thrown)})`;
    return { kind: "gone", complaint };
  }
}

function healthIn(health: Record<string, unknown>): DaemonHealth {
  const { version, upstreams } = health;
  return {
    version: typeof version === "string" ? version : undefined,
    upstreams: Array.isArray(upstreams)
      ? upstreams.map((one) => ({ name: String(one?.name), state: String(one?.state) }))
      : [],
  };
}

/** How much a daemon has to do. */
export interface DaemonLoad {
  readonly sessions: number;
  readonly streams: number;
  readonly facts: number;
}

/** Reads a daemon's metrics; undefined where they cannot be had. */
export async function readDaemonLoad(url: string, clock: Clock): Promise<DaemonLoad | undefined> {
  try {
    const text = await ask(new URL("/metrics", url).href, clock);
    const reading = (name: string) => Number(new RegExp(`^${name} (\\d+)`, "m").exec(text)?.[1]);
    const load = {
      sessions: reading("car_sessions"),
      streams: reading("car_streams"),
      facts: reading("car_facts"),
    };
    return Object.values(load).some(Number.isNaN) ? undefined : load;
  } catch {
    // It ended meanwhile, or is too busy; its health was fine.
    return undefined;
  }
}

const LOOK_EVERY_MS = 25;

/** How long a daemon may take to end. */
export interface StopOptions extends DaemonLookup {
  readonly waitMs: number;
}

/**
 * Ends the daemon of a home and waits until it is gone. Throws CarError `no_daemon` when there is none,
 * and `deadline_exceeded` when it does not end in time.
 */
export async function stopDaemon({ home, clock, waitMs }: StopOptions): Promise<DaemonInfo> {
  const found = await findDaemon({ home, clock });
  if (found.kind !== "up") throw noDaemon(home, found);
  const { info } = found;
  process.kill(info.pid, "SIGTERM");
  const path = homePaths(home).daemonFile;
  const isServing = () => {
    const file = readDaemonFile(path);
    return file.kind === "daemon" && file.info.nonce === info.nonce;
  };
  const deadlineMs = clock.monotonicMs() + waitMs;
  // Its parent may leave it as a zombie for ever, which counts as a process; its file is gone by then.
  const goneMs = () => clock.monotonicMs() + (isServing() ? Infinity : AFTER_FILE_MS);
  let endMs = goneMs();
  while (isAlive(info.pid) && clock.monotonicMs() < endMs) {
    if (clock.monotonicMs() >= deadlineMs) {
      throw new CarError("deadline_exceeded", `The daemon (process ${info.pid}) does not end`);
    }
    await pause(LOOK_EVERY_MS, clock);
    endMs = Math.min(endMs, goneMs());
  }
  return info;
}

// How long the process may take to end once its file is gone.
const AFTER_FILE_MS = 2_000;

/** Where a daemon that no person started writes its log. */
export function daemonLogPath(home: string): string {
  return homePaths(home).daemonLog;
}

/** The fault of a command that needs a daemon. */
export function noDaemon(home: string, found: Exclude<FoundDaemon, { kind: "up" }>): CarError {
  const why = found.kind === "gone" ? `: ${found.complaint}` : "";
  return new CarError("no_daemon", `No daemon serves ${home}${why}`);
}

/** Whether a process of that number runs. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    // Anything but "no such process" means that there is one.
    return (thrown as { code?: unknown }).code !== "ESRCH";
  }
}

async function ask(url: string, clock: Clock): Promise<string> {
  const late = new AbortController();
  const cancel = clock.after(ANSWER_MS_MAX, () => late.abort(new Error("no answer in time")));
  try {
    const response = await fetch(url, { signal: late.signal, redirect: "error" });
    const text = await response.text();
    if (!response.ok) throw new Error(`status ${response.status}`);
    return text;
  } finally {
    cancel();
  }
}
