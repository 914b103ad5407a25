// `car-mcp logs`: what a daemon that a bridge started has written. One that a person started writes to
// that person's terminal.

import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { type Clock, pause, WAITING_CLOCK } from "../base/clock.ts";
import { CarError, messageOf } from "../base/errors.ts";
import { daemonLogPath } from "../find_daemon.ts";
import { commandConfig, type HomeFlags } from "./_command_config.ts";
import { print } from "./_print.ts";
import { wholeNumber } from "./_whole_number.ts";
import { EXIT } from "./exit_codes.ts";

/** The flags of `logs`, as given. */
export interface LogsFlags extends HomeFlags {
  readonly follow?: boolean;
  readonly lines?: string;
}

const LINES_STANDARD = 50;
const LINES_MAX = 100_000;
// Of a longer log only the end is looked at.
const TAIL_BYTES_MAX = 4 * 1024 * 1024;
const LOOK_EVERY_MS = 200;

/** Prints the end of the log, and goes on with --follow until it is interrupted. */
export async function logs(flags: LogsFlags): Promise<number> {
  const { home } = commandConfig(flags);
  const lines = wholeNumber("-n", flags.lines ?? String(LINES_STANDARD), [0, LINES_MAX]);
  const path = daemonLogPath(home);
  const { text, end } = readEnd(path, home);
  const kept = lines === 0 ? [] : text.split(/(?<=\n)/).slice(-lines);
  await print(kept.join(""));
  if (flags.follow === true) await follow(path, end, WAITING_CLOCK);
  return EXIT.done;
}

function readEnd(path: string, home: string): { readonly text: string; readonly end: number } {
  try {
    const { size } = statSync(path);
    const from = Math.max(0, size - TAIL_BYTES_MAX);
    return { text: readRange(path, from, size), end: size };
  } catch (thrown) {
    if ((thrown as { code?: unknown }).code !== "ENOENT") {
      throw new CarError("storage_failed", `Cannot read ${path}: ${messageOf(thrown)}`);
    }
    throw new CarError(
      "no_daemon",
      `No client has started a daemon for ${home} yet: there is no ${path}`,
    );
  }
}

/** Prints what is appended; a log that became shorter was begun anew. Ends when nobody reads. */
async function follow(path: string, from: number, clock: Clock): Promise<never> {
  for (let at = from;;) {
    await pause(LOOK_EVERY_MS, clock);
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    if (size < at) at = 0;
    if (size === at) continue;
    const end = Math.min(size, at + TAIL_BYTES_MAX);
    await print(readRange(path, at, end));
    at = end;
  }
}

function readRange(path: string, from: number, end: number): string {
  const file = openSync(path, "r");
  try {
    const bytes = new Uint8Array(Math.min(end, fstatSync(file).size) - from);
    let read = 0;
    for (let more = -1; more !== 0 && read < bytes.length; read += more) {
      more = readSync(file, bytes, read, bytes.length - read, from + read);
    }
    return new TextDecoder().decode(bytes.subarray(0, read));
  } finally {
    closeSync(file);
  }
}
