// The part of the composition root that starts the daemon of a home from outside of it, to outlive who
// needed it. Two that start one at the same moment find the same: the lock of the home lets one serve.

import { Buffer } from "node:buffer";
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readSync, renameSync, statSync } from "node:fs";
import process from "node:process";
import { type Clock, pause } from "./base/clock.ts";
import { CarError, messageOf } from "./base/errors.ts";
import { findDaemon, STARTED_BY_BRIDGE, type UpDaemon } from "./find_daemon.ts";
import { openHome } from "./storage/home.ts";

/** How a daemon is started. */
export interface DaemonCommand {
  readonly command: string;
  readonly args: readonly string[];
}

/** Options of `startDaemon`. */
export interface StartDaemonOptions {
  readonly home: string;
  /** The command line of `serve`; with these flags it starts the daemon of the home. */
  readonly serve: DaemonCommand;
  /** One whose timers keep the process alive. */
  readonly clock: Clock;
  /** Ends the daemon that long after its last client went, in milliseconds. */
  readonly idleExitMs: number;
}

const POLL_MS = 20;
// A large memory is read before the daemon answers.
const START_MS = 60_000;
// At this size the log is begun anew; the one before is kept.
const LOG_BYTES_MAX = 8 * 1024 * 1024;
// How much of its end is looked at for what a daemon said.
const WORDS_BYTES_MAX = 64 * 1024;
const ADDRESS_IN_USE = 3;
const ANOTHER_DAEMON = 5;

/**
 * Starts a daemon that outlives this process, unless one serves the home; resolves once it answers.
 * Throws CarError `home_unusable`, or `closed` with what the daemon said before it ended.
 */
export async function startDaemon(options: StartDaemonOptions): Promise<UpDaemon> {
  const { home, clock } = options;
  const { daemonLog } = openHome(home);
  const from = sizeOf(daemonLog);
  let launched = launch(options, daemonLog, []);
  let hasMoved = false;
  const endMs = clock.monotonicMs() + START_MS;
  while (clock.monotonicMs() < endMs) {
    const found = await findDaemon({ home, clock });
    if (found.kind === "up") return found;
    if (launched.fault !== undefined) throw cannotStart(launched.fault);
    const { exitCode, signalCode } = launched.child;
    // The address belongs to somebody else: any other will do, since it is looked up.
    if (exitCode === ADDRESS_IN_USE && !hasMoved) {
      hasMoved = true;
      launched = launch(options, daemonLog, ["--bind", "127.0.0.1:0"]);
    } else if (signalCode !== null || (exitCode !== null && exitCode !== ANOTHER_DAEMON)) {
      throw new CarError("closed", `The daemon ended at once: ${lastWords(daemonLog, from)}`);
    }
    await pause(POLL_MS, clock);
  }
  throw new CarError("closed", `The daemon did not answer within ${START_MS} ms; see ${daemonLog}`);
}

/** A daemon that was started, or could not be. */
interface Launched {
  readonly child: ChildProcess;
  /** Why there is no process, once that is known. */
  fault?: Error;
}

function launch(
  { home, serve, idleExitMs }: StartDaemonOptions,
  logPath: string,
  flags: readonly string[],
): Launched {
  const log = openLog(logPath);
  try {
    const who = ["--started-by", STARTED_BY_BRIDGE, "--idle-exit-ms", String(idleExitMs)];
    const own = ["--home", home, ...who];
    const child = spawn(serve.command, [...serve.args, ...own, ...flags], {
      cwd: home,
      detached: true,
      stdio: ["ignore", log, log],
      env: process.env,
    });
    const launched: Launched = { child };
    child.on("error", (fault) => void (launched.fault = fault));
    // Whoever started it may go. Deno has nothing to let go of where there is no process.
    if (child.pid !== undefined) child.unref();
    return launched;
  } catch (thrown) {
    throw cannotStart(thrown);
  } finally {
    closeSync(log);
  }
}

function cannotStart(cause: unknown): CarError {
  return new CarError("closed", `Cannot start the daemon: ${messageOf(cause)}`, { cause });
}

function openLog(path: string): number {
  try {
    if (sizeOf(path) > LOG_BYTES_MAX) renameSync(path, `${path}.1`);
    return openSync(path, "a", 0o600);
  } catch (thrown) {
    const message = `Cannot write ${path}: ${messageOf(thrown)}`;
    throw new CarError("home_unusable", message, { cause: thrown });
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** The last line that was written to the log from there on. */
function lastWords(path: string, from: number): string {
  try {
    const size = sizeOf(path);
    const start = Math.max(from, size - WORDS_BYTES_MAX);
    const bytes = Buffer.alloc(Math.max(0, size - start));
    const file = openSync(path, "r");
    try {
      const read = readSync(file, bytes, 0, bytes.length, start);
      const lines = bytes.subarray(0, read).toString("utf8").trim().split("\n");
      return lines.at(-1) || "it said nothing";
    } finally {
      closeSync(file);
    }
  } catch (thrown) {
    return messageOf(thrown);
  }
}
