// `daemon.json`: where the daemon of a home listens and who it is, for programs that look for it. It is
// information only; who holds the lock is the daemon, whatever stands here.

import { readFileSync, rmSync } from "node:fs";
import { CarError, messageOf } from "../base/errors.ts";
import { writeWholeFile } from "./_whole_file.ts";

/** What a daemon says about itself. */
export interface DaemonInfo {
  readonly pid: number;
  readonly url: string;
  readonly version: string;
  /** When it was ready, RFC 3339. */
  readonly started: string;
  /** Who started it: a person's `serve`, or a bridge. */
  readonly startedBy: string;
  /** Random; a process that answers with it is this daemon. */
  readonly nonce: string;
}

/** Writes the file whole; throws CarError `home_unusable`. */
export function writeDaemonFile(path: string, info: DaemonInfo): void {
  try {
    writeWholeFile(path, `${JSON.stringify(info, null, 2)}\n`);
  } catch (thrown) {
    throw unusable("write", path, thrown);
  }
}

/** The URL that the file names, if it can be read; for messages only. */
export function readDaemonUrl(path: string): string | undefined {
  try {
    const info: Partial<DaemonInfo> | null = JSON.parse(readFileSync(path, "utf8"));
    return typeof info?.url === "string" ? info.url : undefined;
  } catch {
    // Missing, half-written or not ours: the message goes without the URL.
    return undefined;
  }
}

/** Removes the file; a missing one is fine. Throws CarError `home_unusable`. */
export function removeDaemonFile(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch (thrown) {
    throw unusable("remove", path, thrown);
  }
}

function unusable(attempt: string, path: string, thrown: unknown): CarError {
  const message = `Cannot ${attempt} ${path}: ${messageOf(thrown)}`;
  return new CarError("home_unusable", message, { cause: thrown });
}
